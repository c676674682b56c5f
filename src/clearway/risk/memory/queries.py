"""Every read of the memory: what is known of an item, and the features that follow from it.

**Features are as of the beginning of the day**, as those of the parties' past are
(``traders.history``): a decision never depends on which inspection was closed a minute before, and
what was read of a day can be remembered until it is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.db import connection

from clearway.audit.bulk import ask, given
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.unit_prices import PRICE_SCALE
from clearway.risk.memory.keys import LADDERS, keys_of

_YEAR: Final = 365
STRENGTH: Final = 4.0
"""How many inspections the more general rung is worth as the prior of the more particular one."""
_MOST_REMEMBERED: Final = 500_000
Value = tuple[str, str]


class Count(msgspec.Struct, frozen=True):
    """Inspections and violations under one value."""

    inspections: int = 0
    violations: int = 0


class Remembered(msgspec.Struct, frozen=True):
    """What is remembered of an item on one ladder.

    ``rung`` is the most particular one that was ever inspected, empty where none was, ``count``
    what was seen there; ``chance`` the posterior mean of a violation, in parts of one.
    """

    ladder: str
    rung: str
    key: str
    count: Count
    chance: float


class _Memory:
    """What was read for one day; replaced as a whole when the day changes."""

    def __init__(self, day: int) -> None:
        self.day = day
        self.past: dict[Value, Count] = {}


_memory = _Memory(0)
_NOTHING: Final = Count()


def forget() -> None:
    """Forget what was read; the next declaration's keys are looked up."""
    global _memory  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    _memory = _Memory(0)


def counts(cursor: Any, values: Iterable[Value], until: int, since: int = 0) -> dict[Value, Count]:
    """Return what was seen under values, of days from ``since`` on and before ``until``."""
    asked = list(dict.fromkeys(values))
    if not asked:
        return {}
    table, parameters = given(cursor, [("rung", "text"), ("key", "text")], asked)
    rows = ask(
        cursor,
        "SELECT e.rung, e.key, SUM(e.inspections), SUM(e.violations) "  # noqa: S608 - constants
        f"FROM {table} JOIN risk_evidence e ON e.rung = given.rung AND e.key = given.key "
        "WHERE e.day < %s AND e.day >= %s GROUP BY e.rung, e.key",
        [*parameters, until, since],
    )
    return {(rung, key): Count(int(looked), int(found)) for rung, key, looked, found in rows}


def prior(cursor: Any, until: int) -> float:
    """Return the share of violations among all inspections, held to 1 in 20 as by two of them."""
    rows = ask(
        cursor,
        "SELECT COALESCE(SUM(inspections), 0), COALESCE(SUM(violations), 0) FROM risk_evidence "
        "WHERE rung = 'declarant' AND day < %s",
        [until],
    )
    looked, found = (int(value) for value in rows[0])
    return (found + 0.1) / (looked + 2)


def recall(lodgement: Lodgement, until: int) -> list[list[Remembered]]:
    """Return what is remembered of each item, ladder by ladder.

    Args:
        lodgement: the declaration.
        until: the day before which it was seen; tomorrow for all that is known.
    """
    keys = [keys_of(lodgement, item) for item in lodgement.items]
    with connection.cursor() as cursor:
        known = counts(cursor, (value for own in keys for value in own.items()), until)
        base = prior(cursor, until)
    return [[_climbed(ladder, own, known, base) for ladder in LADDERS] for own in keys]


def _climbed(
    ladder: str, keys: Mapping[str, str], known: Mapping[Value, Count], base: float
) -> Remembered:
    """Go a ladder up to the most particular rung, each posterior the prior of the next."""
    chance, best = base, Remembered(ladder, "", "", _NOTHING, base)
    for rung in reversed(LADDERS[ladder]):
        if rung not in keys:
            continue
        count = known.get((rung, keys[rung]), _NOTHING)
        chance = (count.violations + STRENGTH * chance) / (count.inspections + STRENGTH)
        if count.inspections:
            best = Remembered(ladder, rung, keys[rung], count, chance)
    return best


Features = dict[str, int | str | bool | None]
_OF_PARTIES: Final = ("importer", "exporter", "declarant")


def features_for(cursor: Any, lodgements: Sequence[Lodgement], day: int) -> list[Features]:
    """Return what inspections of the last year showed, as features of the kernel.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: declarations.
        day: of the lodging, in days since 1970-01-01; what was closed on it does not count.
    """
    wanted = {*_OF_PARTIES, "origin", "heading"}
    keys = [
        [{r: k for r, k in keys_of(each, item).items() if r in wanted} for item in each.items]
        for each in lodgements
    ]
    known = _past(cursor, {value for own in keys for item in own for value in item.items()}, day)
    return [_features(own, known) for own in keys]


def _features(items: Sequence[Mapping[str, str]], known: Mapping[Value, Count]) -> Features:
    features: Features = {}
    for role in _OF_PARTIES:
        key = items[0].get(role) if items else None
        if key is not None:
            features[f"{role}_findings_365d"] = known.get((role, key), _NOTHING).violations
    for name, rung in (("origin_findings_rate", "origin"), ("commodity_findings_rate", "heading")):
        rates = [_rate(known.get((rung, item.get(rung, "")), _NOTHING)) for item in items]
        if rates and len(set(rates)) == 1:
            features[name] = rates[0]
        else:
            features |= {f"{name}[{place}]": rate for place, rate in enumerate(rates, 1)}
    return features


def _rate(count: Count) -> int | None:
    if not count.inspections:
        return None
    return count.violations * PRICE_SCALE // count.inspections


def _past(cursor: Any, values: Iterable[Value], day: int) -> dict[Value, Count]:
    """Return what was seen in the year before a day, asking only for what was not met today."""
    global _memory  # noqa: PLW0603 - see ``forget``
    if _memory.day != day or len(_memory.past) > _MOST_REMEMBERED:
        _memory = _Memory(day)
    memory = _memory
    missing = [value for value in values if value not in memory.past]
    if missing:
        found = counts(cursor, missing, day, day - _YEAR)
        memory.past |= {value: found.get(value, _NOTHING) for value in missing}
    return memory.past
