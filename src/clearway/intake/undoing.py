"""What a cancelled declaration gives back of what the line had counted: history, buyer's year.

The dispatcher tells of a cancellation once, within its own transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from clearway.assessment import queries as assessment
from clearway.declarations import queries
from clearway.declarations.rules import local_day
from clearway.intake import quota_draws
from clearway.intake.yearly import move, use_of
from clearway.reference.in_force import reference_at
from clearway.traders.history import Accepted, record_many


def on_invalidated(mrn: str, at: datetime) -> int:
    """Return what a declaration's last version had used of a year, and count it no longer.

    Args:
        mrn: the declaration.
        at: when it was cancelled.

    Returns:
        How much of the buyer's year, in thousandths of the pack's currency; 0 where none.
    """
    declaration = queries.by_key(mrn)
    if declaration is None:
        return 0
    lodgement = queries.lodgement_of(queries.current_version(declaration))
    reference = reference_at(declaration.received_at)
    values = [item.value for item in queries.items(declaration)]
    used = use_of(lodgement, values, assessment.rules_found(declaration.pk), reference)
    with connection.cursor() as cursor:
        move(cursor, used, None)
        counted = Accepted(lodgement, values, reference.exponent)
        quota_draws.undo(cursor, declaration, reference)
        record_many(cursor, [], local_day(at, reference), taken_back=[counted])
    return 0 if used is None else used.amount
