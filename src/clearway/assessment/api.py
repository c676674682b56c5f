"""The room's one operation: what was decided, whole for customs, disclosure-safe for traders."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from clearway.accounts.forms import permitted
from clearway.assessment import queries
from clearway.assessment.access import OFFICIAL, OPERATIONS
from clearway.assessment.forms import AssessmentTold
from clearway.assessment.models import Assessment
from clearway.assessment.words import sentence, words_of
from clearway.declarations.access import declaration_for, note_read
from clearway.kernel.decisions import Lane, Selection
from clearway.kernel.selection import trader_reasons
from clearway.vocabulary.errors import NotThere

router = Router(tags=["assessment"])
Mrn = Annotated[str, Path(max_length=20, examples=["26XP0000000012340"])]


@router.get(
    "/declarations/{mrn}/assessment",
    operation_id="getAssessment",
    summary="What was found, charged and selected",
    response=AssessmentTold,
)
def get_assessment(request: HttpRequest, mrn: Mrn) -> Any:
    """Return the newest assessment.

    Traders learn the lane and which data to check, customs every channel, hit, score and draw.
    """
    actor = permitted(request, "getAssessment", OPERATIONS)
    declaration = declaration_for(actor, mrn)
    found = queries.newest(declaration.pk)
    if found is None:
        raise NotThere("Nothing was decided on it yet.")
    note_read(actor, declaration, "assessment")
    language = request.headers.get("Accept-Language", "").split(",")[0] or actor.language
    selection = queries.selection(found)
    official = actor.has(*OFFICIAL) and declaration.organisation != actor.organisation
    communicated = selection is not None and declaration.lane is not None
    hits = queries.hits(found.pk)
    reasons: list[str] = []
    if communicated and selection is not None:
        steps = trader_reasons(selection, hits, queries.reference_of(found))
        reasons = [sentence(step.key, step.parameters, language) for step in steps]
    return {
        "mrn": declaration.mrn,
        "version": declaration.version,
        "occasion": found.occasion,
        "at": found.at,
        "accepted": found.accepted,
        "lane": _lane(declaration.lane),
        "reasons": reasons,
        "currency": found.currency,
        "payable": found.payable,
        "charges": list(queries.charges(found.pk).values()),
        "findings": [_finding(row, language) for row in queries.findings(found.pk)],
        "questions": list(queries.questions(found.pk).values()),
        "officer": _officer(found, selection, hits, language) if official else None,
    }


def _finding(row: Any, language: str) -> dict[str, Any]:
    parameters = tuple(json.loads(bytes(row.parameters)).items())
    message, remedy = words_of(row.rule, parameters, language)
    return {
        "code": row.rule,
        "severity": row.severity,
        "pointer": row.pointer,
        "message": message,
        "remedy": remedy,
        "item": row.item,
    }


def _officer(
    found: Assessment, selection: Selection | None, hits: list[Any], language: str
) -> dict[str, Any]:
    channels = selection.channels if selection is not None else ()
    return {
        "channel": found.channel,
        "score": found.score,
        "draw": found.draw,
        "drawn": found.drawn,
        "channels": [
            {
                "channel": one.channel.value,
                "lane": _lane(one.lane),
                "reasons": [sentence(step.key, step.parameters, language) for step in one.reasons],
            }
            for one in channels
        ],
        "hits": [
            {
                "item": hit.item,
                "profile": hit.profile,
                "version": hit.version,
                "lane": _lane(hit.lane),
                "contribution": hit.contribution,
            }
            for hit in hits
        ],
        "kernel_version": found.kernel_version,
        "reference_hash": found.reference_hash,
        "profile_set": found.profile_set,
    }


def _lane(lane: int | None) -> str | None:
    return None if lane is None else Lane(lane).name.lower()
