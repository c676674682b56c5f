"""Risk profiles: the list, one with its versions and trials, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations import access as declarations
from clearway.reference.in_force import reference_at
from clearway.risk.profiles import (
    access,
    life_cycle,
    queries,
    service,
    shadowing,
    telling,
    trials,
)
from clearway.risk.profiles.life_cycle import PROPOSED, RETIRING, SHADOW, STANDINGS, TESTED
from clearway.risk.profiles.models import TrialOrder
from clearway.risk.profiles.queries import Known
from clearway.vocabulary.errors import ActRefused, DataRefused
from clearway.web.language import language_for
from clearway.web.risk.acting import Acts, answered, reason, seen
from clearway.web.risk.reading import read_aloud
from clearway.web.visitors import page
from clearway.web.writing import number

_USUAL: Final = timedelta(days=27)
"""A trial is offered four weeks of history."""
_CODE: Final = 32


@require_safe
@page("listProfiles", access.OPERATIONS)
def profiles(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every profile with where it stands and what it has been worth."""
    chosen = request.GET.get("standing", "")
    evidence = telling.Evidence()
    rows = [telling.told(one, evidence) for one in queries.known_profiles()]
    standings = [one for one in STANDINGS if any(row["standing"] == one for row in rows)]
    context = {
        "rows": [row for row in rows if chosen in {"", row["standing"]}],
        "standings": standings,
        "standing": chosen,
        "random": evidence.random,
        "may_write": _may(actor, "draftProfile"),
    }
    return render(request, "web/risk/profiles.html", context)


@require_safe
@page("getProfile", access.OPERATIONS)
def profile(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Show a profile: what it says, its versions, its trials, and what can be done now.

    ``?part=trial`` is how far the job with a trial is, alone, which the page asks for by itself.
    """
    if request.GET.get("part") == "trial":
        known = access.profile_for(actor, code[:_CODE])
        told = [one["ordered"] for one in telling.versions(known.code) if one["ordered"]]
        context = {"code": known.code, "ordered": told[0] if told else None, "asked": True}
        return render(request, "web/risk/trial_ordered.html", context)
    return shown(request, actor, code)


def shown(
    request: HttpRequest, actor: Actor, code: str, *, refused: ActRefused | None = None
) -> HttpResponse:
    """Return the page of a profile, with why an act on it was refused."""
    known = access.profile_for(actor, code[:_CODE])
    language = language_for(request)
    versions = telling.versions(known.code)
    for one in versions:
        one["reads"] = read_aloud(one["text"]["condition"], language)
        for load in one["trial"]["loads"] if one["trial"] else ():
            load["a_day"] = number(round(load["hits"] / load["days"], 1), language)
    named = ("asked_by", "approved_by", "retired_by")
    people = {one["text"]["author"] for one in versions} | {
        one[name] for one in versions for name in named
    }
    hit = next((one for one in versions if one["shadow"]), None)
    context = {
        "told": telling.told(known, telling.Evidence()),
        "reads": read_aloud(known.profile.condition, language),
        "versions": versions,
        "people": called(people - {""}),
        "currency": reference_at(clock.now()).currency,
        "code": known.code,
        "ordered": next((one["ordered"] for one in versions if one["ordered"]), None),
        "hit_in_shadow": hit,
        "may_open": actor.has(*declarations.OPERATIONS["getDeclaration"]),
        "shadow_hits": shadowing.newest(known.code, hit["number"]) if hit else [],
        **_acts(actor, known, versions),
    }
    return answered(request, "profile", context, refused)


def _acts(actor: Actor, known: Known, versions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return which acts the page offers this actor, and on which text."""
    written, waiting = known.open_version, queries.version_to_decide(known.code)
    by_number = {one["number"]: one for one in versions}
    subject = waiting or written
    seen = "" if subject is None else by_number[subject.number]["text"]["digest"]
    decides = waiting is not None and _may(actor, "approveProfile")
    own = decides and waiting is not None and is_same_person(actor, service.firsts(waiting))
    today = queries.today()
    state = "" if written is None else written.state
    live = known.standing in {life_cycle.LIVE, life_cycle.APPROVED}
    writes = _may(actor, "amendProfile")
    return {
        "seen": seen,
        "written": written,
        "may_write": writes,
        "may_try": writes and state in {life_cycle.DRAFT, TESTED, SHADOW},
        "may_shadow": _may(actor, "shadowProfile") and state == TESTED,
        "may_propose": _may(actor, "proposeProfile") and state in {TESTED, SHADOW},
        "decides": decides and not own,
        "own": own,
        "retiring": waiting is not None and waiting.state == RETIRING,
        "may_retire": _may(actor, "retireProfile")
        and ((written is not None and state != PROPOSED) or (live and waiting is None)),
        "gives_up": written is not None,
        "since": (today - _USUAL).isoformat(),
        "until": today.isoformat(),
    }


def _may(actor: Actor, operation: str) -> bool:
    return actor.has(*access.OPERATIONS[operation])


def _try(actor: Actor, code: str, given: Mapping[str, str]) -> str:
    since, until = _day(given.get("since", "")), _day(given.get("until", ""))
    done = trials.order(actor, code, since, until, seen=seen(given))
    return "profile_trial_is_ordered" if isinstance(done, TrialOrder) else "profile_tried"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise DataRefused(
            "The period cannot be tried.", faults=[("since", "This is needed.")]
        ) from None


def _approve(actor: Actor, code: str, given: Mapping[str, str]) -> str:
    done = service.approve(actor, code, reason(given), seen=seen(given))
    return "profile_is_retired" if done.state == life_cycle.RETIRED else "profile_is_approved"


def _retire(actor: Actor, code: str, given: Mapping[str, str]) -> str:
    done = service.retire(actor, code, reason(given))
    return "profile_retirement_asked" if done.state == RETIRING else "profile_is_retired"


_ACTS = Acts[str]("profile", access.OPERATIONS, shown)

try_out = _ACTS.act("tryProfile", "profile_tried", _try)
shadow = _ACTS.act(
    "shadowProfile",
    "profile_is_on_trial",
    lambda actor, code, given: service.put_on_trial(actor, code, seen=seen(given)),
)
propose = _ACTS.act(
    "proposeProfile",
    "profile_is_proposed",
    lambda actor, code, given: service.propose(actor, code, seen=seen(given)),
)
approve = _ACTS.act("approveProfile", "profile_is_approved", _approve)
refuse = _ACTS.act(
    "refuseProfile",
    "profile_is_refused",
    lambda actor, code, given: service.refuse(actor, code, reason(given), seen=seen(given)),
)
retire = _ACTS.act("retireProfile", "profile_is_retired", _retire)
