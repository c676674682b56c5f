"""Every write: what an inspection showed, in the transaction that closes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import connection

from clearway.audit import bulk
from clearway.kernel.lodgement import Lodgement
from clearway.risk.memory.keys import keys_of
from clearway.vocabulary.dates import days_of

_ADD: Final = (
    "INSERT INTO risk_evidence (rung, key, day, inspections, violations) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (rung, key, day) DO UPDATE SET "
    "inspections = risk_evidence.inspections + excluded.inspections, "
    "violations = risk_evidence.violations + excluded.violations"
)


def learn(lodgement: Lodgement, violations: Mapping[int, bool], at: datetime) -> None:
    """Remember what looking at items showed.

    Call it within the act that closes the opening: what risk knows is there as soon as the result
    is, or neither is.

    Args:
        lodgement: the declaration as it was looked at.
        violations: for the position of each item that was looked at, whether it was one.
        at: when the opening was closed.
    """
    looked: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for position, violation in violations.items():
        if not 0 < position <= len(lodgement.items):
            continue
        for value in keys_of(lodgement, lodgement.items[position - 1]).items():
            looked[value] += 1
            found[value] += violation
    day = days_of(at.date())
    rows = [(*value, day, count, found[value]) for value, count in sorted(looked.items())]
    with connection.cursor() as cursor:
        bulk.change(cursor, _ADD, rows)
