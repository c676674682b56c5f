"""The officer's queue: by lane, with take-next, and the decisions by button or key."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clearway.accounts.queries import names_of_identifiers
from clearway.audit.actor import Actor
from clearway.clearance import access, deciding, queries, service
from clearway.clearance.deciding import Outcome
from clearway.clearance.releasing import Order
from clearway.declarations.access import declaration_for, note_read
from clearway.kernel.decisions import Lane
from clearway.web.language import language_for
from clearway.web.record import declaration as one
from clearway.web.record.lists import note_read as note_list
from clearway.web.visitors import page, see_other, typed, whole_number
from clearway.web.words import words


@page("showQueue", access.OPERATIONS)
def queue(request: HttpRequest, actor: Actor, key: str = "") -> HttpResponse:
    """Show the queue, and the declaration that is open beside it."""
    context = beside(request, actor)
    if request.GET.get("part") == "queue":
        # What is open beside it renews itself; whoever looked at it is noted already.
        return render(request, "web/officers/queue_list.html", context)
    if key:
        found = declaration_for(actor, key)
        note_read(actor, found, "page")
        context |= one.told(request, actor, found)
    elif context["in_hand"]:
        in_hand = _at(context["in_hand"][0].declaration.mrn)
        return see_other(f"{in_hand}?lane={context['lane']}" if context["lane"] else in_hand)
    return render(request, "web/officers/queue.html", context)


def beside(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Return the queue as it stands beside every declaration."""
    chosen = request.GET.get("lane", "")
    lane = int(Lane[chosen]) if chosen in Lane.__members__ else None
    rows = queries.in_order(queries.untaken(queries.waiting(actor, lane)))
    waiting = list(rows[: queries.SHOWN])
    in_hand = list(queries.in_hand(actor.name))
    note_list(actor, [*waiting, *(each.declaration for each in in_hand)])
    counts = queries.counts(actor)
    names = names_of_identifiers(row.importer for row in waiting)
    return {
        "waiting": [(row, names.get(row.importer, row.importer)) for row in waiting],
        "in_hand": in_hand,
        "lane": chosen if lane is not None else "",
        "counts": [(each, counts.get(each, 0)) for each in (Lane.RED, Lane.YELLOW, Lane.BLUE)],
        "waiting_count": sum(counts.values()),
    }


@require_POST
@page("takeNext", access.OPERATIONS)
def take_next(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Take what has waited longest, and open it."""
    chosen = request.POST.get("lane", "")
    lane = int(Lane[chosen]) if chosen in Lane.__members__ else None
    found = service.take_next(actor, lane)
    if found is None:
        messages.info(request, words(language_for(request))["queue_empty"])
        return see_other(reverse("queue"))
    return see_other(_at(found.mrn))


@require_POST
@page("takeDeclaration", access.OPERATIONS)
def take(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Take one declaration."""
    del request
    return see_other(_at(service.take(actor, key).mrn))


@require_POST
@page("handBack", access.OPERATIONS)
def hand_back(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Put a declaration back."""
    del request
    service.hand_back(actor, key)
    return see_other(reverse("queue"))


@require_POST
@page("decideDeclaration", access.OPERATIONS)
def accept(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Find in order what the page asked him to look at, and nothing that was asked since."""
    order = Order(
        documents_checked=True,
        goods_controlled=request.POST.get("state", "") == "under_control",
        security=typed(request, "security", 70),
        reason=typed(request, "reason"),
    )
    seen = whole_number(typed(request, "version")) or 0
    return _done(request, deciding.accept(actor, key, order, seen))


@require_POST
@page("decideDeclaration", access.OPERATIONS)
def ask(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Ask the trader for documents."""
    wanted = typed(request, "wanted")
    return _done(request, deciding.ask_for_documents(actor, key, wanted), stays=True)


@require_POST
@page("decideDeclaration", access.OPERATIONS)
def control(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Send the goods to control."""
    return _done(request, deciding.control(actor, key, typed(request, "reason")))


def _done(request: HttpRequest, outcome: Outcome, *, stays: bool = False) -> HttpResponseBase:
    told = words(language_for(request))[f"decided_{outcome.what}"]
    messages.success(request, told.format(mrn=outcome.declaration.mrn))
    return see_other(_at(outcome.declaration.mrn) if stays else reverse("queue"))


def _at(mrn: str | None) -> str:
    return reverse("queue_declaration", args=[mrn])
