"""The room's operations on names: search, matches, targeting cases, links, hits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.declarations.access import declaration_for
from clearway.declarations.told import Mrn
from clearway.intelligence import (
    access,
    cases,
    forms_cases,
    linking,
    matching,
    queries,
    searching,
    told,
)
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["intelligence"])
KeyOfTrace = Annotated[
    str, Query(max_length=64, min_length=1, description="of a trace", examples=["id:XP1000000001"])
]


@router.post(
    "/name-search",
    response=forms_cases.NamesFound,
    operation_id="searchNames",
    summary="Search a name in lists and manifests",
)
def search_names(request: HttpRequest, asked: forms_cases.NameAsked) -> Any:
    """Search a name in every script: among entries that count, and among all whom records name."""
    actor = permitted(request, "searchNames", access.OPERATIONS)
    given: dict[str, list[str]] = {}
    for key in asked.keys:
        given.setdefault(key.kind, []).append(key.value)
    listed, named = searching.listed(asked.name, given), searching.named(asked.name)
    access.note_search(actor, asked.name, asked.reason)
    return {
        "listed": [told.listed(one) for one in listed],
        "recorded": [told.recorded(one) for one in named],
    }


@router.get(
    "/watch-matches",
    response=forms_cases.WatchMatchPage,
    operation_id="listMatches",
    summary="Who on the record may be looked for",
)
def list_matches(
    request: HttpRequest,
    state: Annotated[forms_cases.StateOfMatch | None, Query(description="of one state")] = None,
    how: Annotated[Literal["exact", "name"] | None, Query(description="found by")] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return matches of the record with the lists, the latest first."""
    actor = permitted(request, "listMatches", access.OPERATIONS)
    rows = queries.matches(state or "")
    page = page_of(rows.filter(how=how) if how else rows, "-id", cursor, limit)
    access.note_read(actor, "matches", [row.pk for row in page.items])
    return {"items": [told.match(row) for row in page.items], "next": page.next}


@router.post(
    "/watch-matches/{number}/decision",
    response=forms_cases.WatchMatchTold,
    operation_id="decideMatch",
    summary="Confirm or dismiss a match",
)
def decide_match(request: HttpRequest, number: Number, given: forms_cases.MatchDecision) -> Any:
    """Say whether somebody on the record is who is looked for. Only then it can stop goods."""
    actor = permitted(request, "decideMatch", access.OPERATIONS)
    matching.decide(actor, number, confirm=given.confirm, reason=given.reason)
    access.note_read(actor, "matches", [number])
    return told.match(access.match_for(actor, number))


@router.post(
    "/watch-matches/decisions",
    response=forms_cases.MatchesDecided,
    operation_id="decideMatches",
    summary="Confirm or dismiss several matches",
)
def decide_matches(request: HttpRequest, given: forms_cases.MatchesDecision) -> Any:
    """Decide several matches alike; each is on record by itself, and what is refused is named."""
    actor = permitted(request, "decideMatches", access.OPERATIONS)
    done = matching.decide_many(actor, given.numbers, confirm=given.confirm, reason=given.reason)
    return {
        "decided": done.decided,
        "refused": [
            {"id": number, "why": why.what, "remedy": why.remedy} for number, why in done.refused
        ],
    }


@router.get(
    "/targeting-cases",
    response=forms_cases.TargetingCasePage,
    operation_id="listTargetingCases",
    summary="Targeting cases",
)
def list_targeting_cases(
    request: HttpRequest,
    state: Annotated[forms_cases.StateOfCase | None, Query(description="of one state")] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the targeting cases of your office, the latest first."""
    actor = permitted(request, "listTargetingCases", access.OPERATIONS)
    page = page_of(access.cases(actor, state or ""), "-id", cursor, limit)
    access.note_read(actor, "cases", [row.pk for row in page.items])
    return {"items": [told.case(row) for row in page.items], "next": page.next}


@router.get(
    "/targeting-cases/{number}",
    response=forms_cases.TargetingCaseWhole,
    operation_id="getTargetingCase",
    summary="A targeting case",
)
def get_targeting_case(request: HttpRequest, number: Number) -> Any:
    """Return a case with its alerts."""
    actor = permitted(request, "getTargetingCase", access.OPERATIONS)
    found = access.case_for(actor, number)
    access.note_read(actor, "cases", [found.pk])
    return told.whole_case(found)


@router.post(
    "/targeting-cases/{number}/decision",
    response=forms_cases.TargetingCaseWhole,
    operation_id="decideTargetingCase",
    summary="Review, target or clear a case",
)
def decide_targeting_case(
    request: HttpRequest, number: Number, given: forms_cases.TargetingDecision
) -> Any:
    """Review a case, write its target note (hold, inspect or both), or clear it."""
    actor = permitted(request, "decideTargetingCase", access.OPERATIONS)
    done = cases.decide(actor, number, what=given.act, note=given.note, wish=given.wish)
    access.note_read(actor, "cases", [done.pk])
    return told.whole_case(done)


@router.get(
    "/links",
    response=forms_cases.LinksTold,
    operation_id="showLinks",
    summary="Who stands with whom on the record",
)
def show_links(
    request: HttpRequest,
    key: KeyOfTrace,
    steps: Annotated[int, Query(ge=1, le=linking.STEPS, description="from whom it is about")] = 1,
) -> Any:
    """Return who and what stands on records with a party, an address or a container."""
    actor = permitted(request, "showLinks", access.OPERATIONS)
    trace = access.trace_for(actor, key)
    access.note_read(actor, "links", [trace.pk])
    return told.links(linking.links_of(trace, steps))


@router.get(
    "/declarations/{mrn}/watch-hits",
    response=forms_cases.WatchHits,
    operation_id="listWatchHits",
    summary="The entries behind a declaration's flags",
)
def list_watch_hits(request: HttpRequest, mrn: Mrn) -> Any:
    """Return which entries of lists stood behind the flags with which it was assessed."""
    actor = permitted(request, "listWatchHits", access.OPERATIONS)
    declaration = declaration_for(actor, mrn)
    rows = queries.hits(declaration.pk)
    access.note_read(actor, f"hits:{declaration.pk}", [row.pk for row in rows])
    return {"items": [told.hit(row) for row in rows]}
