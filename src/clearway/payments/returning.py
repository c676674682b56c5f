"""Payments that the bank takes back: their matching is reversed, by the bank's reference.

The ledger is put right by an entry of its own, the notice is open again and its payer told. What a
returned payment set going and cannot be undone by itself (a refund that went out, a deposit that
covers a security) leaves the debit parked, and a cashier looks at it. What a guarantee gave back
when the debt was paid is not taken from it again: whoever released against it named it once.
"""

from __future__ import annotations

from django.db.models import F

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import Act
from clearway.payments import adjusting, events, notices, paying, queries, settling, stated
from clearway.payments.ledger import BANK, RECEIVABLE, SUSPENSE, Side, post
from clearway.payments.models import BankLine, Notice, Payment, Refund, Statement
from clearway.payments.notices import INTEREST, Line
from clearway.vocabulary.errors import StateForbids

_SETTLED = frozenset({"paid", "final", "refunded"})


def take_back(doing: Act, debit: BankLine, named: str = "") -> str:
    """Let a debit reverse the payment that it returns, within an act; return why not, or nothing.

    Args:
        doing: the act.
        debit: a new line, or a parked one.
        named: the bank's reference of the payment; by default the one that the bank gave.
    """
    rows = BankLine.objects.filter(account=debit.account, debit=False, first=True)
    found = rows.filter(reference=named or debit.returns).first()
    if found is None:
        return "unknown_return"
    if (found.amount, found.currency) != (debit.amount, debit.currency):
        return "return_differs"
    about = Payment.objects.filter(line=found).values_list("notice__declaration", flat=True)
    declarations = {number: locked(number) for number in sorted(set(about))}
    # Under the locks they may stand otherwise than they were read.
    credit = BankLine.objects.select_for_update().get(pk=found.pk)
    paid = list(Payment.objects.filter(line=found).select_related("notice").order_by("id"))
    if credit.state in {"reversed", "returned"}:
        return "return_done"
    # A parked debit has left the bank's account already; what it lacks stands in suspense.
    source = (SUSPENSE, str(debit.pk)) if debit.why else (BANK, debit.account)
    if credit.state == "suspended":
        if queries.return_of(credit.pk) is not None:
            return "return_other"
        sides = [Side(SUSPENSE, str(credit.pk), credit.amount), Side(*source, -credit.amount)]
        post(doing, "reversed", f"bank_line:{credit.pk}", credit.currency, sides)
        told = {"amount": credit.amount, "currency": credit.currency, "reason": debit.told}
        doing.announce(events.PAYMENT_REVERSED, f"bank_line:{credit.pk}", told)
    else:
        if not _whole(credit, paid):
            return "return_other"
        for one in paid:
            _reverse(doing, declarations[one.notice.declaration_id], one, source, debit.told)
    credit.state = "reversed"
    credit.save(update_fields=["state"])
    debit.state, debit.reverses, debit.why = "matched", credit, ""
    debit.save(update_fields=["state", "reverses", "why"])
    return ""


def _whole(credit: BankLine, paid: list[Payment]) -> bool:
    """Tell whether what a line paid stands as it was paid, each part on a notice that is not gone.

    A notice that was replaced handed its money on; its successor gives it back.
    """
    if sum(one.amount for one in paid) != credit.amount or any(one.refunded for one in paid):
        return False
    if Refund.objects.filter(line=credit).exclude(state="refused").exists():
        return False
    needed: dict[int, int] = {}
    for one in paid:
        notice = _standing(one)
        if notice is None or one.method != "bank":
            return False
        needed[notice.pk] = needed.get(notice.pk, 0) + one.amount
    return all(Notice.objects.get(pk=key).paid >= amount for key, amount in needed.items())


def _standing(payment: Payment) -> Notice | None:
    """Return the notice on which a payment counts now."""
    if payment.notice.state != "cancelled":
        return payment.notice
    return queries.standing_notice(payment.notice.declaration_id)


def _reverse(
    doing: Act, declaration: Declaration, payment: Payment, source: tuple[str, str], reason: str
) -> None:
    """Take one payment off its notice, which is open again for as much."""
    notice = _standing(payment)
    assert notice is not None
    Payment.objects.filter(pk=payment.pk).update(refunded=F("amount"))
    assert payment.line is not None
    late, _, _ = paying.interest_on(doing, payment.notice, payment.amount, payment.line.value_day)
    notice.paid -= payment.amount
    notice.state = settling.state_of(notice)
    notice.reminded_at = None
    notice.save(update_fields=["paid", "state", "reminded_at"])
    sides = [
        Side(RECEIVABLE, notice.payer, payment.amount, notice.pk),
        Side(*source, -payment.amount, notice.pk),
    ]
    post(doing, "reversed", notices.subject(notice), notice.currency, sides)
    told = {"amount": payment.amount, "open": notice.open, "reason": reason}
    notices.tell(doing, notice, declaration, events.PAYMENT_REVERSED, **told)
    if late:
        _take_interest_back(doing, declaration, late)
    if declaration.debt_state in _SETTLED:
        settling.open_again(doing, declaration, reason)
    _open_statements(declaration)
    settling.settle(doing, declaration)


def _take_interest_back(doing: Act, declaration: Declaration, late: int) -> None:
    """Take back what the payment cost for being late: it counts from the day of the next one."""
    line = Line(paying.INTEREST_TAX, -late, "", INTEREST)
    try:
        adjusting.adjust(doing, declaration, [line], "Payment returned")
    except StateForbids:
        return  # an appeal or an earlier return took it back


def _open_statements(declaration: Declaration) -> None:
    """Let a statement that was paid be due again; the round then finds whether it is late."""
    for statement in stated.with_declaration(declaration.pk):
        if statement.state == "paid" and stated.owed(statement).due:
            Statement.objects.filter(pk=statement.pk).update(state="due", reminded_at=None)
