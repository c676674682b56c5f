"""The ledger of selection for those who select, and its yearly summary for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.reference.in_force import reference_at
from clearway.risk.profiles.access import OPERATIONS as PROFILES
from clearway.supervision import access, tally, telling
from clearway.supervision import summary as summaries
from clearway.supervision.estimating import FEWEST, FEWEST_FOUND, Interval
from clearway.supervision.ledger import Ledger, Line, ledger, scope_of
from clearway.supervision.periods import latest
from clearway.supervision.summary import FEWEST_SHOWN, Summary, SummaryLine
from clearway.vocabulary.errors import ClearwayError, StorageFails
from clearway.web.exports import csv_answer
from clearway.web.language import language_for
from clearway.web.visitors import page, problem, refusal
from clearway.web.writing import ABSENT, day, money, number, share

_LONGEST: Final = 17
"""Of an office's code."""
_MOST_LIFT: Final = 999


@require_safe
@page("getSelectionLedger", access.OPERATIONS)
def ledger_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what each channel and profile was worth in a period, and what was missed."""
    language = language_for(request)
    told, chosen = _asked(request)
    now = clock.now()
    spans = latest(now, reference_at(now).time_zone)
    offices = tally.offices(scope_of(told.period))
    scale = _scale(line.rate for line in (*told.channels, *told.profiles))
    context = {
        "told": told,
        "whole": told.whole,
        "spans": spans if told.period in spans else [told.period, *spans],
        "offices": sorted({*offices, told.office} - {""}),
        "groups": _groups(told, scale, language),
        "base_rate": _interval(told.base.rate, language),
        "missed": _missed(told, language),
        "chosen": urlencode(chosen),
        "api_chosen": urlencode({name: given for name, given in chosen.items() if given}),
        "sees_profiles": actor.has(*PROFILES["getProfile"]),
        "fewest": FEWEST,
        "fewest_found": FEWEST_FOUND,
    }
    return render(request, "web/oversight/selection_ledger.html", context)


@require_safe
@page("getSelectionLedger", access.OPERATIONS)
def ledger_file(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Give the ledger out as a table: a line for each channel, then for each profile."""
    told, chosen = _asked(request)
    audit.note("read", actor, "selection_ledger:export", [*map(list, chosen.items())])
    data = telling.ledger_told(told)
    names = telling.LEDGER_COLUMNS
    head: list[list[Any]] = [["period", told.period], ["office", told.office or "all"],
            ["direction", told.direction or "all"], ["currency (minor units)", told.currency],
            ["declarations", told.whole.declarations], []]  # fmt: skip
    rows = telling.rows([*data["channels"], *data["profiles"]], names)
    return csv_answer(f"clearway-selection-ledger-{told.period}", head, list(names), rows)


def _asked(request: HttpRequest) -> tuple[Ledger, dict[str, str]]:
    given = request.GET
    chosen = {
        "period": given.get("period", ""),
        "office": given.get("office", "")[:_LONGEST],
        "direction": given.get("direction", ""),
    }
    scope = scope_of(chosen["period"], chosen["office"], chosen["direction"])
    return ledger(scope), {**chosen, "period": scope.period.name}


def _groups(told: Ledger, scale: float, language: str) -> list[dict[str, Any]]:
    """Return each channel with the profiles that asked by it; what only weighs asks by score."""
    return [
        {
            "line": _shown(one, told, scale, language),
            "profiles": [
                _shown(line, told, scale, language)
                for line in told.profiles
                if _group(line) == one.tally.channel
            ],
        }
        for one in told.channels
    ]


def _group(line: Line) -> str:
    """Return the channel under which a profile's line stands, or a model's."""
    by_score = not line.tally.asks or line.tally.channel in tally.SHARES
    return "score" if by_score else line.tally.channel


def _shown(line: Line, told: Ledger, scale: float, language: str) -> dict[str, Any]:
    one = line.tally
    found, looks = one.sample
    return {
        "tally": one,
        "found": found,
        "looks": looks,
        "name": told.names.get(one.profile, ""),
        "is_known": one.profile in told.names,
        "is_model": one.profile == tally.MODEL,
        "rate": _interval(line.rate, language),
        "lift": _times(line.lift, language),
        "whisker": _whisker(line.rate, told.base.rate, scale),
        "revenue": money(one.revenue, told.currency, language),
        "hours": number(line.hours, language),
        "verdict": _verdict(line),
    }


def _verdict(line: Line) -> str:
    """Return how a line stands beside chance: a key of words, after ``beside_chance_``."""
    if line.tally.channel == "random":
        return "base"
    if line.retire:
        return "retire"
    if line.lift is None:
        return "few"
    if line.lift.high < 1:
        return "worse"
    return "better" if line.better else "unclear"


def _scale(rates: Iterable[Interval | None]) -> float:
    """Return the rate at the end of the axis: a tenth or more, so that all intervals fit."""
    highest = max((rate.high for rate in rates if rate is not None), default=1.0)
    return min(1.0, max(0.1, highest))


def _whisker(rate: Interval | None, base: Interval | None, scale: float) -> dict[str, str] | None:
    """Return where a rate's whisker and the base rate's band lie, in hundredths of the axis."""
    if rate is None:
        return None

    def at(value: float) -> str:
        return f"{100 * min(1.0, value / scale):.1f}"

    places = {"low": at(rate.low), "high": at(rate.high), "value": at(rate.value)}
    if base is not None:
        wide = f"{100 * (min(1.0, base.high / scale) - min(1.0, base.low / scale)):.1f}"
        places |= {"band": at(base.low), "wide": wide}
    return places


def _interval(one: Interval | None, language: str) -> dict[str, str] | None:
    """Return a rate and its interval as they are written."""
    if one is None:
        return None
    value, low, high = (share(each, language) for each in msgspec.structs.astuple(one))
    return {"value": value, "low": low, "high": high}


def _times(one: Interval | None, language: str) -> dict[str, str] | None:
    """Return a lift and its interval as they are written."""
    if one is None:
        return None
    value, low, high = (
        number(round(each, 1), language) if each < _MOST_LIFT else "∞"
        for each in msgspec.structs.astuple(one)
    )
    return {"value": value, "low": low, "high": high}


def _counts(one: Interval | None, language: str) -> dict[str, str] | None:
    """Return an estimated number and its interval as they are written."""
    if one is None:
        return None
    value, low, high = (number(round(each), language) for each in msgspec.structs.astuple(one))
    return {"value": value, "low": low, "high": high}


def _amounts(one: Interval | None, currency: str, language: str) -> dict[str, str] | None:
    if one is None:
        return None
    value, low, high = (
        money(round(each), currency, language) for each in msgspec.structs.astuple(one)
    )
    return {"value": value, "low": low, "high": high}


def _missed(told: Ledger, language: str) -> dict[str, Any]:
    """Return what is told of what was missed; None where it cannot be told."""
    missed = told.missed
    return {
        "violations": _counts(missed.violations, language),
        "unadjusted": _counts(missed.unadjusted, language),
        "revenue": _amounts(missed.revenue, told.currency, language),
        "caught": _interval(told.caught, language),
        "looked": missed.looked,
        "found": told.found_alone,
        "later": money(told.whole.later_revenue, told.currency, language),
    }


# The summary for everybody.


@require_safe
@never_cache
def summary_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Show what selection was worth in a year, so that nobody can be found in it."""
    try:
        told, years = _summed(year)
    except ClearwayError as refused:
        return refusal(request, refused)
    language = language_for(request)
    scale = _scale([told.base, *(line.rate for line in told.channels)])
    context = {
        "told": told,
        "years": years,
        "lines": [_public(line, told, scale, language) for line in (*told.channels, told.whole)],
        "base_rate": _interval(told.base, language),
        "until": day(
            (told.until.astimezone(ZoneInfo(reference_at(clock.now()).time_zone))
             - timedelta(days=1)).date(), language,
        ),
        "missed": _counts(told.missed, language),
        "revenue": _amounts(told.missed_revenue, told.currency, language),
        "caught": _interval(told.caught, language),
        "fewest": FEWEST_SHOWN,
        "is_there": told.whole.selected != 0,
    }  # fmt: skip
    return render(request, "web/oversight/selection_summary.html", context)


@require_safe
@never_cache
def summary_file(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
    """Give the summary of a year out as data: JSON as the API tells it, or CSV."""
    try:
        told, _ = _summed(year)
    except ClearwayError as refused:
        return problem(request, refused)
    data = telling.summary_told(told)
    if form == "json":
        answer = HttpResponse(msgspec.json.encode(data), content_type="application/json")
        name = f"clearway-selection-summary-{year}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    names = telling.SUMMARY_COLUMNS
    head: list[list[Any]] = [["year", year], ["until", told.until.isoformat()],
                             ["under way", told.under_way],
                             ["currency (minor units)", told.currency]]  # fmt: skip
    for name in ("base", "missed", "missed_revenue", "caught"):
        one = data[name] or {}
        head.append([name, one.get("value"), one.get("low"), one.get("high")])
    rows = telling.rows([*data["channels"], {**data["whole"], "channel": "all"}], names)
    return csv_answer(f"clearway-selection-summary-{year}", [*head, []], list(names), rows)


def _summed(year: int | None) -> tuple[Summary, list[int]]:
    """Return the summary of a year, and the years that have one.

    Raises:
        ClearwayError: there is none, or the record cannot be read.
    """
    try:
        return summaries.summary(year), summaries.years()
    except (OperationalError, InterfaceError):
        raise StorageFails("The record cannot be read at the moment.") from None


def _public(line: SummaryLine, told: Summary, scale: float, language: str) -> dict[str, Any]:
    return {
        "channel": line.channel,
        "counts": [line.selected, line.inspected, line.found],
        "rate": _interval(line.rate, language),
        "lift": _times(line.lift, language),
        "whisker": _whisker(line.rate, told.base, scale),
        "revenue": ABSENT if line.revenue is None else money(line.revenue, told.currency, language),
    }
