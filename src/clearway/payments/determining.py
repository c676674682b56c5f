"""What a value that customs determined adds to a debt, asked for once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from clearway.audit.actor import Actor
from clearway.declarations.events import subject as declaration_subject
from clearway.declarations.models import Declaration
from clearway.declarations.queries import LIVE, bearer_of, by_key, concerned, locked
from clearway.events.service import Act, act
from clearway.payments import departing, events, securities
from clearway.payments.adjusting import depart
from clearway.payments.decision_models import Departure
from clearway.payments.departing import Part


def collect(actor: Actor, mrn: str, doubt: int, parts: Sequence[Part]) -> bool:
    """Ask for what the determined value of a goods item adds by tax, or take back what it lowers.

    A later version is charged what it declares, and as much of this as it does not declare. What
    covered the doubt is drawn on as far as something is owed, and released beyond it. Told twice,
    it is asked for once; nothing is asked of a declaration that is void, or by a value that was
    accepted, and the whole security is released.

    Args:
        actor: the platform's own.
        mrn: of the declaration.
        doubt: number of the doubt that was decided.
        parts: what each tax of the item differs by.

    Returns:
        Whether something was asked for or taken back.
    """
    found = by_key(mrn)
    if found is None:
        return False
    subject = f"{departing.DETERMINED}{doubt}"
    with transaction.atomic():
        declaration = locked(bearer_of(found).pk)
        owes = bool(parts) and declaration.state in LIVE
        asked = owes and not _is_asked(declaration.pk, subject)
        if not asked and not securities.open_about(subject):
            return False
        with act(actor) as doing:
            if asked:
                reason = f"Value determined, doubt {doubt}"
                depart(doing, declaration, subject, parts, reason)
                _tell(doing, declaration, subject, parts, reason)
            owed = sum(one.amount for one in parts) if owes else 0
            if owed > 0:
                securities.draw(doing, declaration, subject, owed)
            else:
                securities.release(doing, subject)
    return asked


def _tell(
    doing: Act, declaration: Declaration, subject: str, parts: Sequence[Part], reason: str
) -> None:
    """Tell it, though the version that stands may ask for the whole of it already."""
    told = {
        "mrn": declaration.mrn,
        "subject": subject,
        "reason": reason,
        "taxes": [{"tax": one.tax, "amount": one.amount} for one in parts],
    }
    about = declaration_subject(declaration.mrn, declaration.pk)
    doing.announce(events.DEPARTED, about, told, concerns=concerned(declaration))


def _is_asked(declaration: int, subject: str) -> bool:
    return Departure.objects.filter(declaration=declaration, subject=subject).exists()
