"""Money that goes back: claimed here, approved by one person, paid by another.

It goes back the way it came: to the account that paid, the latest payment first, never more than
was paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F

from clearway.accounts.four_eyes import log_same_person
from clearway.accounts.queries import names_of_person
from clearway.audit.actor import Actor
from clearway.declarations import debt as debts
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned, locked
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments import access, events, queries
from clearway.payments.ledger import BANK, PROVIDER, RECEIVABLE, REFUNDABLE, SUSPENSE, Side, post
from clearway.payments.models import BankLine, Notice, Payment, Refund, RefundPart
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import StateForbids


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
    return wait(doing, declaration, notice, amount, kind, reason=reason)


def wait(
    doing: Act,
    declaration: Declaration,
    notice: Notice,
    amount: int,
    kind: str,
    line: BankLine | None = None,
    reason: str = "",
) -> Refund:
    """Write a claim to money that is booked as refundable; ``line`` is where it came from."""
    made = Refund.objects.create(
        kind=kind,
        declaration=declaration,
        line=line,
        payer=notice.payer,
        currency=notice.currency,
        amount=amount,
        reason=reason or kind,
        requested_by=doing.actor.name,
        requested_at=doing.at,
    )
    tell(doing, made, events.REFUND_REQUESTED, amount=amount, reason=made.reason)
    return made


def approve(actor: Actor, number: int) -> Refund:
    """Approve a refund as the first of two persons.

    Raises:
        NotThere: no such refund for this actor.
        StateForbids: it does not wait for a first person, or he asked for it himself.
    """
    found = access.refund_for(actor, number, to="decide")
    log_same_person(actor, [found.requested_by], f"refund:{found.pk}", "approve")
    with act(actor) as doing:
        refund = _locked(found.pk, "requested")
        if refund.requested_by in names_of_person(actor.name):
            raise _second_person()
        refund.state, refund.approved_by, refund.approved_at = "approved", actor.name, doing.at
        refund.save(update_fields=["state", "approved_by", "approved_at"])
        tell(doing, refund, events.REFUND_APPROVED, amount=refund.amount)
    return refund


def pay(actor: Actor, number: int) -> Refund:
    """Pay an approved refund as the second of two persons, the way the money came.

    Raises:
        NotThere: no such refund for this actor.
        StateForbids: it is not approved, he approved it himself, or more would go back than was
            paid.
    """
    found = access.refund_for(actor, number, to="decide")
    before = [found.requested_by, found.approved_by]
    log_same_person(actor, before, f"refund:{found.pk}", "pay")
    with act(actor) as doing:
        about = None if found.declaration_id is None else locked(found.declaration_id)
        refund = _locked(found.pk, "approved")
        if {refund.approved_by, refund.requested_by} & names_of_person(actor.name):
            raise _second_person()
        for part in list(_parts(refund, terms_at(doing.at).treasury)):
            _pay_part(doing, refund, part)
        refund.state, refund.decided_by, refund.decided_at = "refunded", actor.name, doing.at
        refund.save(update_fields=["state", "decided_by", "decided_at"])
        if refund.line is not None and refund.kind == "returned":
            BankLine.objects.filter(pk=refund.line.pk).update(
                state="returned", settled_by=actor.name, settled_at=doing.at
            )
        tell(doing, refund, events.REFUND_PAID, amount=refund.amount)
        if about is not None and refund.kind != "returned":
            _settle(doing, about)
    return refund


def _settle(doing: Act, declaration: Declaration) -> None:
    """Let the debt be refunded when the last that was paid too much of it has gone back."""
    waiting = queries.refunds_of(declaration.pk).filter(state__in=("requested", "approved"))
    owing = queries.debt_of(declaration.pk).outstanding
    if not waiting.exists() and not owing and debts.can(declaration, "refund"):
        debts.move(doing, declaration, "refund")


def refuse(actor: Actor, number: int, reason: str) -> Refund:
    """Refuse to send parked money back: it is parked again. Duty that is not owed goes back.

    Raises:
        NotThere: no such refund for this actor.
        StateForbids: it is decided, or it is duty that is not owed.
        DataRefused: there is no reason.
    """
    found = access.refund_for(actor, number, to="decide")
    reason = needed_reason(reason)
    with act(actor) as doing:
        refund = _locked(found.pk, "approved")
        if refund.kind != "returned":
            raise StateForbids(
                "Duty that is not owed goes back.", remedy="Leave it to another person."
            )
        refund.state, refund.decided_by, refund.decided_at = "refused", actor.name, doing.at
        refund.save(update_fields=["state", "decided_by", "decided_at"])
        tell(doing, refund, events.REFUND_REFUSED, reason=reason)
    return refund


class _Part(NamedTuple):
    """What goes back one way: from which account of the ledger, to whom."""

    amount: int
    source: tuple[str, str]
    iban: str
    name: str
    reference: str
    payment: Payment | None = None


def _parts(refund: Refund, treasury: str) -> Iterator[_Part]:
    """Give the ways on which a refund goes back.

    Raises:
        StateForbids: the payments do not hold as much.
    """
    line = refund.line
    if line is not None:
        source = (PROVIDER, line.account) if line.file.form == "online" else (BANK, line.account)
        yield _Part(refund.amount, source, line.payer_iban, line.payer_name, line.reference)
        return
    left = refund.amount
    assert refund.declaration_id is not None
    for payment in queries.payments_of(refund.declaration_id).exclude(method="carried"):
        part = min(left, payment.amount - payment.refunded)
        if part > 0:
            left -= part
            yield _Part(
                part,
                _source(payment, treasury),
                payment.payer_iban,
                payment.payer_name,
                payment.reference,
                payment,
            )
    if left:
        raise StateForbids(
            "More would go back than was paid.", remedy="Look at what was paid and refunded."
        )


def _source(payment: Payment, treasury: str) -> tuple[str, str]:
    if payment.method == "online":
        return PROVIDER, payment.payer_name
    return BANK, treasury if payment.line is None else payment.line.account


def _pay_part(doing: Act, refund: Refund, part: _Part) -> None:
    if part.payment is not None:
        rows = Payment.objects.filter(pk=part.payment.pk, refunded__lte=F("amount") - part.amount)
        if rows.update(refunded=F("refunded") + part.amount) != 1:
            raise StateForbids(
                "More would go back than was paid.", remedy="Look at what was paid and refunded."
            )
    returned = refund.kind == "returned"
    owed = (SUSPENSE, str(refund.line_id)) if returned else (REFUNDABLE, refund.payer)
    sides = [Side(*owed, part.amount), Side(*part.source, -part.amount)]
    entry = "returned" if returned else "refund"
    post(doing, entry, f"refund:{refund.pk}", refund.currency, sides)
    RefundPart.objects.create(
        refund=refund,
        payment=part.payment,
        amount=part.amount,
        iban=part.iban,
        name=part.name,
        reference=part.reference,
    )


def _locked(number: int, state: str) -> Refund:
    """Return a refund under lock that waits in a state.

    Raises:
        StateForbids: it does not.
    """
    refund: Refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("declaration", "line__file")
        .get(pk=number)
    )
    if refund.state != state:
        raise StateForbids(f"The refund is {refund.state}.", remedy="Look at the list anew.")
    return refund


def _second_person() -> StateForbids:
    return StateForbids("Another person has to do this.", remedy="Money leaves by two persons.")


def tell(doing: Act, refund: Refund, kind: str, **body: object) -> None:
    """Announce a fact about a refund to those whom its declaration concerns."""
    declaration = refund.declaration
    told = {"mrn": "" if declaration is None else declaration.mrn, **body}
    concerns = () if declaration is None else concerned(declaration)
    doing.announce(kind, f"refund:{refund.pk}", told, concerns=concerns)
