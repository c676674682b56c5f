"""What the model and the memory say of goods items, for the day's planning and for the decision.

The model generalises to goods never seen; where the very same goods were inspected before, its
chance is the prior of what they showed (decision 0019). Both are as of the beginning of the day, so
that no decision depends on which inspection was closed a minute before.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any, Final, NamedTuple

import numpy as np

from clearway.audit.bulk import ask
from clearway.kernel.lodgement import Lodgement
from clearway.risk.learning.goods_items import Row
from clearway.risk.learning.serving import Serving
from clearway.risk.memory.keys import keys_of
from clearway.risk.memory.queries import Count, counts
from clearway.selectivity.evidence import alikeness, posterior

_GOODS: Final = "same_goods"
_PARTY: Final = "importer"
LATELY: Final = 56
"""Days for which an importer that was looked at counts as known."""
_LEAST_ALIKE, _MOST_ALIKE = 0.02, 0.98


class Case(NamedTuple):
    """A declaration and its goods items as learning reads them."""

    lodgement: Lodgement
    rows: Sequence[Row]


class Appraised(NamedTuple):
    """What is said of one goods item.

    ``chance`` of a violation in parts of one; ``stake`` the charges on it in whole units of
    currency, None where unknown. ``seen`` are the inspections of the very same goods, and
    ``new`` tells whether its importer is unknown: nothing of his was inspected for eight weeks, or
    ever. Parties turn, and only who looks again learns of it (decision 0019).
    """

    chance: float
    stake: float | None
    seen: Count
    new: bool


def appraise(
    cursor: Any, cases: Sequence[Case], serving: Serving, day: int, alike: float
) -> list[list[Appraised]]:
    """Return what is said of each case's items, in their order.

    Args:
        cursor: of any connection; nothing is written.
        cases: declarations.
        serving: the model.
        day: days since 1970-01-01; what was closed on it does not count.
        alike: how alike the outcomes of the same goods are, 0 to 1 (``alike_before``).
    """
    keys = [
        [keys_of(each.lodgement, item) for item in each.lodgement.items[: len(each.rows)]]
        for each in cases
    ]
    wanted = {
        (rung, own[rung]) for items in keys for own in items for rung in (_GOODS, _PARTY)
        if rung in own
    }  # fmt: skip
    known = counts(cursor, wanted, day)
    parties = [value for value in wanted if value[0] == _PARTY]
    lately = counts(cursor, parties, day, day - LATELY)
    rows = [row for each in cases for row in each.rows]
    if not rows:
        return [[] for _ in cases]
    seen = [known.get((_GOODS, own.get(_GOODS, "")), Count()) for items in keys for own in items]
    alike = min(max(alike, _LEAST_ALIKE), _MOST_ALIKE)
    chance = posterior(
        np.array([one.violations for one in seen], dtype=np.float64),
        np.array([one.inspections for one in seen], dtype=np.float64),
        serving.chances(rows),
        (1 - alike) / alike,
    )
    found = iter(zip(chance.tolist(), rows, seen, strict=True))
    return [
        [
            Appraised(
                each, None if isnan(row.duty) else row.duty, count,
                not lately.get((_PARTY, own.get(_PARTY, "")), Count()).inspections,
            )
            for own, (each, row, count) in zip(items, found, strict=False)
        ]
        for items in keys
    ]  # fmt: skip


def alike_before(cursor: Any, day: int) -> float:
    """Return how alike the outcomes of the same goods were in all inspections before a day."""
    rows = ask(
        cursor,
        "SELECT SUM(inspections), SUM(violations) FROM risk_evidence "
        "WHERE rung = %s AND day < %s GROUP BY key",
        [_GOODS, day],
    )
    looked = np.array([row[0] for row in rows], dtype=np.float64)
    found = np.array([row[1] for row in rows], dtype=np.float64)
    return alikeness(looked, found)
