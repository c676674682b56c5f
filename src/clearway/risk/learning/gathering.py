"""What inspections showed, joined to the goods as they were declared when somebody looked.

Only goods that were inspected are read: of what nobody looked at nothing is known, and calling it
clean would teach a model to find again what was found before. What was inspected is no fair sample
either, since profiles chose it; ``drawn`` marks what the random draw would have chosen anyhow.
Only what was known when the declaration was decided is in the columns: nothing of the inspection
itself, so that nothing leaks (card C29).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.assessment.models import Assessment, Charge, Hit
from clearway.declarations.models import GoodsItem, Version
from clearway.declarations.queries import decoded
from clearway.reference.in_force import reference_at
from clearway.risk.learning.goods_items import Row, items_of, rows_of
from clearway.risk.outcomes.models import Outcome
from clearway.selectivity.evidence import Floats
from clearway.selectivity.items import Items
from clearway.vocabulary.dates import days_of

MOST: Final = 100_000
"""Goods items that are learnt from, the newest; a row takes about a kilobyte until it is coded."""
CHUNK: Final = 500
MODEL: Final = "MODEL"
"""The profile under which a model's own points stand among the hits."""


class Inspected(msgspec.Struct, frozen=True):
    """Goods items that were inspected, column by column, in the order in which that became known.

    ``violation`` is 1.0 where something was found; ``day`` when the opening was closed (days since
    1970-01-01); ``at_stake`` what was declared too little, in whole units of currency, 0 where it
    was too much; ``drawn`` whether the random draw chose the declaration; ``profiles`` how the
    profiles in force ranked the item when it was lodged: the severest lane that one asked for, then
    their points;
    ``declaration`` the row number of the declaration, whose items stand or fall together.
    """

    items: Items
    violation: Floats
    day: NDArray[np.int64]
    at_stake: Floats
    drawn: NDArray[np.bool_]
    profiles: Floats
    declaration: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.violation)

    def take(self, which: NDArray[np.bool_]) -> Inspected:
        """Return some rows, by a mask."""
        return Inspected(
            self.items.take(which), self.violation[which], self.day[which],
            self.at_stake[which], self.drawn[which], self.profiles[which],
            self.declaration[which],
        )  # fmt: skip


class Looked(NamedTuple):
    """One goods item that was inspected, before it is coded."""

    row: Row
    violation: bool
    day: int
    at_stake: float
    drawn: bool
    profiles: float
    declaration: int


class Judged(NamedTuple):
    """A declaration's version as it was decided: its rows, and what the profiles said of each."""

    declaration: int
    version: int
    office: str
    unit: int
    drawn: bool
    rows: list[Row]
    profiles: dict[int, float]


def gather(until: int = 0, most: int = MOST) -> Inspected | None:
    """Return what inspections showed; None where nothing was inspected.

    Args:
        until: the first day whose inspections are left out; 0 for none.
        most: goods items at most, the newest.
    """
    shown = _shown(until, most)
    looked: list[Looked] = []
    numbers = list(shown)
    for first in range(0, len(numbers), CHUNK):
        looked += _looked({one: shown[one] for one in numbers[first : first + CHUNK]})
    looked.sort(key=lambda one: one.day)
    return _columns(looked)


def _columns(looked: Sequence[Looked]) -> Inspected | None:
    if not looked:
        return None
    return Inspected(
        items=items_of([one.row for one in looked]),
        violation=np.array([one.violation for one in looked], dtype=np.float64),
        day=np.array([one.day for one in looked], dtype=np.int64),
        at_stake=np.array([one.at_stake for one in looked], dtype=np.float64),
        drawn=np.array([one.drawn for one in looked], dtype=np.bool_),
        profiles=np.array([one.profiles for one in looked], dtype=np.float64),
        declaration=np.array([one.declaration for one in looked], dtype=np.int64),
    )


class _Shown(NamedTuple):
    """What the openings of one item showed, taken together, and when the last was closed."""

    differs: bool
    at_stake: int
    at: Any


def _shown(until: int, most: int) -> dict[int, dict[int, _Shown]]:
    """Return what was found, by declaration and item, the newest first."""
    rows = Outcome.objects.order_by("-at", "-id")
    found: dict[int, dict[int, _Shown]] = defaultdict(dict)
    told = rows.values_list("declaration", "item", "differs", "at_stake", "at")
    for declaration, item, *showed in told[:most].iterator(chunk_size=5_000):
        one = _Shown(*showed)
        if until and days_of(one.at.date()) >= until:
            continue
        before = found[declaration].get(item)
        if before is not None:
            one = _Shown(
                one.differs or before.differs,
                one.at_stake + before.at_stake,
                max(one.at, before.at),
            )
        found[declaration][item] = one
    return {one: items for one, items in found.items() if items}


def _looked(shown: dict[int, dict[int, _Shown]]) -> Iterator[Looked]:
    ended = {one: max(item.at for item in items.values()) for one, items in shown.items()}
    versions: dict[int, int] = {}
    known = Version.objects.filter(declaration__in=ended).order_by("number")
    for number, declaration, at in known.values_list("id", "declaration_id", "at"):
        if at <= ended[declaration] or declaration not in versions:
            versions[declaration] = number
    for one in judged(versions.values()):
        for item, showed in shown[one.declaration].items():
            if 0 < item <= len(one.rows):
                yield Looked(
                    one.rows[item - 1], showed.differs, days_of(showed.at.date()),
                    max(showed.at_stake, 0) / one.unit, one.drawn, one.profiles.get(item, 0.0),
                    one.declaration,
                )  # fmt: skip


def judged(versions: Iterable[int]) -> list[Judged]:
    """Return versions of declarations as they stood when they were decided on.

    Of each the first assessment that accepted it counts: its values and charges are those that the
    kernel had before it when it selected. A version that none accepted is left out.

    Args:
        versions: their row numbers, some hundred at most.
    """
    asked = list(versions)
    first: dict[int, Assessment] = {}
    wanted = ("id", "version", "declaration", "at", "drawn")
    accepted = Assessment.objects.filter(version__in=asked, accepted=True)
    # by declaration, which has an index
    accepted = accepted.filter(
        declaration__in=Version.objects.filter(id__in=asked).values("declaration_id")
    )
    for row in accepted.order_by("id").only(*wanted):
        first.setdefault(row.version, row)
    numbers = [row.pk for row in first.values()]
    values, charges = defaultdict(list), defaultdict(list)
    for item in GoodsItem.objects.filter(version__in=first).only("version_id", "item", "value"):
        values[item.version_id].append(item)
    lines = Charge.objects.filter(assessment__in=numbers).order_by("id")
    for line in lines.only("assessment_id", "item", "payable"):
        charges[line.assessment_id].append(line)
    said = _said(numbers)
    found = []
    kept = Version.objects.filter(id__in=first).values_list("id", "lodgement")
    for number, lodgement in kept:
        row = first[number]
        told = decoded(lodgement)
        exponent = reference_at(row.at).exponent
        rows = rows_of(told, values[number], charges[row.pk], exponent=exponent)
        found.append(
            Judged(row.declaration, number, told.office, 10**exponent, bool(row.drawn), rows,
                   said.get(row.pk, {}))
        )  # fmt: skip
    return sorted(found, key=lambda one: one.version)


_LANE: Final = 1_000_000.0


def _said(assessments: Sequence[int]) -> dict[int, dict[int, float]]:
    """Return what profiles said of each item: the severest lane asked for, then all points."""
    lanes: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    points: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    hits = Hit.objects.filter(assessment__in=assessments).exclude(profile=MODEL)
    for number, items, lane, weight in hits.values_list(
        "assessment_id", "items", "lane", "contribution"
    ):
        for item in map(int, items.split(",")):
            lanes[number][item] = max(lanes[number][item], lane or 0)
            points[number][item] += weight
    return {
        number: {item: lanes[number][item] * _LANE + own for item, own in of.items()}
        for number, of in points.items()
    }
