"""What a cancelled declaration gives back of what the line had counted: the buyer's year.

The dispatcher tells of a cancellation once, within its own transaction.
"""

from __future__ import annotations

from django.db import connection

from clearway.assessment import queries as assessment
from clearway.assessment.models import Assessment
from clearway.declarations import queries
from clearway.declarations.kinds import LOW_VALUE
from clearway.intake.yearly import OUTSIDE
from clearway.reference.in_force import reference_at
from clearway.traders.identities import buyer_of
from clearway.traders.yearly_limit import give_back
from clearway.vocabulary.dates import date_of


def on_invalidated(mrn: str) -> int:
    """Return to the buyer's year what a low-value declaration had used of it at its lodging.

    Returns:
        How much, in thousandths of the pack's currency; 0 where it had used nothing.
    """
    declaration = queries.by_key(mrn)
    version = None if declaration is None else queries.version(declaration, 1)
    if declaration is None or version is None or declaration.kind != LOW_VALUE:
        return 0
    lodgement = queries.lodgement_of(version)
    reference = reference_at(declaration.received_at)
    regimes = {one.code for one in reference.low_value_regimes if one.yearly_limit is not None}
    first = Assessment.objects.filter(declaration=declaration.pk).order_by("id").first()
    buyer = buyer_of(lodgement)
    if first is None or not buyer or lodgement.low_value_regime not in regimes:
        return 0
    if assessment.findings(first.pk).filter(rule__in=OUTSIDE).exists():
        return 0
    value = sum(item.value or 0 for item in queries.items(declaration, 1))
    amount = int(value * 10 ** (3 - reference.exponent))
    with connection.cursor() as cursor:
        give_back(cursor, buyer, date_of(lodgement.observed_on or 0).year, amount)
    return amount
