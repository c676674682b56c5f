"""What a value that customs determined adds to a debt, asked for once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from clearway.audit.actor import Actor
from clearway.declarations.queries import LIVE, bearer_of, by_key, locked
from clearway.events.service import act
from clearway.payments import departing
from clearway.payments.adjusting import depart
from clearway.payments.decision_models import Departure
from clearway.payments.departing import Part


def collect(actor: Actor, mrn: str, doubt: int, parts: Sequence[Part]) -> bool:
    """Ask for what the determined value of a goods item adds by tax, or take back what it lowers.

    A later version is charged what it declares, and as much of this as it does not declare. Told
    twice, it is asked for once; nothing is asked of a declaration that is void.

    Args:
        actor: the platform's own.
        mrn: of the declaration.
        doubt: number of the doubt that was decided.
        parts: what each tax of the item differs by.

    Returns:
        Whether something was written.
    """
    found = by_key(mrn)
    if found is None or not parts:
        return False
    subject = f"{departing.DETERMINED}{doubt}"
    with transaction.atomic():
        declaration = locked(bearer_of(found).pk)
        if declaration.state not in LIVE or _is_asked(declaration.pk, subject):
            return False
        with act(actor) as doing:
            depart(doing, declaration, subject, parts, f"Value determined, doubt {doubt}")
    return True


def _is_asked(declaration: int, subject: str) -> bool:
    return Departure.objects.filter(declaration=declaration, subject=subject).exists()
