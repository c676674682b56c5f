"""A tax notice: what it asks for and how it is paid; a debt secured from its declaration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.payments import access, covering, finalising, online, queries, securities
from clearway.payments.access import OPERATIONS
from clearway.payments.providers import SUCCEEDED, TestProvider, provider
from clearway.payments.rules import creditor_reference, notice_number
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import NotThere, StateForbids
from clearway.web.language import language_for
from clearway.web.money.lists import may
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words


@require_safe
@page("getNotice", OPERATIONS)
def notice(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a notice: its lines by tax, what was paid, and the ways to pay it."""
    found = access.notice_for(actor, notice_number(number))
    own = found.organisation == actor.organisation or found.payer == actor.identifier
    told = notice_number(found.pk)
    uses = list(queries.open_uses(found.declaration_id))
    context = {
        "notice": found,
        "number": told,
        "reference": creditor_reference(told),
        "treasury": terms_at(clock.now()).treasury,
        "lines": list(found.lines.order_by("id")),
        "payments": list(found.payments.order_by("id")),
        "may_pay": own and bool(found.open) and may(actor, "payOnline"),
        "test": provider_is_test(),
        "uses": uses,
        "waits": queries.notices().filter(queries.stayed(), pk=found.pk).exists(),
        "may_call": may(actor, "callGuarantee"),
    }
    return render(request, "web/money/notice.html", context)


def provider_is_test() -> bool | None:
    """Tell whether the provider moves no money; None where there is none."""
    try:
        return provider().is_test
    except StateForbids:
        return None


@require_POST
@page("payOnline", OPERATIONS)
def pay(_request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Begin to pay on line: the payer is led to the provider."""
    _, address = online.begin(actor, notice_number(number))
    return see_other(address)


@require_http_methods(["GET", "POST"])
@page("payOnline", OPERATIONS)
def test_provider(request: HttpRequest, actor: Actor, token: str) -> HttpResponseBase:
    """Play the provider of the demonstration: pay, decline, or break down without an answer."""
    found = access.online_for(actor, token)
    if provider_is_test() is not True or found.state != "begun":
        raise NotThere("There is no such payment.", remedy="Check its number.")
    number = notice_number(found.notice_id)
    if request.method == "POST":
        outcome = chosen(request, "outcome", {SUCCEEDED, "failed", "outage"})
        if outcome == "outage":
            messages.warning(request, words(language_for(request))["online_no_answer"])
            return see_other(reverse("notice", args=[found.notice_id]))
        answer = TestProvider().answer(token, outcome)
        return see_other(f"{reverse('online_return')}?{answer}")
    context = {"payment": found, "number": number}
    return render(request, "web/money/test_provider.html", context)


@require_safe
@page("payOnline", OPERATIONS)
def returned(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Take the provider's signed answer with which it sends the payer back."""
    done = online.finish(request.GET.dict())
    access.online_for(actor, done.token)
    known: Any = words(language_for(request))
    tell = messages.success if done.state == "succeeded" else messages.warning
    tell(request, known[f"online_{done.state}"])
    return see_other(reverse("notice", args=[done.notice_id]))


@require_POST
@page("secureDebt", OPERATIONS)
def secure(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Secure what a declaration owes by a guarantee or a deferred account."""
    covering.secure(actor, key, typed(request, "guarantee", 35))
    messages.success(request, words(language_for(request))["secured_now"])
    return see_other(reverse("declaration", args=[key]))


@require_POST
@page("finaliseDebt", OPERATIONS)
def finalise(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Determine finally what is owed."""
    found, _ = finalising.finalise(actor, key, typed(request, "reason"))
    told = "debt_is_final" if found.debt_state == "final" else "debt_is_demanded"
    messages.success(request, words(language_for(request))[told])
    return see_other(reverse("declaration", args=[key]))


def debt(actor: Actor, found: Declaration) -> dict[str, Any]:
    """Return what the page of a declaration shows of its debt."""
    own = found.organisation == actor.organisation or actor.identifier in {
        found.importer,
        found.exporter,
    }
    told = queries.debt_of(found.pk)
    waits = bool(told.outstanding) and not told.covered and found.accepted_at is not None
    mine = own and waits and may(actor, "secureDebt")
    return {
        "debt": told,
        "notices": list(queries.notices_of(found.pk)),
        "uses": list(queries.open_uses(found.pk)),
        "securities": securities.open_of(found.pk),
        "refunds": list(queries.refunds_of(found.pk)),
        "may_secure": mine,
        "may_finalise": may(actor, "finaliseDebt")
        and found.released_at is not None
        and found.debt_state in {"secured", "paid", "adjusted"},
    }
