"""What the record knows of the parties: features for the kernel, kept as tallies by day.

**Features are as of the beginning of the day**: what was accepted on the day itself does not count.
So a decision never depends on which neighbours stood in the same batch, or came a second before,
and the same day lodged again gives the same decisions. For the same reason what was read of a
party can be remembered until the day is over, and most parties cost no query at all.

Written are one row for each party, route or pair (``Tally``) and, on each day it appears, what
the row stood at before that day (``TallyDay``). The sum over a window is one subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from django.db import transaction

from clearway.audit import bulk
from clearway.kernel.lodgement import Lodgement
from clearway.traders.authorisations import aeo_among
from clearway.traders.identities import buyer_of, identity_of, key_of, pair_of, route_of
from clearway.traders.yearly_limit import used_many
from clearway.vocabulary.dates import date_of

Features = dict[str, int | str | bool | None]

_YEAR: Final = 365
_MONTH: Final = 30
_MOST_REMEMBERED: Final = 500_000


class Accepted(NamedTuple):
    """A declaration that was accepted, with the customs value of each item.

    ``values`` are in minor units of the pack's currency, of which ``exponent`` tells the number of
    decimals; None where an item's value is not known.
    """

    lodgement: Lodgement
    values: Sequence[int | None]
    exponent: int


class _Past(NamedTuple):
    """What a tally held before a day: first day, and counts of the window before that day."""

    first_day: int
    declarations: int
    value: int


class _Keys(msgspec.Struct, frozen=True):
    """Under which numbers a declaration is counted; None where it names nobody."""

    importer: int | None
    exporter: int | None
    declarant: int | None
    parcels: int | None
    route: int
    route_pair: int | None
    exporter_pair: int | None
    headings: tuple[int | None, ...]

    def counted(self) -> list[int]:
        """Return the numbers whose declarations and values are summed."""
        named = (self.importer, self.exporter, self.declarant, self.parcels, self.route)
        return [key for key in named if key is not None]

    def met(self) -> list[int]:
        """Return the numbers of pairs, of which only the first day matters."""
        named = (self.route_pair, self.exporter_pair, *self.headings)
        return [key for key in named if key is not None]


class _Memory:
    """What was read for one day, and which tallies have begun it, by what was committed.

    Replaced as a whole when the day, or the past, changes.
    """

    def __init__(self, day: int) -> None:
        self.day = day
        self.past: dict[int, _Past | None] = {}
        self.begun: set[int] = set()


_memory = _Memory(0)


def forget() -> None:
    """Forget what was read; the next declaration of a party is looked up."""
    global _memory  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    _memory = _Memory(0)


def features_for(cursor: Any, lodgements: Sequence[Lodgement], day: int) -> list[Features]:
    """Return each declaration's history as of the beginning of a day, in few statements for all.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: declarations; ``low_value_regime`` is set on parcels.
        day: days since 1970-01-01 of the lodging.

    Returns:
        For each the features of ``kernel.features`` by name, scaled as the kernel holds them.
    """
    keys = [_keys(each) for each in lodgements]
    past = _past(cursor, keys, day)
    named = {party.id for each in lodgements for party in (each.importer, each.exporter) if party}
    operators = aeo_among(cursor, named - {""}, day)
    buyers = [buyer_of(each) if each.low_value_regime else "" for each in lodgements]
    used = used_many(cursor, [buyer for buyer in buyers if buyer], date_of(day).year)
    found = []
    for lodgement, own, buyer in zip(lodgements, keys, buyers, strict=True):
        features = _features(own, past, day)
        for role, party in (("importer", lodgement.importer), ("exporter", lodgement.exporter)):
            if party is not None and party.id:
                features[f"{role}_aeo_active"] = party.id in operators
        if buyer:
            features["buyer_value_year"] = used[buyer]
        found.append(features)
    return found


def _features(keys: _Keys, past: dict[int, _Past | None], day: int) -> Features:
    features: Features = {}
    for role, key in (
        ("importer", keys.importer),
        ("exporter", keys.exporter),
        ("declarant", keys.declarant),
    ):
        if key is None:
            continue
        before = past.get(key) or _Past(day, 0, 0)
        features[f"{role}_declarations_365d"] = before.declarations
        if role != "declarant":
            features[f"{role}_first_seen_days"] = max(0, day - before.first_day)
        if role == "importer":
            features["importer_value_365d"] = before.value
    route = past.get(keys.route)
    features["route_declarations_365d"] = route.declarations if route else 0
    if keys.parcels is not None:
        parcels = past.get(keys.parcels)
        features["consignee_parcels_30d"] = parcels.declarations if parcels else 0
    if keys.route_pair is not None:
        features["route_new"] = _is_new(past, keys.route_pair, day)
    if keys.exporter_pair is not None:
        features["exporter_new"] = _is_new(past, keys.exporter_pair, day)
    new = [None if key is None else _is_new(past, key, day) for key in keys.headings]
    if new and len(set(new)) == 1:
        features["commodity_new"] = new[0]
    else:
        features |= {f"commodity_new[{place}]": one for place, one in enumerate(new, 1)}
    return features


def _is_new(past: Mapping[int, _Past | None], key: int, day: int) -> bool:
    met = past.get(key)
    return met is None or met.first_day >= day


def _keys(lodgement: Lodgement) -> _Keys:
    importer = identity_of(lodgement.importer)
    exporter = identity_of(lodgement.exporter)
    declarant = identity_of(lodgement.declarant)
    route = route_of(lodgement)
    parcels = None
    if lodgement.low_value_regime:
        receiver = identity_of(
            lodgement.consignee, *(item.consignee for item in lodgement.items[:1]),
            lodgement.importer,
        )  # fmt: skip
        parcels = key_of("parcels", receiver) if receiver else None
    own = key_of("importer", importer) if importer else None
    return _Keys(
        importer=own,
        exporter=key_of("exporter", exporter) if exporter else None,
        declarant=key_of("declarant", declarant) if declarant else None,
        parcels=parcels,
        route=key_of("route", route),
        route_pair=None if own is None else pair_of(own, "route", route),
        exporter_pair=pair_of(own, "exporter", exporter) if own is not None and exporter else None,
        headings=tuple(
            pair_of(own, "heading", item.commodity[:4])
            if own is not None and item.commodity
            else None
            for item in lodgement.items
        ),
    )


def _past(cursor: Any, keys: Iterable[_Keys], day: int) -> dict[int, _Past | None]:
    """Return what is known of every number, asking the database only for those not met today."""
    global _memory  # noqa: PLW0603 - see ``forget``
    if _memory.day != day or len(_memory.past) > _MOST_REMEMBERED:
        _memory = _Memory(day)
    past = _memory.past
    counted: dict[int, int] = {}
    met: set[int] = set()
    for each in keys:
        met.update(key for key in each.met() if key not in past)
        for key in each.counted():
            if key not in past:
                counted[key] = day - (_MONTH if key == each.parcels else _YEAR)
    found: dict[int, _Past | None] = dict.fromkeys([*met, *counted])
    if met:
        found.update(_first_days(cursor, sorted(met)))
    if counted:
        found.update(_windows(cursor, sorted(counted.items()), day))
    past.update(found)
    return past


def _first_days(cursor: Any, keys: Sequence[int]) -> dict[int, _Past]:
    """Return when pairs first met."""
    text, parameters = bulk.given(cursor, (("id", "bigint"),), [(key,) for key in keys])
    found = bulk.ask(
        cursor,
        f"SELECT t.id, t.first_day FROM {text} JOIN traders_tally t ON t.id = given.id",  # noqa: S608
        parameters,
    )
    return {key: _Past(first_day, 0, 0) for key, first_day in found}


_AT: Final = (
    "(SELECT d.{0} FROM traders_tallyday d WHERE d.tally = t.id AND d.day >= {1} "
    "ORDER BY d.day LIMIT 1)"
)
_SUMS: Final = ", ".join(
    f"COALESCE({_AT.format(column, '%s')}, t.{column})"
    f" - COALESCE({_AT.format(column, 'given.since')}, t.{column})"
    for column in ("declarations", "value")
)


def _windows(cursor: Any, asked: Sequence[tuple[int, int]], day: int) -> dict[int, _Past]:
    """Return what tallies stood at on a day, less what they stood at on the first of a window."""
    text, parameters = bulk.given(cursor, (("id", "bigint"), ("since", "integer")), asked)
    found = bulk.ask(
        cursor,
        f"SELECT t.id, t.first_day, {_SUMS} "  # noqa: S608
        f"FROM {text} JOIN traders_tally t ON t.id = given.id",
        [day, day, *parameters],
    )
    # What was taken back on a day of the window may have been counted before it.
    return {
        key: _Past(first_day, max(0, declarations), max(0, value))
        for key, first_day, declarations, value in found
    }


def record_many(
    cursor: Any, accepted: Sequence[Accepted], day: int, taken_back: Sequence[Accepted] = ()
) -> None:
    """Count declarations that were accepted on a day, within the transaction that stores them.

    Call it last: on PostgreSQL the rows of busy parties stay locked until the commit.

    Args:
        cursor: of that transaction.
        accepted: what counts from that day on.
        day: of the act, in days since 1970-01-01. An amendment or cancellation changes what is
            known from the next day on, like everything else; a year after the lodging a window
            may for as long as they lay apart hold the one without the other.
        taken_back: what counts no longer: the version before, or what was cancelled.
    """
    sums: dict[int, list[int]] = {}
    met: set[int] = set()
    for sign, some in ((1, accepted), (-1, taken_back)):
        for each in some:
            keys = _keys(each.lodgement)
            value = sign * sum(one or 0 for one in each.values) * 10 ** (3 - each.exponent)
            for key in keys.counted():
                own = sums.setdefault(key, [0, 0])
                own[0] += sign
                own[1] = min(own[1] + value, 2**62)
            if sign > 0:
                met.update(keys.met())
    if taken_back:
        sums = {key: own for key, own in sums.items() if any(own)}
    memory = _memory if _memory.day == day else _Memory(day)
    unmet = [(key, day, 0, 0) for key in met if _is_new(memory.past, key, day + 1)]
    counts = [(key, day, *sums[key]) for key in sorted(sums)]
    # Tallies first, in the order of their numbers: they lock what follows of each.
    _for_each(cursor, _COUNT, sorted([*counts, *unmet]))
    _for_each(cursor, _BEGIN, [row for row in counts if row[0] not in memory.begun])
    if _for_each(cursor, _MEND, counts):
        forget()
    transaction.on_commit(lambda: memory.begun.update(sums))


_COUNT: Final = (
    "INSERT INTO traders_tally AS t (id, first_day, last_day, declarations, value) "
    "SELECT id, day, day, declarations, value FROM {given} WHERE true ORDER BY id "
    "ON CONFLICT (id) DO UPDATE SET declarations = t.declarations + excluded.declarations, "
    "value = t.value + excluded.value, "
    "first_day = CASE WHEN excluded.first_day < t.first_day THEN excluded.first_day "
    "ELSE t.first_day END, "
    "last_day = CASE WHEN excluded.last_day > t.last_day THEN excluded.last_day "
    "ELSE t.last_day END"
)
_LATER: Final = (
    "(SELECT d.{0} FROM traders_tallyday d WHERE d.tally = given.id AND d.day > given.day "
    "ORDER BY d.day LIMIT 1)"
)
_STOOD: Final = ", ".join(
    f"COALESCE({_LATER.format(column)}, t.{column} - given.{column})"
    for column in ("declarations", "value")
)
_BEGIN: Final = (
    "INSERT INTO traders_tallyday (tally, day, declarations, value) "  # noqa: S608
    f"SELECT given.id, given.day, {_STOOD} FROM {{given}} "
    "JOIN traders_tally t ON t.id = given.id WHERE true ORDER BY given.id "
    "ON CONFLICT (tally, day) DO NOTHING"
)
_MEND: Final = (  # what comes late is added to what the days after it stood at
    "UPDATE traders_tallyday AS d SET declarations = d.declarations + given.declarations, "
    "value = d.value + given.value FROM {given} WHERE d.tally = given.id AND d.day > given.day"
)
_COLUMNS: Final = (
    ("id", "bigint"), ("day", "integer"), ("declarations", "bigint"), ("value", "bigint"),
)  # fmt: skip


def _for_each(cursor: Any, statement: str, rows: Sequence[tuple[int, ...]]) -> int:
    """Run a statement over given rows in the quickest way of each database; return its count."""
    if not rows:
        return 0
    if cursor.db.vendor == "sqlite":
        marks = ", ".join(f"? AS {name}" for name, _ in _COLUMNS)
        own = bulk.raw(cursor)
        own.executemany(statement.format(given=f"(SELECT {marks}) AS given"), rows)
        return int(own.rowcount)
    text, parameters = bulk.given(cursor, _COLUMNS, rows)
    cursor.execute(statement.format(given=text), parameters)
    return int(cursor.rowcount)
