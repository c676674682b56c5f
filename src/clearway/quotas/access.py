"""Who may see what of quotas: what is left is public, who has drawn is customs' and his own."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS, EVERYBODY
from clearway.kernel.reference import Reference
from clearway.quotas.models import Draw
from clearway.quotas.queries import no_such
from clearway.quotas.rules import quotas

_LODGERS = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_SEE_ALL = CUSTOMS | {Role.TARIFF, Role.AUDITOR}

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listTariffQuotas": EVERYBODY,
    "getTariffQuota": EVERYBODY,
    "listQuotaDraws": _SEE_ALL | _LODGERS,
}
"""The roles that have each operation."""


def draws_for(actor: Actor, reference: Reference, order: str) -> QuerySet[Draw]:
    """Return the draws on a quota that an actor sees: a trader those of his own declarations.

    Raises:
        NotThere: no quota of this order number was ever kept here.
    """
    if next(quotas(reference, order), None) is None:
        raise no_such(order)
    rows = Draw.objects.filter(quota_order=order)
    return rows if actor.has(*_SEE_ALL) else rows.filter(organisation=actor.organisation)
