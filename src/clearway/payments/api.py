"""The room's operations on what is owed: notices, guarantees, deferred accounts, the debt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import service as audit
from clearway.declarations.access import declaration_for, note_read
from clearway.declarations.told import DeclarationTold, Mrn, declaration
from clearway.payments import (
    access,
    covering,
    finalising,
    forms,
    guarantees,
    online,
    queries,
    statements,
    telling,
)
from clearway.payments.access import OPERATIONS
from clearway.payments.providers import provider
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["payments"])
NoticeState = Literal["due", "part_paid", "paid", "cancelled"]


@router.get(
    "/declarations/{mrn}/debt",
    response=forms.DebtTold,
    operation_id="getDebt",
    summary="What is owed on a declaration",
)
def get_debt(request: HttpRequest, mrn: Mrn) -> Any:
    """Return what is payable, paid, secured and outstanding."""
    actor = permitted(request, "getDebt", OPERATIONS)
    found = declaration_for(actor, mrn)
    note_read(actor, found, "debt")
    return telling.debt(queries.debt_of(found.pk))


@router.post(
    "/declarations/{mrn}/security",
    response=forms.DebtTold,
    operation_id="secureDebt",
    summary="Secure what a declaration owes",
)
def secure_debt(request: HttpRequest, mrn: Mrn, wanted: forms.DebtSecurityWanted) -> Any:
    """Let a guarantee or a deferred account answer for what is outstanding."""
    actor = permitted(request, "secureDebt", OPERATIONS)
    found = covering.secure(actor, mrn, wanted.guarantee)
    note_read(actor, found, "debt")
    return telling.debt(queries.debt_of(found.pk))


@router.post(
    "/declarations/{mrn}/final-determination",
    response=DeclarationTold,
    operation_id="finaliseDebt",
    summary="Determine finally what is owed",
)
def finalise_debt(request: HttpRequest, mrn: Mrn, wanted: forms.WhyWanted) -> Any:
    """Settle what was released against security; what is still outstanding is due anew."""
    actor = permitted(request, "finaliseDebt", OPERATIONS)
    found, _ = finalising.finalise(actor, mrn, wanted.reason)
    note_read(actor, found)
    return declaration(found)


@router.get(
    "/notices", response=forms.NoticePage, operation_id="listNotices", summary="Tax notices"
)
def list_notices(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: Annotated[NoticeState | None, Query(description="of one state")] = None,
) -> Any:
    """List the notices that you may see, the latest first."""
    actor = permitted(request, "listNotices", OPERATIONS)
    rows = queries.with_lines(access.visible_notices(actor))
    page = page_of(rows.filter(state=state) if state else rows, "-id", cursor, limit)
    others = [row.pk for row in page.items if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "notices", others)
    return {"items": [telling.notice(row) for row in page.items], "next": page.next}


@router.get(
    "/notices/{number}",
    response=forms.NoticeTold,
    operation_id="getNotice",
    summary="A tax notice",
)
def get_notice(request: HttpRequest, number: forms.NoticeNumber) -> Any:
    """Return a notice with its lines by tax."""
    actor = permitted(request, "getNotice", OPERATIONS)
    return telling.notice(access.notice_for(actor, number))


@router.post(
    "/notices/{number}/online-payment",
    response={201: forms.OnlineTold},
    operation_id="payOnline",
    summary="Pay a notice on line",
)
def pay_online(request: HttpRequest, number: forms.NoticeNumber) -> Any:
    """Begin to pay what is open; the payer is sent to the provider's address."""
    actor = permitted(request, "payOnline", OPERATIONS)
    begun, address = online.begin(actor, number)
    return Status(201, telling.online(begun, address, test=provider().is_test))


@router.get(
    "/guarantees",
    response=forms.GuaranteePage,
    operation_id="listGuarantees",
    summary="Guarantees",
)
def list_guarantees(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """List the guarantees that you may see, the latest first."""
    actor = permitted(request, "listGuarantees", OPERATIONS)
    page = page_of(access.visible_guarantees(actor), "-id", cursor, limit)
    others = [row.pk for row in page.items if row.holder != actor.identifier]
    if others:
        audit.note("read", actor, "guarantees", others)
    return {"items": [telling.guarantee(row) for row in page.items], "next": page.next}


@router.post(
    "/guarantees",
    response={201: forms.GuaranteeTold},
    operation_id="enterGuarantee",
    summary="Enter a guarantee",
)
def enter_guarantee(request: HttpRequest, wanted: forms.GuaranteeWanted) -> Any:
    """Enter what somebody answers for; declarations then cite its number."""
    actor = permitted(request, "enterGuarantee", OPERATIONS)
    made = guarantees.enter(actor, guarantees.Wanted(**wanted.dict()))
    return Status(201, telling.guarantee(made))


@router.get(
    "/guarantees/{number}",
    response=forms.GuaranteeWithUses,
    operation_id="getGuarantee",
    summary="A guarantee",
)
def get_guarantee(request: HttpRequest, number: forms.GuaranteeNumber) -> Any:
    """Return a guarantee with what it holds."""
    actor = permitted(request, "getGuarantee", OPERATIONS)
    return telling.guarantee(access.guarantee_for(actor, number), uses=True)


@router.post(
    "/guarantees/{number}/release",
    response=forms.GuaranteeTold,
    operation_id="releaseGuarantee",
    summary="Give a guarantee back",
)
def release_guarantee(
    request: HttpRequest, number: forms.GuaranteeNumber, wanted: forms.WhyWanted
) -> Any:
    """Give a guarantee back, of which nothing is used."""
    actor = permitted(request, "releaseGuarantee", OPERATIONS)
    return telling.guarantee(guarantees.release(actor, number, wanted.reason))


@router.post(
    "/guarantee-uses/{number}/call",
    response={201: forms.CallTold},
    operation_id="callGuarantee",
    summary="Ask that a guarantor pays",
)
def call_guarantee(request: HttpRequest, number: Number, wanted: forms.WhyWanted) -> Any:
    """Ask, as the first of two persons, that the guarantor pays what is overdue."""
    actor = permitted(request, "callGuarantee", OPERATIONS)
    return Status(201, telling.call(guarantees.propose_call(actor, number, wanted.reason)))


@router.get(
    "/guarantee-calls",
    response=forms.CallPage,
    operation_id="listCalls",
    summary="Calls on guarantees",
)
def list_calls(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """List the calls on guarantees, the latest first."""
    actor = permitted(request, "listCalls", OPERATIONS)
    page = page_of(queries.calls(), "-id", cursor, limit)
    if page.items:
        audit.note("read", actor, "calls", [row.pk for row in page.items])
    return {"items": [telling.call(row) for row in page.items], "next": page.next}


@router.post(
    "/guarantee-calls/{number}/confirmation",
    response=forms.CallTold,
    operation_id="confirmCall",
    summary="Confirm a call on a guarantee",
)
def confirm_call(request: HttpRequest, number: Number, wanted: forms.CallDecision) -> Any:
    """Confirm, as the second of two persons, that the guarantor pays, or send it back."""
    actor = permitted(request, "confirmCall", OPERATIONS)
    return telling.call(guarantees.confirm_call(actor, number, confirmed=wanted.confirm))


@router.get(
    "/deferred-accounts",
    response=forms.AccountsTold,
    operation_id="listDeferredAccounts",
    summary="Deferred accounts",
)
def list_deferred_accounts(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """List the deferred accounts that you may see, the latest first."""
    actor = permitted(request, "listDeferredAccounts", OPERATIONS)
    page = page_of(access.visible_accounts(actor), "-id", cursor, limit)
    others = [row.pk for row in page.items if row.holder != actor.identifier]
    if others:
        audit.note("read", actor, "accounts", others)
    return {"items": [telling.account(row) for row in page.items], "next": page.next}


@router.post(
    "/deferred-accounts",
    response={201: forms.AccountTold},
    operation_id="openDeferredAccount",
    summary="Open a deferred account",
)
def open_deferred_account(request: HttpRequest, wanted: forms.AccountWanted) -> Any:
    """Open a deferred account on a general guarantee of its holder."""
    actor = permitted(request, "openDeferredAccount", OPERATIONS)
    made = statements.open_account(actor, wanted.number, wanted.holder, wanted.guarantee)
    return Status(201, telling.account(made))


@router.get(
    "/deferred-accounts/{number}",
    response=forms.AccountWithStatements,
    operation_id="getDeferredAccount",
    summary="A deferred account",
)
def get_deferred_account(request: HttpRequest, number: forms.AccountNumber) -> Any:
    """Return a deferred account with its statements and what was charged since."""
    actor = permitted(request, "getDeferredAccount", OPERATIONS)
    return telling.account(access.account_for(actor, number), whole=True)
