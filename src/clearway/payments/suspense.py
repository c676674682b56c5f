"""Parked money: a cashier gives it to what it is for, or sends it back with a second person."""

from __future__ import annotations

from django.db.models import F

from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments import access, events, paying, queries, refunds, returning, securities
from clearway.payments.ledger import GUARANTOR, REFUNDABLE, SUSPENSE, Side, post
from clearway.payments.models import BankLine, Guarantee, Notice, Refund, Security
from clearway.payments.rules import quoted
from clearway.vocabulary.errors import DataRefused, StateForbids


def assign(actor: Actor, number: int, target: str) -> BankLine:
    """Give parked money to a notice, a security, or a called guarantee whose guarantor it is of.

    What is more than the notice's due waits as a refund, which two persons pay.

    Args:
        actor: a cashier.
        number: the line.
        target: number of a notice, of a security, or of a guarantee; of a payment that the bank
            took back, the bank's reference of it.

    Raises:
        NotThere: no such line.
        StateForbids: it is resolved already, of another currency, or nothing is due there.
        DataRefused: nothing has the number.
    """
    found = access.line_for(actor, number)
    if found.debit:
        return _take_back(actor, found, target)
    notice, security = _notice(target), _security(target)
    guarantee = None if notice is not None else queries.guarantee_called(target.strip())
    if notice is None and guarantee is None and security is None:
        raise DataRefused(
            "No notice and no guarantee has this number.",
            faults=(("/body/target", "not known"),),
            remedy="Give the number of a notice (TN…) or of a called guarantee.",
        )
    with act(actor) as doing:
        if notice is not None:
            declaration = locked(notice.declaration_id)
            line = _parked(found.pk)
            _pay_notice(doing, line, declaration, Notice.objects.get(pk=notice.pk))
            line.notice = notice
        elif security is not None:
            locked(security.declaration_id)
            line = _parked(found.pk)
            security.refresh_from_db()
            if securities.why_not(security, line):
                raise StateForbids(
                    "This money cannot be deposited for this security.",
                    remedy="Look at what is asked for, or send it back.",
                )
            securities.deposit(doing, security, line, parked=True)
        else:
            assert guarantee is not None
            line = _parked(found.pk)
            _pay_guarantee(doing, line, guarantee)
        line.state, line.settled_by, line.settled_at = "assigned", actor.name, doing.at
        line.save(update_fields=["state", "notice", "settled_by", "settled_at"])
        body = {"line": line.pk, "number": target.strip().upper(), "amount": line.amount}
        doing.announce(events.PAYMENT_ASSIGNED, f"bank_line:{line.pk}", body)
    return line


def _take_back(actor: Actor, found: BankLine, target: str) -> BankLine:
    """Let a parked debit take back the payment that a cashier names."""
    with act(actor) as doing:
        line = _parked(found.pk)
        if returning.take_back(doing, line, target.strip()):
            raise StateForbids(
                "This payment cannot be taken back by this debit.",
                remedy="Check the bank's reference and the amount of the payment.",
            )
        line.state, line.settled_by, line.settled_at = "assigned", actor.name, doing.at
        line.save(update_fields=["state", "settled_by", "settled_at"])
        body = {"line": line.pk, "number": target.strip(), "amount": line.amount}
        doing.announce(events.PAYMENT_ASSIGNED, f"bank_line:{line.pk}", body)
    return line


def _notice(target: str) -> Notice | None:
    named = quoted(target)
    if named is None or named[0] != "notice":
        return None
    return queries.notices().filter(pk=named[1]).first()


def _security(target: str) -> Security | None:
    named = quoted(target)
    if named is None or named[0] != "security":
        return None
    return queries.security_of_doubt(named[1])


def _parked(number: int) -> BankLine:
    """Return a parked line under lock.

    Raises:
        StateForbids: it is resolved, or on its way back.
    """
    line: BankLine = BankLine.objects.select_for_update().get(pk=number)
    if line.state != "suspended" or queries.return_of(line.pk) is not None:
        raise StateForbids(
            "This money is resolved already, or on its way back.", remedy="Look at the list anew."
        )
    return line


def _pay_notice(doing: Act, line: BankLine, declaration: Declaration, notice: Notice) -> None:
    if line.currency != notice.currency:
        raise StateForbids(
            "The money is of another currency than the notice.", remedy="Send it back."
        )
    part = min(line.amount, notice.open)
    if part <= 0:
        raise StateForbids("Nothing is due on this notice.", remedy="Send the money back.")
    source = (SUSPENSE, str(line.pk))
    paying.pay(doing, declaration, notice, paying.money_of(line, source, part), "assigned")
    rest = line.amount - part
    if not rest:
        return
    sides = [Side(SUSPENSE, str(line.pk), rest), Side(REFUNDABLE, notice.payer, -rest, notice.pk)]
    post(doing, "excess", f"bank_line:{line.pk}", line.currency, sides)
    refunds.wait(doing, declaration, notice, rest, "overpaid", line)


def _pay_guarantee(doing: Act, line: BankLine, guarantee: Guarantee) -> None:
    owed = queries.owed_by_guarantor(guarantee)
    if line.currency != guarantee.currency or not 0 < line.amount <= owed:
        raise StateForbids(
            "The guarantor does not owe this much of this currency.",
            remedy="Look at what was called on the guarantee.",
        )
    sides = [
        Side(SUSPENSE, str(line.pk), line.amount),
        Side(GUARANTOR, guarantee.number, -line.amount),
    ]
    post(doing, "assigned", f"guarantee:{guarantee.pk}", line.currency, sides)
    rows = Guarantee.objects.filter(pk=guarantee.pk)
    rows.update(used=F("used") - line.amount)
    if line.amount == owed:
        rows.filter(state="called", used=0).update(state="open")
        rows.filter(state="called").update(state="used")


def send_back(actor: Actor, number: int, reason: str) -> Refund:
    """Ask that parked money goes back to where it came from; a second person pays it.

    Raises:
        NotThere: no such line.
        StateForbids: it is resolved already, or on its way back.
        DataRefused: there is no reason.
    """
    found = access.line_for(actor, number)
    reason = needed_reason(reason)
    with act(actor) as doing:
        line = _parked(found.pk)
        if line.debit:
            raise StateForbids(
                "This is money that the bank took back.", remedy="Name the payment that it was."
            )
        made = Refund.objects.create(
            kind="returned",
            line=line,
            currency=line.currency,
            amount=line.amount,
            reason=reason,
            state="approved",
            requested_by=actor.name,
            requested_at=doing.at,
            approved_by=actor.name,
            approved_at=doing.at,
        )
        refunds.tell(doing, made, events.REFUND_APPROVED, amount=made.amount, reason=reason)
    return made
