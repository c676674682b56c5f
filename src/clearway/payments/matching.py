"""What a bank line pays: the notice, statement or security that its payer named. Reads only."""

from __future__ import annotations

from typing import Final, NamedTuple

from clearway.kernel.reference import Reference
from clearway.payments import queries, stated
from clearway.payments.models import BankLine, Notice, Security, Statement
from clearway.payments.rules import iban_is_wrong, quoted

WHY: Final = (
    "unknown_notice", "notice_cancelled", "notice_paid", "wrong_currency", "more_than_due",
    "reference_reused", "wrong_iban", "statement_paid", "security_over",
    "unknown_return", "return_differs", "return_done", "return_other",
)  # fmt: skip
"""Why a line is parked."""


class Match(NamedTuple):
    """What a line pays: one of the three."""

    notice: Notice | None = None
    statement: Statement | None = None
    security: Security | None = None


def find(line: BankLine, reference: Reference) -> Match | str:
    """Return what a line pays, or why it is parked (one of ``WHY``)."""
    if not line.first:
        return "reference_reused"
    if line.payer_iban and iban_is_wrong(line.payer_iban):
        return "wrong_iban"
    named = quoted(line.told)
    if named is None:
        return "unknown_notice"
    kind, row = named
    if kind == "notice":
        return _notice(row, line)
    if kind == "security":
        security = queries.security_of_doubt(row)
        if security is None:
            return "unknown_notice"
        return Match(security=security)
    statement = stated.statements().filter(pk=row).first()
    if statement is None:
        return "unknown_notice"
    return Match(statement=statement) if line.currency == reference.currency else "wrong_currency"


def _notice(row: int, line: BankLine) -> Match | str:
    notice = queries.notices().filter(pk=row).first()
    if notice is None:
        return "unknown_notice"
    if notice.state == "cancelled":
        # The payer knew the notice before the declaration was amended: its successor is meant.
        standing = queries.standing_notice(notice.declaration_id)
        if standing is None:
            return "notice_cancelled"
        notice = standing
    return why_not(notice, line) or Match(notice=notice)


def why_not(notice: Notice, line: BankLine) -> str:
    """Return why a line cannot pay a notice as it stands; empty where it can."""
    if notice.state == "cancelled":
        return "notice_cancelled"
    if line.currency != notice.currency:
        return "wrong_currency"
    if not notice.open:
        return "notice_paid"
    return "more_than_due" if line.amount > notice.open else ""
