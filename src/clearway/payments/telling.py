"""How the room's objects are told: rows to what ``forms`` describes."""

from __future__ import annotations

from typing import Any

from clearway.payments import queries, stated
from clearway.payments.bank import Outcome, told_faults
from clearway.payments.models import (
    BankFile,
    BankLine,
    DeferredAccount,
    Guarantee,
    GuaranteeUse,
    Notice,
    Order,
    Refund,
    Statement,
)
from clearway.payments.online_models import OnlinePayment
from clearway.payments.queries import Debt
from clearway.payments.rules import creditor_reference, notice_number, statement_number


def debt(one: Debt) -> dict[str, Any]:
    """Return a debt as it is told."""
    return one._asdict()


def notice(row: Notice) -> dict[str, Any]:
    """Return a notice as it is told, its declaration loaded."""
    number = notice_number(row.pk)
    return {
        "number": number,
        "reference": creditor_reference(number),
        "mrn": row.declaration.mrn,
        "version": row.version,
        "kind": row.kind,
        "state": row.state,
        "payer": row.payer,
        "currency": row.currency,
        "amount": row.amount,
        "paid": row.paid,
        "open": row.open,
        "due": row.due,
        "issued_at": row.issued_at,
        "lines": [
            {"tax": x.tax, "amount": x.amount, "legal_basis": x.legal_basis, "reason": x.reason}
            for x in sorted(row.lines.all(), key=lambda line: line.pk)
        ],
    }


def online(row: OnlinePayment, address: str, *, test: bool) -> dict[str, Any]:
    """Return a payment on line as it is told to its payer."""
    return {
        "token": row.token,
        "amount": row.amount,
        "currency": row.currency,
        "provider": row.provider,
        "test": test,
        "address": address,
    }


def use(row: GuaranteeUse) -> dict[str, Any]:
    """Return what a guarantee holds for a declaration as it is told."""
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        "liability": row.liability,
        "amount": row.amount,
        "state": row.state,
        "subject": row.subject,
        "at": row.at,
    }


_OF_A_GUARANTEE = (
    "number", "kind", "holder", "guarantor", "currency", "reference_amount", "used", "available",
    "valid_from", "valid_to", "state",
)  # fmt: skip


def guarantee(row: Guarantee, *, uses: bool = False) -> dict[str, Any]:
    """Return a guarantee as it is told, with its latest uses if they are wanted."""
    told = {name: getattr(row, name) for name in _OF_A_GUARANTEE}
    if uses:
        told["uses"] = [use(one) for one in queries.uses_of(row.pk)[:200]]
    return told


def statement(row: Statement) -> dict[str, Any]:
    """Return a statement as it is told."""
    number, owed = statement_number(row.pk), stated.owed(row)
    return {
        "number": number,
        "reference": creditor_reference(number),
        "month": row.month,
        "amount": row.amount,
        "open": owed.due,
        "waits": owed.waits,
        "due": row.due,
        "state": row.state,
    }


def account(row: DeferredAccount, *, whole: bool = False) -> dict[str, Any]:
    """Return a deferred account as it is told, whole or for a list."""
    told: dict[str, Any] = {
        "number": row.number,
        "holder": row.holder,
        "guarantee": row.guarantee.number,
        "state": row.state,
        "available": row.guarantee.available,
    }
    if whole:
        told["statements"] = [statement(one) for one in stated.statements_of(row.pk)[:60]]
        charged = queries.uses_of_account(row.pk).filter(statement=None)
        told["charged"] = [use(one) for one in charged[:200]]
    return told


def bank_file(row: BankFile) -> dict[str, Any]:
    """Return a bank file as it is told."""
    return {
        "id": row.pk,
        "name": row.name,
        "form": row.form,
        "lines": row.lines,
        "new": row.new,
        "parked": row.parked,
        "faults": [
            {"place": one.place, "reference": one.reference, "why": one.why}
            for one in told_faults(row)
        ],
        "read_at": row.read_at,
    }


def outcome(done: Outcome) -> dict[str, Any]:
    """Return what became of a bank file as it is told."""
    return bank_file(done.file)


def line(row: BankLine) -> dict[str, Any]:
    """Return a bank line as it is told."""
    return {
        "id": row.pk,
        "reference": row.reference,
        "currency": row.currency,
        "amount": row.amount,
        "value_day": row.value_day,
        "payer_name": row.payer_name,
        "payer_iban": row.payer_iban,
        "told": row.told,
        "debit": row.debit,
        "returns": row.returns,
        "state": row.state,
        "why": row.why,
        "notice": "" if row.notice_id is None else notice_number(row.notice_id),
    }


def refund(row: Refund) -> dict[str, Any]:
    """Return a refund as it is told, its declaration loaded."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "mrn": None if row.declaration is None else row.declaration.mrn,
        "payer": row.payer,
        "currency": row.currency,
        "amount": row.amount,
        "reason": row.reason,
        "state": row.state,
        "requested_at": row.requested_at,
    }


def call(row: Order) -> dict[str, Any]:
    """Return a call on a guarantee as it is told."""
    return {
        "id": row.pk,
        "guarantee": row.use.guarantee.number,
        "mrn": row.use.declaration.mrn,
        "amount": row.use.amount,
        "reason": row.reason,
        "state": row.state,
        "proposed_at": row.proposed_at,
    }
