"""The pages of a draft: the list, a new one, one thing per page, the goods items."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.declarations.rules import local_day
from clearway.intake.access import OPERATIONS
from clearway.reference.in_force import reference_at
from clearway.traders.access import visible_mandates
from clearway.vocabulary.errors import DataRefused, NotThere
from clearway.vocabulary.pages import page_of
from clearway.web import queries
from clearway.web.language import language_for
from clearway.web.lodging import content as contents
from clearway.web.lodging import drafts, fields, saving, shown, tariff
from clearway.web.lodging import tree as trees
from clearway.web.lodging.saving import Saved
from clearway.web.visitors import page, see_other
from clearway.web.words import words

LODGE: Final = "lodgeDeclaration"
_SHOWN: Final = 50
_DIRECTIONS: Final = ("IM", "EX", "LV")
_LETTERS: Final = ("A", "D", "B", "C", "Y")
_MOST_PRINCIPALS: Final = 200


@require_safe
@page(LODGE, OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the drafts of the organisation."""
    rows = queries.drafts(actor.organisation)
    found = page_of(rows, "-id", request.GET.get("cursor", ""), _SHOWN)
    return render(request, "web/lodging/drafts.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@page(LODGE, OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Ask for the kind of a new draft, and begin it."""
    law = reference_at(clock.now())
    chosen = {
        "direction": request.POST.get("direction", "IM"),
        "letter": request.POST.get("letter", "A"),
        "regime": request.POST.get("regime", ""),
        "principal": request.POST.get("principal", "").strip()[:17],
    }
    day = local_day(clock.now(), law)
    regimes = [one for one in law.low_value_regimes if one.period.covers(day)]
    principals = _principals(actor)
    if request.method == "POST":
        low_value = chosen["direction"] == "LV"
        regime = chosen["regime"] if low_value else ""
        fits = chosen["letter"] in _LETTERS and chosen["direction"] in _DIRECTIONS
        if fits and (not low_value or regime in {one.code for one in regimes}):
            way = "IM" if low_value else chosen["direction"]
            content = drafts.new_content(
                actor, law, way + ("A" if low_value else chosen["letter"]),
                principal=chosen["principal"], regime=regime,
            )  # fmt: skip
            made = drafts.begin(actor, content)
            return see_other(reverse("draft_step", args=[made.pk, "parties"]))
    context = {
        "directions": _DIRECTIONS if regimes else _DIRECTIONS[:2],
        "letters": _LETTERS,
        "regimes": regimes,
        "chosen": chosen,
        "principals": principals,
        "broker": actor.has(Role.BROKER),
        "wrong": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/lodging/new.html", context, status=status)


def _principals(actor: Actor) -> list[tuple[str, str]]:
    """Return for whom an agent may declare: identification number and name."""
    held = visible_mandates(actor).filter(agent_id=actor.organisation, state="granted")
    found = {
        one.principal.identifier: one.principal.name
        for one in held.order_by("principal__name")[:_MOST_PRINCIPALS]
        if one.principal.identifier
    }
    return list(found.items())


@require_safe
@page(LODGE, OPERATIONS)
def whole(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Lead to the first step of a draft that is not done; of a lodged one, to what became of it."""
    this = shown.opened(request, actor, number)
    if this.draft.lodged:
        return see_other(reverse("declaration", args=[this.draft.lodged]))
    faults = contents.faults(this.content, this.language)
    for one in shown.steps(this, shown.estimate(this), faults, ""):
        if not one.done:
            return see_other(one.address)
    return see_other(reverse("draft_step", args=[number, "check"]))


@require_http_methods(["GET", "HEAD", "POST"])
@page(LODGE, OPERATIONS)
def step(request: HttpRequest, actor: Actor, number: int, name: str) -> HttpResponseBase:
    """Show a step, and save it."""
    if name not in fields.PAGES:
        raise NotThere("The form has no such step.", remedy="Choose one of the steps at the side.")
    return _answered(request, actor, number, name, 0)


@require_http_methods(["GET", "HEAD", "POST"])
@page(LODGE, OPERATIONS)
def item(request: HttpRequest, actor: Actor, number: int, place: int) -> HttpResponseBase:
    """Show a goods item, and save it."""
    return _answered(request, actor, number, "items", place)


def _answered(
    request: HttpRequest, actor: Actor, number: int, name: str, place: int
) -> HttpResponseBase:
    this = shown.opened(request, actor, number)
    if this.draft.lodged:
        return see_other(reverse("declaration", args=[this.draft.lodged]))
    if place and not 0 < place <= len(trees.items(this.content.tree)):
        raise NotThere("The draft has no such goods item.", remedy="Look at its goods items.")
    bound = fields.of_page(name, this.content.tree, place)
    if request.method != "POST":
        return _page(request, Saved(this, contents.faults(this.content, this.language), []),
                     name, place)  # fmt: skip
    saved = saving.save(request, this, bound)
    if request.GET.get("part") == "save":
        return partly(request, saved, name, place)
    if saved.differs or saved.faults:
        return _page(request, saved, name, place, status=409 if saved.differs else 422)
    if request.POST.get("then") == "stay":
        return see_other(request.path)
    return see_other(_after(this, name, place))


def _after(this: shown.Opened, name: str, place: int) -> str:
    """Return the address of what comes next."""
    number = this.draft.pk
    if place and place < len(trees.items(this.content.tree)):
        return reverse("draft_item", args=[number, place + 1])
    if place:
        return reverse("draft_step", args=[number, "items"])
    after = fields.STEPS[fields.STEPS.index(name) + 1]
    if after == "items" and len(trees.items(this.content.tree)) == 1:
        return reverse("draft_item", args=[number, 1])
    return reverse("draft_step", args=[number, after])


def _page(
    request: HttpRequest, saved: Saved, name: str, place: int, status: int = 200
) -> HttpResponse:
    this, told = saved.opened, shown.estimate(saved.opened)
    wrong = request.GET.get("wrong") == "yes"
    here = [one for one in told.errors if one.place.page == name and one.place.item == place]
    whys = shown.whys(this, saved.faults, here if wrong else ())
    parts = shown.sections(this, fields.groups(name, this.content.tree, place), whys)
    bound = {one.name: one for one in fields.of_page(name, this.content.tree, place)}
    summary = [
        (f"#{one.id}", shown.full_label(this, bound[one.name]), one.why)
        for part in parts for one in part.inputs if one.why
    ]  # fmt: skip
    context = shown.context(this, name, saved.faults, told) | {
        "sections": parts,
        "datalists": shown.datalists(this, parts),
        "summary": summary,
        "differs": saved.differs,
        "place": place,
    }
    return render(request, "web/lodging/step.html", context, status=status)


def partly(request: HttpRequest, saved: Saved, name: str, place: int) -> HttpResponse:
    """Answer a saving by the page itself: what was kept, what is wrong, what it would cost."""
    this = saved.opened
    parts = (
        fields.quick(this.content.tree, this.content.asked)
        if name == "check"
        else fields.groups(name, this.content.tree, place)
    )
    whys = shown.whys(this, saved.faults)
    context = shown.context(this, name, saved.faults) | {
        "inputs": [
            shown.input_of(this, one, whys.get(one.name, "")) for _, bound in parts for one in bound
            if one.name in request.POST
        ],
        "derived": saved.derived,
        "differs": saved.differs,
        "place": place,
        "saved_at": None if saved.differs else this.draft.saved_at,
    }  # fmt: skip
    return render(request, "web/lodging/saved.html", context, status=409 if saved.differs else 200)


@require_safe
@page(LODGE, OPERATIONS)
def items(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show the goods items of a draft."""
    this = shown.opened(request, actor, number)
    if this.draft.lodged:
        return see_other(reverse("declaration", args=[this.draft.lodged]))
    faults = contents.faults(this.content, this.language)
    told = shown.estimate(this)
    wrong = {one.place.item for one in told.errors}
    rows = [_row(this, place, wrong=place in wrong)
            for place in range(1, len(trees.items(this.content.tree)) + 1)]  # fmt: skip
    context = shown.context(this, "items", faults, told) | {"rows": rows}
    return render(request, "web/lodging/items.html", context)


def _row(this: shown.Opened, place: int, *, wrong: bool) -> dict[str, Any]:
    values = {
        one.field.name: contents.shown(this.content, one, this.language)
        for one in (fields.bound(field, place) for field in (*fields.ITEM[0].fields[:2],
                                                             *fields.AMOUNT, fields.NET))
    }  # fmt: skip
    return {"place": place, "wrong": wrong, **{k.replace("-", "_"): v for k, v in values.items()}}


@require_POST
@page(LODGE, OPERATIONS)
def items_act(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Add, copy or remove a goods item."""
    this = shown.opened(request, actor, number)
    act, _, told = request.POST.get("act", "").partition(":")
    count = len(trees.items(this.content.tree))
    place = int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0
    if request.POST.get("revision", "") != str(this.draft.revision):
        messages.warning(request, words(this.language)["lodge_conflict"])
        return see_other(reverse("draft_step", args=[number, "items"]))
    if count >= fields.MOST_ITEMS and act != "remove":
        raise DataRefused(f"A declaration has {fields.MOST_ITEMS} goods items at most.")
    if act == "add":
        place = contents.add_item(this.content)
    elif act == "copy" and 0 < place <= count:
        place = contents.copy_item(this.content, place)
    elif act == "remove" and 0 < place <= count:
        contents.remove_item(this.content, place)
        place = 0
    else:
        raise DataRefused("There is no such goods item, or no such act.")
    this.content.sheet = ""  # no page that is open knows the items' new places
    if not drafts.save(this.draft, this.content):
        messages.warning(request, words(this.language)["lodge_conflict"])
        place = 0
    if place:
        return see_other(reverse("draft_item", args=[number, place]))
    return see_other(reverse("draft_step", args=[number, "items"]))


@require_POST
@page(LODGE, OPERATIONS)
def delete(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Remove a draft."""
    drafts.delete(actor, number)
    messages.success(request, words(language_for(request))["draft_deleted"])
    return see_other(reverse("drafts"))


@require_safe
@page(LODGE, OPERATIONS)
def commodities(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the tariff lines that a field suggests."""
    del actor
    law = reference_at(clock.now())
    asked = request.GET.get("q", "")[:100]
    found = tariff.suggestions(asked, law, local_day(clock.now(), law)) if asked.strip() else []
    return render(request, "web/lodging/commodities.html", {"found": found})
