"""Lists of money: notices, guarantees, deferred accounts, parked lines, bank files, refunds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.payments import access, queries
from clearway.payments.access import OPERATIONS
from clearway.payments.models import DeferredAccount, Guarantee, Notice, Refund
from clearway.payments.rules import notice_number, quoted
from clearway.payments.terms import terms_at
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page

NOTICE_STATES: Final = ("due", "part_paid", "paid", "cancelled")
GUARANTEE_STATES: Final = ("open", "used", "released", "called", "expired")
REFUND_STATES: Final = ("requested", "approved", "refunded", "refused")


def _notices(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Notice]:
    rows = access.visible_notices(actor)
    if state := chosen.get("tax_notice_state"):
        rows = rows.filter(state=state)
    if number := chosen.get("notice_number"):
        named = quoted(number)
        rows = rows.filter(pk=named[1] if named and named[0] == "notice" else 0)
    if mrn := chosen.get("mrn"):
        rows = rows.filter(declaration__mrn=mrn.upper())
    return rows


def _late(actor: Actor, _: Mapping[str, Any]) -> QuerySet[Notice]:
    today = terms_at(clock.now()).today
    late = access.visible_notices(actor).filter(state__in=queries.OPEN_NOTICE, due__lt=today)
    return late.filter(~queries.stayed())


def _note_notices(actor: Actor, rows: Sequence[Notice]) -> None:
    _note(actor, "notices", [row.pk for row in rows if row.organisation != actor.organisation])


def _note(actor: Actor, subject: str, others: Sequence[int]) -> None:
    if others:
        audit.note("read", actor, subject, list(others))


_OF_A_NOTICE: Final = (
    Column("notice_number", lambda row: notice_number(row.pk), "code"),
    Column("mrn", lambda row: row.declaration.mrn, "code"),
    Column("payer", lambda row: row.payer, "party"),
    Column("notice_kind", lambda row: row.kind, "word:notice_kind"),
    Column("amount", lambda row: (row.amount, row.currency), "money"),
    Column("open_amount", lambda row: (row.open, row.currency), "money"),
    Column("pay_by", lambda row: row.due, "day"),
    Column("tax_notice_state", lambda row: row.state, "state:tax_notice"),
)
NOTICES: Final = Listing(
    name="notices",
    title="menu_notices",
    rows=_notices,
    columns=_OF_A_NOTICE,
    filters=(
        Filter("notice_number", longest=35),
        Filter("mrn", longest=18),
        Filter("tax_notice_state", "choice", NOTICE_STATES, "tax_notice"),
    ),
    address=lambda row: reverse("notice", args=[row.pk]),
    note=_note_notices,
    live="notice",
)
OVERDUE: Final = Listing(
    name="overdue_notices",
    title="overdue_notices",
    hint="overdue_notices_hint",
    rows=_late,
    columns=_OF_A_NOTICE,
    address=lambda row: reverse("notice", args=[row.pk]),
    note=_note_notices,
    live="notice",
    keeps_views=False,
)


def _guarantees(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Guarantee]:
    rows = access.visible_guarantees(actor)
    if state := chosen.get("guarantee_state"):
        rows = rows.filter(state=state)
    if holder := chosen.get("holder"):
        rows = rows.filter(holder=holder.upper())
    return rows


GUARANTEES: Final = Listing(
    name="guarantees",
    title="menu_guarantees",
    rows=_guarantees,
    columns=(
        Column("guarantee_number", lambda row: row.number, "code"),
        Column("holder", lambda row: row.holder, "party"),
        Column("guarantee_kind", lambda row: row.kind, "word:guarantee_kind"),
        Column("reference_amount", lambda row: (row.reference_amount, row.currency), "money"),
        Column("used_amount", lambda row: (row.used, row.currency), "money"),
        Column("available", lambda row: (row.available, row.currency), "money"),
        Column("last_day", lambda row: row.valid_to, "day"),
        Column("guarantee_state", lambda row: row.state, "state:guarantee_state"),
    ),
    filters=(
        Filter("holder", longest=17),
        Filter("guarantee_state", "choice", GUARANTEE_STATES, "guarantee_state"),
    ),
    address=lambda row: reverse("guarantee", args=[row.pk]),
    note=lambda actor, rows: _note(
        actor, "guarantees", [row.pk for row in rows if row.holder != actor.identifier]
    ),
    live="guarantee",
)


def _accounts(actor: Actor, _: Mapping[str, Any]) -> QuerySet[DeferredAccount]:
    return access.visible_accounts(actor)


ACCOUNTS: Final = Listing(
    name="deferred_accounts",
    title="deferred_accounts",
    hint="deferred_accounts_hint",
    rows=_accounts,
    columns=(
        Column("account_number", lambda row: row.number, "code"),
        Column("holder", lambda row: row.holder, "party"),
        Column("guarantee_number", lambda row: row.guarantee.number, "code"),
        Column("available", lambda row: (row.guarantee.available, row.guarantee.currency), "money"),
        Column("account_state", lambda row: row.state, "state:account_state"),
    ),
    address=lambda row: reverse("deferred_account", args=[row.pk]),
    note=lambda actor, rows: _note(
        actor, "accounts", [row.pk for row in rows if row.holder != actor.identifier]
    ),
    live="account",
    keeps_views=False,
)


def _refunds(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Refund]:
    rows = access.visible_refunds(actor)
    state = chosen.get("refund_state")
    return rows.filter(state=state) if state else rows


REFUNDS: Final = Listing(
    name="refunds",
    title="menu_refunds",
    hint="refunds_hint",
    rows=_refunds,
    columns=(
        Column("refund_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn if row.declaration else "", "code"),
        Column("payer", lambda row: row.payer, "party"),
        Column("refund_kind", lambda row: row.kind, "word:refund_kind"),
        Column("amount", lambda row: (row.amount, row.currency), "money"),
        Column("requested_at", lambda row: row.requested_at, "instant"),
        Column("refund_state", lambda row: row.state, "state:refund_state"),
    ),
    filters=(Filter("refund_state", "choice", REFUND_STATES, "refund_state"),),
    address=lambda row: reverse("refund", args=[row.pk]),
    note=lambda actor, rows: _note(
        actor, "refunds", [row.pk for row in rows if row.payer != actor.identifier]
    ),
    live="refund",
)
CALLS: Final = Listing(
    name="calls",
    title="guarantee_calls",
    hint="guarantee_calls_hint",
    rows=lambda _actor, _chosen: queries.calls(),
    columns=(
        Column("guarantee_number", lambda row: row.use.guarantee.number, "code"),
        Column("mrn", lambda row: row.use.declaration.mrn, "code"),
        Column("amount", lambda row: (row.use.amount, row.use.guarantee.currency), "money"),
        Column("proposed_by", lambda row: row.proposed_by, "actor"),
        Column("proposed_at", lambda row: row.proposed_at, "instant"),
        Column("call_state", lambda row: row.state, "state:call_state"),
    ),
    address=lambda row: reverse("guarantee_call", args=[row.pk]),
    note=lambda actor, rows: _note(actor, "calls", [row.pk for row in rows]),
    live="guarantee",
    keeps_views=False,
)
BANK_FILES: Final = Listing(
    name="bank_files",
    title="bank_files",
    rows=lambda _actor, _chosen: queries.bank_files(),
    columns=(
        Column("file_name", lambda row: row.name or str(row.pk)),
        Column("file_form", lambda row: row.form, "word:bank_form"),
        Column("bank_lines", lambda row: row.lines, "number"),
        Column("new_lines", lambda row: row.new, "number"),
        Column("parked_lines", lambda row: row.parked, "number"),
        Column("read_at", lambda row: row.read_at, "instant"),
    ),
    address=lambda row: reverse("bank_file", args=[row.pk]),
    keeps_views=False,
)


@require_safe
@page("listNotices", OPERATIONS)
def notices(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the notices that one may see."""
    ways = [("overdue_notices", "overdue_notices"), ("menu_refunds", "refunds")]
    return NOTICES.answer(request, actor, acts=ways)


@require_safe
@page("listNotices", OPERATIONS)
def overdue(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what was due and is not paid."""
    return OVERDUE.answer(request, actor)


@require_safe
@page("listGuarantees", OPERATIONS)
def guarantees(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the guarantees that one may see, with the ways to accounts and calls."""
    acts = [("enter_guarantee", "enter_guarantee")] if may(actor, "enterGuarantee") else []
    acts.append(("deferred_accounts", "deferred_accounts"))
    if may(actor, "listCalls"):
        acts.append(("guarantee_calls", "guarantee_calls"))
    return GUARANTEES.answer(request, actor, acts=acts)


@require_safe
@page("listDeferredAccounts", OPERATIONS)
def accounts(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the deferred accounts that one may see."""
    acts = [("open_account", "open_account")] if may(actor, "openDeferredAccount") else []
    return ACCOUNTS.answer(request, actor, acts=acts)


@require_safe
@page("listRefunds", OPERATIONS)
def refunds(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the refunds that one may see."""
    return REFUNDS.answer(request, actor)


@require_safe
@page("listCalls", OPERATIONS)
def calls(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the calls on guarantees."""
    return CALLS.answer(request, actor)


@require_safe
@page("listBankFiles", OPERATIONS)
def bank_files(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the bank files that were read."""
    return BANK_FILES.answer(request, actor)


def may(actor: Actor, operation: str) -> bool:
    """Tell whether an actor has an operation of the room."""
    return actor.has(*OPERATIONS[operation])
