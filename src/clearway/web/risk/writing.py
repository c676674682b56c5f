"""A profile being written: its form, what is wrong with it, and the live check of its condition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.kernel.decisions import Lane
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles import Problem
from clearway.kernel.selection import TRADER_TEXTS
from clearway.risk.profiles import access, queries, rules, service
from clearway.risk.profiles.rules import CHANNELS, Draft
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.language import language_for
from clearway.web.refusals import in_language
from clearway.web.risk.reading import read_aloud
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_LANES: Final = ("blue", "yellow", "red")
_AROUND: Final = 12
"""Characters shown before and after the place of a problem."""
_TRADER_TEXTS: Final = tuple(sorted(one.rpartition(".")[2] for one in TRADER_TEXTS))
_USUAL: Final = timedelta(days=180)
_CODE: Final = 32


class Wrong(NamedTuple):
    """One thing wrong with a condition, as the page shows it: place, what is there, and why."""

    column: int
    before: str
    mark: str
    after: str
    why: str


@require_POST
@page("checkCondition", access.OPERATIONS)
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer with the part that says what is wrong with a condition, or what it means."""
    del actor
    condition = request.POST.get("condition", "")
    return render(request, "web/risk/checked.html", checked(condition, language_for(request)))


@require_safe
@page("listProfileColumns", access.OPERATIONS)
def columns(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every column that a condition may name."""
    del actor
    return render(request, "web/risk/columns.html", {"columns": _columns(language_for(request))})


@require_http_methods(["GET", "POST"])
@page("draftProfile", access.OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin a profile."""
    if request.method == "POST":
        return _kept(request, actor, request.POST.get("code", "").strip(), seen="")
    today = queries.today()
    given = {"valid_from": today.isoformat(), "valid_to": (today + _USUAL).isoformat()}
    return _form(request, "", given)


@require_http_methods(["GET", "POST"])
@page("amendProfile", access.OPERATIONS)
def write(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """Write the version that is being written, or begin the next one from the one in force."""
    known = access.profile_for(actor, code[:_CODE])
    if request.method == "POST":
        return _kept(request, actor, known.code, seen=request.POST.get("seen", ""))
    written, seen = service.written_of(known.profile), ""
    if known.open_version is not None:
        text = queries.text_of(known.open_version)
        seen = text.digest
        names = Draft.__struct_fields__
        written = Draft(**{name: getattr(text, name) for name in names})
    elif known.version is not None:
        reasons = queries.text_of(known.version).reasons
        return _form(request, known.code, _given(written, reasons, queries.today()))
    else:
        return _form(request, known.code, _given(written, "", queries.today()))
    return _form(request, known.code, _given(written, written.reasons, None), seen=seen)


def checked(condition: str, language: str) -> dict[str, Any]:
    """Return what a page says of a condition: its problems, or what it means in plain words."""
    problems = rules.problems_of(condition) if condition.strip() else []
    return {
        "written_already": bool(condition.strip()),
        "problems": [_shown(one, condition, language) for one in problems],
        "reads": "" if problems else read_aloud(condition, language),
    }


def _shown(problem: Problem, condition: str, language: str) -> Wrong:
    at = min(max(problem.column - 1, 0), len(condition))
    why = in_language(f"{problem.what} {problem.remedy}".strip(), language)
    end = at + 1
    while end < len(condition) and (condition[end].isalnum() or condition[end] == "_"):
        end += 1
    end = min(end, at + 2 * _AROUND)
    before, after = condition[max(at - _AROUND, 0) : at], condition[end : end + _AROUND]
    return Wrong(problem.column, before, condition[at:end], after, why)


def _kept(request: HttpRequest, actor: Actor, code: str, *, seen: str) -> HttpResponseBase:
    """Keep what was written, or show the form again with what is wrong with it."""
    given = request.POST.dict()
    if "check" in given:  # without a script, the condition alone is checked like this
        return _form(request, "" if "code" in given else code, given, seen=seen)
    try:
        written = _draft(given)
        if seen:
            service.amend(actor, code, written, seen=seen)
        else:
            service.draft(actor, code, written)
    except (DataRefused, StateForbids) as refused:
        return _form(request, "" if "code" in given else code, given, seen=seen, refused=refused)
    messages.success(request, words(language_for(request))["profile_kept"])
    return see_other(reverse("profile", args=[code]))


def _draft(given: Mapping[str, str]) -> Draft:
    """Return what was typed as a text.

    Raises:
        DataRefused: a day or a number is none, with whatever else is wrong.
    """
    faults = []
    days: dict[str, date] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = date.fromisoformat(given.get(name, ""))
        except ValueError:
            faults.append((name, "This is needed."))
    weight = given.get("weight", "").strip() or "0"
    if not (weight.isascii() and weight.isdigit() and len(weight) < 6):
        faults.append(("weight", f"Whole points from 0 to {rules.MOST_WEIGHT}."))
        weight = "1"
    today = queries.today()
    lane, trader_text = given.get("lane", ""), given.get("trader_text", "")
    written = Draft(
        name=given.get("name", "").strip(),
        condition=given.get("condition", "").strip(),
        lane=int(Lane[lane.upper()]) if lane in _LANES else None,
        weight=int(weight),
        owner=given.get("owner", "").strip(),
        reasons=given.get("reasons", "").strip(),
        channel=given.get("channel", ""),
        trader_text=f"profiles.trader.{trader_text}" if trader_text else "",
        valid_from=days.get("valid_from", today),
        valid_to=days.get("valid_to", today + _USUAL),
    )
    if faults:
        faults += _also(written, today, {name for name, _ in faults})
        raise DataRefused("The profile cannot be kept like this.", faults=faults)
    return written


def _also(written: Draft, today: date, told: Collection[str]) -> list[tuple[str, str]]:
    """Return what else is wrong: whoever mends a form wants to know it all at once.

    Args:
        written: with something that will do where nothing could be read.
        today: by the clock of the platform.
        told: what could not be read; without a day there is no saying whether the other is right.
    """
    names = {*told, *({"valid_from", "valid_to"} if {"valid_from", "valid_to"} & {*told} else ())}
    try:
        rules.check(written, today)
    except DataRefused as refused:
        return [one for one in refused.faults if one[0] not in names]
    return []


def _given(written: Draft, reasons: str, begins: date | None) -> dict[str, str]:
    """Return a text as a form holds it; a next version begins today unless it has its own days."""
    first = written.valid_from if begins is None else begins
    last = written.valid_to if begins is None else begins + _USUAL
    return {
        "name": written.name,
        "condition": written.condition,
        "lane": "" if written.lane is None else Lane(written.lane).name.lower(),
        "weight": str(written.weight),
        "channel": written.channel,
        "trader_text": written.trader_text.rpartition(".")[2],
        "owner": written.owner,
        "reasons": reasons,
        "valid_from": first.isoformat(),
        "valid_to": last.isoformat(),
    }


def _form(
    request: HttpRequest,
    code: str,
    given: Mapping[str, str],
    *,
    seen: str = "",
    refused: DataRefused | StateForbids | None = None,
) -> HttpResponse:
    language = language_for(request)
    wrong: dict[str, Any] = {}
    if isinstance(refused, DataRefused):
        for name, told in refused.faults:
            if name == "condition":
                wrong.setdefault(name, words(language)["profile_condition_wrong"])
            else:
                wrong.setdefault(name, in_language(_sentence(told), language))
    context = {
        "code": code,
        "given": given,
        "seen": seen,
        "wrong": wrong,
        "refused": None if isinstance(refused, DataRefused) else refused,
        "lanes": _LANES,
        "channels": CHANNELS,
        "trader_texts": _TRADER_TEXTS,
        "columns": _columns(language),
        **checked(given.get("condition", ""), language),
    }
    status = 200 if refused is None else 422 if wrong else 409
    return render(request, "web/risk/write.html", context, status=status)


def _sentence(told: str) -> str:
    """Return a fault as a sentence: the hint of a code is said in full."""
    return words("en")["profile_code_hint"] if told.startswith("capital letters") else told


def _columns(language: str) -> list[dict[str, str]]:
    told = words(language)
    return [
        {
            "name": one.name,
            "means": str(told[f"says_{one.name}"]),
            "type": one.type.value,
            "formula": one.formula,
        }
        for one in SCHEMA
    ]
