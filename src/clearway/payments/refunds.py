"""Money that goes back: claimed here, approved by one person and paid by another."""

from __future__ import annotations

from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned
from clearway.events.service import Act
from clearway.payments import events
from clearway.payments.ledger import RECEIVABLE, REFUNDABLE, Side, post
from clearway.payments.models import Notice, Refund


def claim(
    doing: Act,
    declaration: Declaration,
    notice: Notice,
    amount: int,
    kind: str,
    reason: str = "",
) -> Refund:
    """Note that money paid on a notice goes back to its payer, within an act.

    The money leaves what the payer owes and waits as refundable; two persons then pay it.
    """
    sides = [
        Side(RECEIVABLE, notice.payer, amount, notice.pk),
        Side(REFUNDABLE, notice.payer, -amount, notice.pk),
    ]
    post(doing, "excess", f"notice:{notice.pk}", notice.currency, sides)
    made = Refund.objects.create(
        kind=kind,
        declaration=declaration,
        payer=notice.payer,
        currency=notice.currency,
        amount=amount,
        reason=reason or kind,
        requested_by=doing.actor.name,
        requested_at=doing.at,
    )
    tell(doing, made, events.REFUND_REQUESTED, amount=amount, reason=made.reason)
    return made


def tell(doing: Act, refund: Refund, kind: str, **body: object) -> None:
    """Announce a fact about a refund to those whom its declaration concerns."""
    declaration = refund.declaration
    told = {"mrn": "" if declaration is None else declaration.mrn, **body}
    concerns = () if declaration is None else concerned(declaration)
    doing.announce(kind, f"refund:{refund.pk}", told, concerns=concerns)
