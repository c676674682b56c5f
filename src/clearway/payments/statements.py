"""Deferred accounts: opened, closed by the month into statements, paid, chased."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from clearway.accounts.queries import active_identifiers, organisation_of
from clearway.audit.actor import Actor
from clearway.declarations.queries import locked
from clearway.events.service import Act, act
from clearway.payments import events, paying, queries, stated
from clearway.payments.ledger import BANK
from clearway.payments.models import (
    BankLine,
    DeferredAccount,
    GuaranteeUse,
    Notice,
    Statement,
)
from clearway.payments.rules import statement_number
from clearway.payments.terms import Terms
from clearway.vocabulary.errors import DataRefused, StateForbids


def open_account(actor: Actor, number: str, holder: str, guarantee: str) -> DeferredAccount:
    """Open a deferred account on a general guarantee of its holder.

    Raises:
        DataRefused: the holder or the guarantee is unknown, single, over, or another's.
        StateForbids: the number is given, or the guarantee carries an account already.
    """
    with act(actor) as doing:
        behind = queries.guarantee_called(guarantee)
        faults = []
        if organisation_of(holder) is None:
            faults.append(("/body/holder", "no operator has this identification number"))
        if behind is None or behind.kind != "general" or behind.holder != holder:
            faults.append(("/body/guarantee", "not a general guarantee of this holder"))
        if faults or behind is None:
            raise DataRefused("The account cannot be opened.", faults=faults)
        if behind.state not in {"open", "used"}:
            raise StateForbids(f"The guarantee is {behind.state}.")
        made, new = DeferredAccount.objects.get_or_create(
            number=number,
            defaults={
                "holder": holder,
                "guarantee": behind,
                "opened_by": actor.name,
                "opened_at": doing.at,
            },
        )
        if not new:
            raise StateForbids("This number is given already.", remedy="Choose another number.")
        body = {"number": number, "guarantee": guarantee, "holder": holder}
        doing.announce(events.ACCOUNT_OPENED, subject(made), body, concerns=_concerns(made))
    return made


def unstated(account: DeferredAccount, month: date, terms: Terms) -> QuerySet[GuaranteeUse]:
    """Return what an account was charged until the end of a month and stands on no statement."""
    return queries.unstated(account, _next_month(month), terms.reference.time_zone)


def close(doing: Act, account: DeferredAccount, month: date, terms: Terms) -> Statement:
    """Make the statement of a month that is over, within an act that locked its guarantee."""
    uses = list(unstated(account, month, terms))
    due = terms.statement_due(month)
    made = Statement.objects.create(
        account=account,
        month=month,
        amount=sum(use.liability for use in uses),
        due=due,
        made_at=doing.at,
    )
    GuaranteeUse.objects.filter(pk__in=[use.pk for use in uses]).update(statement=made)
    # What came back from waiting may be due later than the statement.
    Notice.objects.filter(
        declaration__in=[use.declaration_id for use in uses],
        state__in=queries.OPEN_NOTICE,
        due__lt=due,
    ).update(due=due)
    tell(doing, made, events.STATEMENT_MADE)
    return made


def pay(doing: Act, statement: Statement, line: BankLine) -> str:
    """Let a bank line pay a statement's notices; return why not, or nothing.

    The oldest first; those whose collection waits last, as far as their payer pays them all the
    same.
    """
    notices = stated.notices_of(statement)
    declarations = {
        number: locked(number) for number in sorted({each.declaration_id for each in notices})
    }
    notices = stated.notices_of(statement)
    open_now = sum(each.open for each in notices)
    if not open_now:
        return "statement_paid"
    if line.amount > open_now:
        return "more_than_due"
    left = line.amount
    for notice in notices:
        part = min(left, notice.open)
        if part:
            money = paying.money_of(line, (BANK, line.account), part)
            paying.pay(doing, declarations[notice.declaration_id], notice, money)
            left -= part
    settle(doing, statement)
    return ""


def settle(doing: Act, statement: Statement) -> None:
    """Mark a statement as paid when nothing is open on it; its account is free again."""
    if statement.state == "paid" or any(each.open for each in stated.notices_of(statement)):
        return
    statement.state = "paid"
    statement.save(update_fields=["state"])
    tell(doing, statement, events.STATEMENT_PAID)
    _unblock(statement)


def wait(doing: Act, statement: Statement, today: date) -> None:
    """Let a statement be late no more where all that was late on it waits now, within an act."""
    tell(doing, statement, events.STATEMENT_STAYED)
    if statement.state == "overdue" and not stated.is_late(statement, today):
        statement.state = "due"
        statement.save(update_fields=["state"])
        _unblock(statement)


def go_on(doing: Act, statement: Statement) -> None:
    """Tell that what waited on a statement is to be paid again, within an act."""
    Statement.objects.filter(pk=statement.pk).update(reminded_at=None)
    tell(doing, statement, events.STATEMENT_RESUMED)


def _unblock(statement: Statement) -> None:
    late = Statement.objects.filter(account=statement.account_id, state="overdue")
    if not late.exists():
        rows = DeferredAccount.objects.filter(pk=statement.account_id, state="blocked")
        rows.update(state="open")


def block(account: DeferredAccount) -> None:
    """Let nothing more be charged to an account whose statement is overdue."""
    DeferredAccount.objects.filter(pk=account.pk, state="open").update(state="blocked")


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def subject(account: DeferredAccount) -> str:
    """Return the subject of an account in the record."""
    return f"account:{account.pk}"


def _concerns(account: DeferredAccount) -> tuple[int, ...]:
    return tuple(active_identifiers([account.holder]).values())


def tell(doing: Act, statement: Statement, kind: str, **body: object) -> None:
    """Announce a fact about a statement to the account's holder."""
    owed = stated.owed(statement)
    told = {
        "number": statement_number(statement.pk),
        "account": statement.account.number,
        "month": statement.month,
        "amount": statement.amount,
        "open": owed.due,
        "waits": owed.waits,
        "due": statement.due,
        **body,
    }
    concerns = _concerns(statement.account)
    doing.announce(kind, f"statement:{statement.pk}", told, concerns=concerns)
