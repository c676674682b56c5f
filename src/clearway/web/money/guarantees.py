"""A guarantee and a deferred account: what they hold; entering, giving back, calling."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.permission import require
from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.payments import access, guarantees, queries, stated, statements
from clearway.payments.access import OPERATIONS
from clearway.payments.bank import minor_units
from clearway.payments.guarantees import Wanted
from clearway.payments.models import DeferredAccount, Guarantee, Statement
from clearway.payments.rules import creditor_reference, statement_number
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.money.lists import may
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words

_SHOWN = 100


@require_safe
@page("getGuarantee", OPERATIONS)
def guarantee(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a guarantee with what it holds."""
    found = _guarantee(actor, number)
    own = found.holder == actor.identifier
    context = {
        "guarantee": found,
        "uses": list(queries.uses_of(found.pk)[:_SHOWN]),
        "may_release": not own and may(actor, "releaseGuarantee") and found.used == 0,
        "may_call": may(actor, "callGuarantee"),
        "owed": queries.owed_by_guarantor(found),
    }
    return render(request, "web/money/guarantee.html", context)


def _guarantee(actor: Actor, number: int) -> Guarantee:
    found = queries.guarantees().filter(pk=number).first()
    return access.guarantee_for(actor, found.number if found is not None else "~")


@require_http_methods(["GET", "POST"])
@page("enterGuarantee", OPERATIONS)
def enter(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Enter a guarantee."""
    terms = terms_at(clock.now())
    fields = (
        Field("number", longest=35),
        Field("guarantee_kind", "choice", ("general", "single"), "guarantee_kind"),
        Field("holder", longest=17),
        Field("guarantor", longest=175),
        Field("guarantor_iban", longest=34, required=False),
        Field("reference_amount", longest=25),
        Field("valid_from", "day", initial=terms.today),
        Field("last_day", "day"),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        try:
            made = guarantees.enter(actor, _wanted(asked.cleaned_data, terms.reference))
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["guarantee_entered_now"])
            return see_other(reverse("guarantee", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["enter_guarantee"],
        "hint": told["enter_guarantee_hint"],
        "submit": told["enter_guarantee"],
        "trail": (reverse("guarantees"), told["menu_guarantees"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _wanted(given: dict[str, Any], reference: Any) -> Wanted:
    return Wanted(
        number=given["number"].strip(),
        kind=given["guarantee_kind"],
        holder=given["holder"].strip().upper(),
        guarantor=given["guarantor"].strip(),
        guarantor_iban=given["guarantor_iban"].replace(" ", "").upper(),
        reference_amount=amount_of(given["reference_amount"], reference),
        valid_from=given["valid_from"],
        valid_to=given["last_day"],
    )


def amount_of(text: str, reference: Any) -> int:
    """Return an amount that was typed in units of the country's currency, in minor units.

    Nothing that can be computed with is nothing: the service then refuses it.
    """
    try:
        typed_in = Decimal(text.replace(" ", "").replace(",", ""))
    except InvalidOperation:
        return 0
    if not typed_in.is_finite() or abs(typed_in) > 10**16:
        return 0
    return minor_units(typed_in, reference.currency, reference) or 0


@require_POST
@page("releaseGuarantee", OPERATIONS)
def release(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Give a guarantee back."""
    found = _guarantee(actor, number)
    guarantees.release(actor, found.number, typed(request, "reason"))
    messages.success(request, words(language_for(request))["guarantee_given_back"])
    return see_other(reverse("guarantee", args=[number]))


@require_POST
@page("callGuarantee", OPERATIONS)
def call(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Ask, as the first person, that the guarantor pays."""
    made = guarantees.propose_call(actor, number, typed(request, "reason"))
    messages.success(request, words(language_for(request))["call_proposed_now"])
    return see_other(reverse("guarantee_call", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@page("listCalls", OPERATIONS)
def decide_call(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show a call; confirm it as the second person, or send it back."""
    found = access.call_for(actor, number, to="read")
    if request.method == "POST":
        require(actor, "confirmCall", OPERATIONS)
        confirmed = chosen(request, "decision", {"confirm", "send_back"}) == "confirm"
        guarantees.confirm_call(actor, number, confirmed=confirmed)
        told = "call_confirmed_now" if confirmed else "call_sent_back_now"
        messages.success(request, words(language_for(request))[told])
        return see_other(reverse("guarantee_calls"))
    audit.note("read", actor, f"call:{found.pk}")
    context = {
        "call": found,
        "notices": queries.open_notices(found.use.declaration_id),
        "waits": found.state == "open" and may(actor, "confirmCall"),
    }
    return render(request, "web/money/call.html", context)


@require_safe
@page("getDeferredAccount", OPERATIONS)
def account(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a deferred account: its statements, and what was charged since."""
    row = DeferredAccount.objects.filter(pk=number).first()
    found = access.account_for(actor, row.number if row is not None else "~")
    rows = list(stated.statements_of(found.pk)[:60])
    open_of = stated.owed_on(rows)
    context = {
        "account": found,
        "currency": found.guarantee.currency,
        "statements": [(one, open_of.get(one.pk, stated.Owed())) for one in rows],
        "charged": list(queries.uses_of_account(found.pk).filter(statement=None)[:_SHOWN]),
    }
    return render(request, "web/money/account.html", context)


@require_safe
@page("getDeferredAccount", OPERATIONS)
def statement(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a statement: the notices on it, and how it is paid."""
    row: Statement | None = stated.statements().filter(pk=number).first()
    if row is None:
        raise NotThere("There is no such deferred account.", remedy="Check its number.")
    found = access.account_for(actor, row.account.number)
    told = statement_number(row.pk)
    notices = stated.notices_of(row)
    context = {
        "statement": row,
        "account": found,
        "currency": terms_at(clock.now()).currency,
        "number": told,
        "reference": creditor_reference(told),
        "treasury": terms_at(clock.now()).treasury,
        "notices": notices,
        "owed": stated.owed(row),
    }
    return render(request, "web/money/statement.html", context)


@require_http_methods(["GET", "POST"])
@page("openDeferredAccount", OPERATIONS)
def open_account(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Open a deferred account."""
    fields = (
        Field("number", longest=35),
        Field("holder", longest=17),
        Field("guarantee", longest=35),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = {name: value.strip() for name, value in asked.cleaned_data.items()}
        try:
            made = statements.open_account(
                actor, given["number"], given["holder"].upper(), given["guarantee"]
            )
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["account_opened_now"])
            return see_other(reverse("deferred_account", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["open_account"],
        "hint": told["open_account_hint"],
        "submit": told["open_account"],
        "trail": (reverse("deferred_accounts"), told["deferred_accounts"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)
