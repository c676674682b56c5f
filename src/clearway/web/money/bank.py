"""The cashier's desk: bank files read, parked money resolved, refunds approved and paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.messages.bank_rows import COLUMNS, LIMITS
from clearway.payments import access, bank, queries, refunds, suspense
from clearway.payments.access import OPERATIONS
from clearway.payments.models import BankFile, BankLine
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Listing
from clearway.web.money.lists import may
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

_FILE: Final = (Field("bank_file", "file"),)


def _parked(_actor: Actor, _chosen: Mapping[str, Any]) -> QuerySet[BankLine]:
    return queries.parked()


PARKED: Final = Listing(
    name="bank",
    title="menu_bank",
    hint="bank_hint",
    rows=_parked,
    columns=(
        Column("bank_reference", lambda row: row.reference, "code"),
        Column("amount", lambda row: (row.amount, row.currency), "money"),
        Column("value_day", lambda row: row.value_day, "day"),
        Column("payer_name", lambda row: row.payer_name),
        Column("told_by_payer", lambda row: row.told),
        Column("why_parked", lambda row: row.why, "word:parked_why"),
    ),
    address=lambda row: reverse("bank_line", args=[row.pk]),
    note=lambda actor, rows: (
        audit.note("read", actor, "bank_lines", [row.pk for row in rows]) if rows else None
    ),
    template="web/money/bank.html",
    live="bank_line",
    keeps_views=False,
)


@require_http_methods(["GET", "POST"])
@page("listBankLines", OPERATIONS)
def desk(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show parked money; take a bank file."""
    asked = filling.form(request, _FILE) if may(actor, "uploadBankFile") else None
    if request.method == "POST" and asked is not None and asked.is_valid():
        file: Any = request.FILES["bank_file"]
        try:
            _refuse_large(file.size or 0)
            done = bank.read_file(actor, file.name or "", file.read())
        except DataRefused as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("bank_file", args=[done.file.pk]))
    status = 422 if asked is not None and asked.errors else 200
    return PARKED.answer(
        request,
        actor,
        status=status,
        asked=asked,
        columns=", ".join(COLUMNS),
        acts=[("menu_refunds", "refunds"), ("bank_files", "bank_files")],
        lesser=True,  # the main act is to hand in the bank's file
    )


def _refuse_large(size: int) -> None:
    if size > LIMITS.most_bytes:
        raise DataRefused(
            "This is no bank file.",
            faults=(("/bank_file", f"{LIMITS.most_bytes} bytes"),),
            remedy="Hand in ISO 20022 camt.054, or CSV with the columns of the manual.",
        )


@require_safe
@page("listBankFiles", OPERATIONS)
def file(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show what became of a bank file."""
    found: BankFile | None = queries.bank_files().filter(pk=number).first()
    if found is None:
        raise NotThere("There is no such file.", remedy="Check its number.")
    audit.note("read", actor, f"bank:{found.pk}")
    lines = list(queries.lines().filter(file=found).order_by("id")[:200])
    context = {"file": found, "lines": lines, "faults": bank.told_faults(found)}
    return render(request, "web/money/file.html", context)


@require_safe
@page("listBankLines", OPERATIONS)
def line(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a bank line, and what may be done with it."""
    found = queries.lines().filter(pk=number).first()
    if found is None:
        raise NotThere("There is no such line.", remedy="Check its number.")
    audit.note("read", actor, f"bank_line:{found.pk}")
    return _line(request, actor, found)


def _line(request: HttpRequest, actor: Actor, found: BankLine, asked: Any = None) -> HttpResponse:
    back = queries.return_of(found.pk)
    free = found.state == "suspended" and back is None
    may_resolve = free and may(actor, "assignBankLine")
    context = {
        "line": found,
        "back": back,
        "may_resolve": may_resolve,
        "asked": asked or (filling.form(request, _TARGET, given=False) if may_resolve else None),
    }
    status = 422 if asked is not None else 200
    return render(request, "web/money/line.html", context, status=status)


_TARGET: Final = (Field("target", longest=35),)


@require_POST
@page("assignBankLine", OPERATIONS)
def assign(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Give parked money to a notice, or to a called guarantee."""
    found = access.line_for(actor, number)
    asked = filling.form(request, _TARGET)
    if asked.is_valid():
        try:
            suspense.assign(actor, number, asked.cleaned_data["target"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, words(language_for(request))["line_assigned_now"])
            return see_other(reverse("bank"))
    return _line(request, actor, found, asked)


@require_POST
@page("returnBankLine", OPERATIONS)
def send_back(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Ask that parked money goes back; a second person pays it."""
    made = suspense.send_back(actor, number, typed(request, "reason"))
    messages.success(request, words(language_for(request))["line_goes_back"])
    return see_other(reverse("refund", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@page("listRefunds", OPERATIONS)
def refund(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a refund; approve it, pay it, or leave the money parked."""
    found = access.refund_for(actor, number)
    if request.method == "POST":
        return _decide(request, actor, number)
    if found.payer != actor.identifier:
        audit.note("read", actor, f"refund:{found.pk}")
    acts: tuple[str, ...] = {"requested": ("approve",), "approved": ("pay",)}.get(found.state, ())
    if found.state == "approved" and found.kind == "returned":
        acts = ("pay", "refuse")
    context = {
        "refund": found,
        "parts": list(found.parts.order_by("id")),
        "acts": acts if may(actor, "payRefund") else (),
    }
    return render(request, "web/money/refund.html", context)


def _decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    wanted = chosen(request, "decision", {"approve", "pay", "refuse"})
    if wanted == "approve":
        refunds.approve(actor, number)
    elif wanted == "pay":
        refunds.pay(actor, number)
    else:
        refunds.refuse(actor, number, typed(request, "reason"))
    messages.success(request, words(language_for(request))[f"refund_now_{wanted}"])
    return see_other(reverse("refund", args=[number]))
