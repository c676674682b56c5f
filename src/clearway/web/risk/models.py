"""Models: the list, one with its card and figures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.events.service import subject_of
from clearway.risk.learning import access, queries, service, telling
from clearway.risk.learning.life_cycle import (
    OPEN,
    PROPOSED,
    RETIRING,
    SERVING,
    SHADOW,
    TESTED,
    TRAINED,
)
from clearway.risk.learning.models import ModelVersion
from clearway.vocabulary.errors import ActRefused
from clearway.web.language import language_for
from clearway.web.risk.acting import Acts, answered, reason, seen
from clearway.web.visitors import page, see_other
from clearway.web.words import words
from clearway.web.writing import number as written
from clearway.web.writing import share

_PARTS = ("precision_5", "precision_10", "recall", "revenue")
_PEOPLE = ("made_by", "tested_by", "asked_by", "decided_by", "ended_by")


@require_safe
@page("listModels", access.OPERATIONS)
def models(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every model with where it stands."""
    rows = telling.listed()
    language = language_for(request)
    for row in rows:
        row["area"] = written(_rounded(row["area"], 3), language)
    context = {
        "rows": rows,
        "people": called({row["made_by"] for row in rows}),
        "may_order": _may(actor, "orderModel"),
    }
    return render(request, "web/risk/models.html", context)


@require_safe
@page("getModel", access.OPERATIONS)
def model(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a model: its conditions, its card, how it fared, and what can be done now."""
    return shown(request, actor, number)


def shown(
    request: HttpRequest, actor: Actor, number: int, *, refused: ActRefused | None = None
) -> HttpResponse:
    """Return the page of a model, with why an act on it was refused."""
    row = queries.model(number)
    audit.note("read", actor, subject_of("model", str(number)))
    language = language_for(request)
    told = telling.whole(row)
    card = told["card"]
    test = None if card is None else card["back_test"]
    watches = told["watches"]
    for one in watches:
        moved = [each for each in one["drift"] if each["index"] is not None]
        moved.sort(key=lambda each: -each["index"])
        one["most"] = [(each["column"], written(_rounded(each["index"], 2), language))
                       for each in moved[:3]]  # fmt: skip
        one["expected"] = written(_rounded(one["expected"], 1), language)
    table = words(language)
    context = {
        "told": told,
        "card": card,
        "test": test,
        "tracks": [] if test is None else [_track(one, language) for one in test["tracks"]],
        "people": called({getattr(row, name) for name in _PEOPLE} - {""}),
        "alarms": ", ".join(
            str(table[f"alarm_{key}"]) for key in (watches[0]["alarms"] if watches else ())
        ),
        **_acts(actor, row),
    }
    return answered(request, "model", context, refused)


def _track(track: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a track's figures as they are written: the value, and its interval."""
    rows = []
    for one in track["figures"]:
        cells = [_cell(one["area"], language, parts=False)]
        cells += [_cell(one[name], language) for name in _PARTS]
        cells.append(_cell(one["error"], language, parts=False))
        rows.append((one["name"], cells))
    return {**track, "table": rows}


def _cell(figure: Mapping[str, float | None], language: str, *, parts: bool = True) -> list[str]:
    value, *ends = (
        share(figure[name], language) if parts else written(_rounded(figure[name], 3), language)
        for name in ("value", "low", "high")
    )
    return [value, "" if figure["low"] is None else f"{ends[0]} – {ends[1]}"]


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)


def _acts(actor: Actor, row: ModelVersion) -> dict[str, Any]:
    """Return which acts the page offers this actor."""
    waits = row.state in {PROPOSED, RETIRING}
    own = waits and is_same_person(actor, service.firsts(row))
    decides = waits and _may(actor, "promoteModel")
    free = not row.work
    return {
        "seen": row.digest,
        "may_test": free and _may(actor, "testModel") and row.state in {TRAINED, TESTED, SHADOW},
        "may_shadow": free and _may(actor, "shadowModel") and row.state == TESTED,
        "may_propose": free and _may(actor, "proposeModel") and row.state == SHADOW,
        "decides": decides and not own,
        "own": decides and own,
        "retiring": row.state == RETIRING,
        "may_retire": _may(actor, "retireModel")
        and row.state in {*OPEN, *SERVING}
        and row.state != RETIRING,
        "gives_up": row.state in OPEN,
    }


def _may(actor: Actor, operation: str) -> bool:
    return actor.has(*access.OPERATIONS[operation])


@require_POST
@page("orderModel", access.OPERATIONS)
def order(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Order a model."""
    row = service.order(actor)
    messages.success(request, words(language_for(request))["model_is_ordered"])
    return see_other(reverse("model", args=[row.number]))


def _promote(actor: Actor, number: int, given: Mapping[str, str]) -> str:
    done = service.promote(actor, number, reason(given), seen=seen(given))
    return "model_serves" if done.state in SERVING else "model_is_retired"


def _retire(actor: Actor, number: int, given: Mapping[str, str]) -> str:
    done = service.retire(actor, number, reason(given))
    return "model_retirement_asked" if done.state == RETIRING else "model_is_retired"


_ACTS = Acts[int]("model", access.OPERATIONS, shown)

test_it = _ACTS.act(
    "testModel", "model_test_is_ordered", lambda actor, number, _: service.order_test(actor, number)
)
shadow = _ACTS.act(
    "shadowModel",
    "model_is_in_shadow",
    lambda actor, number, given: service.put_on_trial(actor, number, seen=seen(given)),
)
propose = _ACTS.act(
    "proposeModel",
    "model_is_proposed",
    lambda actor, number, given: service.propose(actor, number, reason(given), seen=seen(given)),
)
promote = _ACTS.act("promoteModel", "model_serves", _promote)
refuse = _ACTS.act(
    "refuseModel",
    "model_is_refused",
    lambda actor, number, given: service.refuse(actor, number, reason(given), seen=seen(given)),
)
retire = _ACTS.act("retireModel", "model_is_retired", _retire)
