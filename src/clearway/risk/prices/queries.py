"""Every read of prices: what an item's price is compared with, as features of the kernel.

**Features are as of the beginning of the day**, as those of the parties' past are
(``traders.history``). A reference counts from the day after it was learnt, so that what is read of
a day stays so, and may be remembered until it is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from clearway.audit.bulk import ask, given
from clearway.kernel.lodgement import Lodgement
from clearway.risk.prices.rules import RUNGS, goods_of, keys_of

_MOST_REMEMBERED: Final = 500_000
_MOST_TOLD: Final = 200
"""Items of a declaration whose reference is told: enough for a reader."""
TOLD: Final = "price_references"
Features = dict[str, int | str | bool | None]


class Known(msgspec.Struct, frozen=True):
    """A reference: since which day, median and MAD in millionths, and from how many prices."""

    day: int
    median: int
    deviation: int
    prices: int


class Compared(msgspec.Struct, frozen=True):
    """With what an item's price was compared: the rung, and the reference's day and prices."""

    item: int
    rung: str
    day: int
    prices: int


class _Memory:
    """What was read for one day; replaced as a whole when the day changes."""

    def __init__(self, day: int) -> None:
        self.day = day
        self.known: dict[str, Known | None] = {}


_memory = _Memory(0)


def forget() -> None:
    """Forget what was read; the next item's keys are looked up."""
    global _memory  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    _memory = _Memory(0)


def features_for(cursor: Any, lodgements: Sequence[Lodgement], day: int) -> list[Features]:
    """Return median and MAD of what goods like each item cost, in one statement for all.

    The most particular rung that enough prices are known of is heard. Nothing known, or a MAD of
    0, leaves the feature absent: an unknown price is not an ordinary one.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: declarations.
        day: of the lodging, in days since 1970-01-01.
    """
    keys = [[_keys(each.direction, item) for item in each.items] for each in lodgements]
    known = references(cursor, (key for own in keys for item in own for key in item.values()), day)
    return [_features(own, known) for own in keys]


def references(cursor: Any, keys: Iterable[str], day: int) -> dict[str, Known | None]:
    """Return the reference of each key that counts on a day, asking only for keys not met today."""
    global _memory  # noqa: PLW0603 - see ``forget``
    if _memory.day != day or len(_memory.known) > _MOST_REMEMBERED:
        _memory = _Memory(day)
    memory = _memory
    missing = [key for key in dict.fromkeys(keys) if key not in memory.known]
    if missing:
        found = _read(cursor, missing, day)
        memory.known |= {key: found.get(key) for key in missing}
    return memory.known


def compared(features: Features) -> list[Compared]:
    """Return what stored features say of the references that a decision used.

    >>> compared({"price_references": "1:subheading:20515:57"})
    [Compared(item=1, rung='subheading', day=20515, prices=57)]
    """
    found = []
    for one in str(features.get(TOLD) or "").split():
        item, rung, day, prices = one.split(":")
        found.append(Compared(int(item), rung, int(day), int(prices)))
    return found


def of_item(features: Features, name: str, item: int) -> int | None:
    """Return a number among stored features that holds for an item."""
    own = features.get(f"{name}[{item}]", features.get(name))
    return own if isinstance(own, int) else None


def _keys(direction: str, item: Any) -> dict[str, str]:
    goods = goods_of(direction, item)
    return {} if goods is None else keys_of(goods)


def _read(cursor: Any, keys: Sequence[str], day: int) -> dict[str, Known]:
    table, parameters = given(cursor, [("key", "text")], [(key,) for key in keys])
    rows = ask(
        cursor,
        "SELECT r.key, r.day, r.median, r.deviation, r.prices "  # noqa: S608 - constants
        f"FROM {table} JOIN risk_pricereference r ON r.key = given.key "
        "AND r.day = (SELECT MAX(o.day) FROM risk_pricereference o "
        "WHERE o.key = given.key AND o.day <= %s) WHERE r.median IS NOT NULL",
        [*parameters, day],
    )
    return {row[0]: Known(*row[1:]) for row in rows}


def _features(items: Sequence[dict[str, str]], known: dict[str, Known | None]) -> Features:
    heard = [_heard(keys, known) for keys in items]
    features: Features = {}
    told = []
    for place, one in enumerate(heard, 1):
        if one is None:
            continue
        rung, found = one
        own = "" if len(items) == 1 else f"[{place}]"
        features[f"median_unit_price{own}"] = found.median
        if found.deviation:
            features[f"mad_unit_price{own}"] = found.deviation
        if place <= _MOST_TOLD:
            told.append(f"{place}:{rung}:{found.day}:{found.prices}")
    if told:
        features[TOLD] = " ".join(told)
    return features


def _heard(keys: dict[str, str], known: dict[str, Known | None]) -> tuple[str, Known] | None:
    for rung in RUNGS:
        found = known.get(keys.get(rung, ""))
        if found is not None:
            return rung, found
    return None
