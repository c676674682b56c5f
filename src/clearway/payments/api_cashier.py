"""The room's operations on money: bank files, suspense, refunds, the ledger."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit
from clearway.messages.bank_rows import LIMITS
from clearway.payments import access, bank, forms, queries, refunds, suspense, telling
from clearway.payments.access import OPERATIONS
from clearway.vocabulary.errors import TooLarge, WrongMediaType
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["payments"])
LineState = Literal["matched", "suspended", "assigned", "returned", "reversed"]
RefundState = Literal["requested", "approved", "refunded", "refused"]
Name = Annotated[str, Query(max_length=200, description="what you call the file")]
_FORMS: Final = frozenset({"application/xml", "text/xml", "text/csv"})
FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(_FORMS)
        },
    }
}


@router.post(
    "/bank-files",
    response={201: forms.BankFileTold},
    operation_id="uploadBankFile",
    summary="Hand in a bank file",
    openapi_extra=FILE,
)
def upload_bank_file(request: HttpRequest, name: Name = "") -> Any:
    """Read ISO 20022 camt.054 or CSV: each line once, whatever file tells it, however often."""
    actor = permitted(request, "uploadBankFile", OPERATIONS)
    if (request.content_type or "") not in _FORMS:
        raise WrongMediaType("A bank file is camt.054 (XML) or CSV.")
    data = request.read(LIMITS.most_bytes + 1)
    if len(data) > LIMITS.most_bytes:
        raise TooLarge(f"At most {LIMITS.most_bytes} bytes go through this door at once.")
    return Status(201, telling.outcome(bank.read_file(actor, name, data)))


@router.get(
    "/bank-files",
    response=forms.BankFilePage,
    operation_id="listBankFiles",
    summary="Bank files",
)
def list_bank_files(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """List the bank files, the latest first."""
    permitted(request, "listBankFiles", OPERATIONS)
    page = page_of(queries.bank_files(), "-id", cursor, limit)
    return {"items": [telling.bank_file(row) for row in page.items], "next": page.next}


@router.get(
    "/bank-lines",
    response=forms.BankLinePage,
    operation_id="listBankLines",
    summary="What the bank told",
)
def list_bank_lines(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: Annotated[LineState | None, Query(description="suspended: what is parked")] = None,
) -> Any:
    """List the bank's lines, the latest first."""
    actor = permitted(request, "listBankLines", OPERATIONS)
    page = page_of(queries.lines(state or ""), "-id", cursor, limit)
    if page.items:
        audit.note("read", actor, "bank_lines", [row.pk for row in page.items])
    return {"items": [telling.line(row) for row in page.items], "next": page.next}


@router.post(
    "/bank-lines/{number}/assignment",
    response=forms.BankLineTold,
    operation_id="assignBankLine",
    summary="Give parked money to a notice",
)
def assign_bank_line(request: HttpRequest, number: Number, wanted: forms.AssignmentOfMoney) -> Any:
    """Let parked money pay a notice; what is more than due waits as a refund."""
    actor = permitted(request, "assignBankLine", OPERATIONS)
    return telling.line(suspense.assign(actor, number, wanted.target))


@router.post(
    "/bank-lines/{number}/return",
    response={201: forms.RefundTold},
    operation_id="returnBankLine",
    summary="Send parked money back",
)
def return_bank_line(request: HttpRequest, number: Number, wanted: forms.WhyWanted) -> Any:
    """Ask that parked money goes back; a second person pays it."""
    actor = permitted(request, "returnBankLine", OPERATIONS)
    return Status(201, telling.refund(suspense.send_back(actor, number, wanted.reason)))


@router.get("/refunds", response=forms.RefundPage, operation_id="listRefunds", summary="Refunds")
def list_refunds(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: Annotated[RefundState | None, Query(description="of one state")] = None,
) -> Any:
    """List the refunds that you may see, the latest first."""
    actor = permitted(request, "listRefunds", OPERATIONS)
    rows = access.visible_refunds(actor)
    page = page_of(rows.filter(state=state) if state else rows, "-id", cursor, limit)
    others = [row.pk for row in page.items if row.payer != actor.identifier]
    if others:
        audit.note("read", actor, "refunds", others)
    return {"items": [telling.refund(row) for row in page.items], "next": page.next}


@router.post(
    "/refunds/{number}/approval",
    response=forms.RefundTold,
    operation_id="approveRefund",
    summary="Approve a refund",
)
def approve_refund(request: HttpRequest, number: Number) -> Any:
    """Approve a refund as the first of two persons."""
    actor = permitted(request, "approveRefund", OPERATIONS)
    return telling.refund(refunds.approve(actor, number))


@router.post(
    "/refunds/{number}/payment",
    response=forms.RefundTold,
    operation_id="payRefund",
    summary="Pay a refund",
)
def pay_refund(request: HttpRequest, number: Number) -> Any:
    """Pay an approved refund as the second of two persons, the way the money came."""
    actor = permitted(request, "payRefund", OPERATIONS)
    return telling.refund(refunds.pay(actor, number))


@router.post(
    "/refunds/{number}/refusal",
    response=forms.RefundTold,
    operation_id="refuseRefund",
    summary="Refuse to send parked money back",
)
def refuse_refund(request: HttpRequest, number: Number, wanted: forms.WhyWanted) -> Any:
    """Leave parked money parked. Duty that is not owed goes back, and cannot be refused."""
    actor = permitted(request, "refuseRefund", OPERATIONS)
    return telling.refund(refunds.refuse(actor, number, wanted.reason))


@router.get(
    "/ledger", response=forms.LedgerTold, operation_id="getLedger", summary="The ledger's balances"
)
def get_ledger(request: HttpRequest) -> Any:
    """Return every account that has a balance."""
    permitted(request, "getLedger", OPERATIONS)
    rows = sorted(queries.balances().items())
    balances = [
        {"kind": kind, "key": key, "currency": currency, "balance": balance}
        for (kind, key, currency), balance in rows
    ]
    return {"balances": balances, "balanced": not queries.unbalanced()}
