"""Checking one's answers and lodging them, through the very line that the API's messages take."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clearway.audit.actor import Actor
from clearway.declarations import access
from clearway.declarations.life_cycle import AFTER_RELEASE, BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.intake.access import OPERATIONS
from clearway.intake.api import through
from clearway.intake.api_acts import amended
from clearway.intake.submission import JSON, Submission
from clearway.vocabulary.errors import ActRefused, NotPermitted, NotThere
from clearway.vocabulary.problem_details import problem_of
from clearway.web import refusals
from clearway.web.lodging import content as contents
from clearway.web.lodging import drafts, estimating, fields, saving, shown, special
from clearway.web.lodging import tree as trees
from clearway.web.lodging.entering import Fault
from clearway.web.lodging.pages import LODGE, partly
from clearway.web.lodging.saving import Saved
from clearway.web.lodging.shown import Opened
from clearway.web.visitors import page, see_other
from clearway.web.words import words

_DONE: Final = {200: "lodge_amended", 201: "lodge_accepted", 202: "lodge_asked"}


class Problem(NamedTuple):
    """Why a draft could not be sent, or was not judged: what, and what to do."""

    title: str
    remedy: str
    what: str
    status: int
    retry_after: str = ""


class Answer(NamedTuple):
    """What has been answered where a draft should show all that it holds."""

    label: str
    value: str
    meaning: str


@require_http_methods(["GET", "HEAD", "POST"])
@page(LODGE, OPERATIONS)
def check(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show all answers of a draft; what changes most can be typed right here."""
    this = shown.opened(request, actor, number)
    if this.draft.lodged:
        return see_other(reverse("declaration", args=[this.draft.lodged]))
    if request.method != "POST":
        faults = contents.faults(this.content, this.language)
        return _page(request, Saved(this, faults, []))
    saved = saving.save(request, this, _quick(this))
    if request.GET.get("part") == "save":
        return partly(request, saved, "check", 0)
    if saved.differs or saved.faults:
        return _page(request, saved, status=409 if saved.differs else 422)
    return see_other(request.path)


@require_POST
@page(LODGE, OPERATIONS)
def lodge(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Save what stands on the last page and lodge the draft: once, however often it is sent."""
    this = shown.opened(request, actor, number)
    if this.draft.lodged:
        return see_other(reverse("declaration", args=[this.draft.lodged]))
    saved = saving.save(request, this, _quick(this))
    if saved.differs:
        return _page(request, saved, status=409)
    faults = contents.faults(this.content, this.language)
    if faults:
        return _page(request, Saved(this, faults, []), status=422)
    if _lacks(this):
        return _page(request, saved, status=422, complete=True)
    if this.draft.amends and not this.content.reason:
        return _page(request, saved, status=422, reason_missing=True)
    if _is_outdated(this):
        what = words(this.language)["lodge_amended_since"]
        return _page(
            request, saved, status=409, problem=_problem(this, "state-forbids", 409, what, "")
        )
    try:
        answer = _sent(this)
    except (NotThere, NotPermitted):
        raise
    except ActRefused as refused:
        told = problem_of(refused)
        return _page(request, saved, status=told.kind.status,
                     problem=_problem(this, told.kind.name, told.kind.status,
                                      refusals.why(refused, this.language),
                                      told.headers.get("Retry-After", "")))  # fmt: skip
    return _answered(request, saved, answer)


def _is_outdated(this: Opened) -> bool:
    """Tell whether an amendment was begun from a version that stands no more."""
    if not this.draft.amends or not this.content.base:
        return False
    found = access.declaration_for(this.actor, this.draft.amends, to="amend")
    return bool(found.version != this.content.base)


def _sent(this: Opened) -> HttpResponse:
    """Send a draft and return the answer. A repeat of the same revision gets the same answer."""
    draft = this.draft
    submission = Submission(
        actor=this.actor,
        door="form",
        media_type=JSON,
        body=contents.message(this.content),
        idempotency_key=f"draft-{draft.pk}-{draft.revision}",
        received_at=this.at,
        purpose="amend" if draft.amends else "lodge",
        declaration=draft.amends,
        reason=this.content.reason if draft.amends else "",
        language=this.language,
    )
    if not draft.amends:
        return through(submission)
    return amended(submission, access.declaration_for(this.actor, draft.amends, to="amend"))


def _answered(request: HttpRequest, saved: Saved, answer: HttpResponse) -> HttpResponseBase:
    this, body = saved.opened, json.loads(answer.content)
    if answer.status_code in _DONE:
        key = body.get("mrn") or this.draft.amends
        drafts.mark_lodged(this.draft, key)
        told = words(this.language)[_DONE[answer.status_code]]
        messages.success(request, told.format(mrn=key))
        return see_other(reverse("declaration", args=[key]))
    findings = body.get("findings")
    if answer.status_code not in {400, 422} or not findings:
        kind = str(body.get("type", "")).rpartition("/")[2]
        what = refusals.in_language(str(body.get("detail", "")), this.language)
        retry = answer.headers.get("Retry-After", "")
        return _page(request, saved, status=answer.status_code,
                     problem=_problem(this, kind, answer.status_code, what, retry))  # fmt: skip
    this.content.refused = estimating.as_refused(findings)
    if body.get("state") == "rejected" and body.get("lrn"):
        this.content.refused_lrn = str(body["lrn"])
        declarant = trees.read(this.content.tree, "Declarant/ID")
        this.content.tree["FunctionalReferenceID"] = drafts.proposed_lrn(declarant)
    this.content.sheet = ""
    drafts.save(this.draft, this.content)
    return _page(request, saved, status=422)


def _problem(this: Opened, kind: str, status: int, what: str, retry: str) -> Problem:
    told = words(this.language)
    kind = kind if f"refused_{kind}" in told else "defect"
    return Problem(told[f"refused_{kind}"], told["lodge_nothing_lost"], what, status, retry)


def _quick(this: Opened) -> list[fields.Bound]:
    return [
        one for _, bound in fields.quick(this.content.tree, this.content.asked) for one in bound
    ]


def _page(
    request: HttpRequest,
    saved: Saved,
    *,
    status: int = 200,
    problem: Problem | None = None,
    reason_missing: bool = False,
    complete: bool = False,
) -> HttpResponse:
    """Show the last page. What a copy asks for is no mistake before it is ``complete``."""
    this = saved.opened
    waiting = contents.waiting(this.content)
    told = shown.estimate(this)
    faults = contents.faults(this.content, this.language) | dict(saved.faults)
    quick = {one.name for one in _quick(this)}
    against = _against(this, told)
    if complete:
        lacking = dict.fromkeys(_lacks(this, told), Fault("lodge_copy_lacks"))
        faults = lacking | faults
    against = [one for one in against if one.name not in waiting]
    typed = [
        (_href(this, page_name, one, quick), shown.full_label(this, one),
         shown.fault_text(faults[one.name], this.language))
        for page_name, one in fields.everywhere(this.content.tree) if one.name in faults
    ]  # fmt: skip
    found = [
        (f"#{one.place.input}" if one.name in quick else one.place.address(this.draft.pk),
         one.message, one.remedy, one.code)
        for one in against
    ]  # fmt: skip
    whys = shown.whys(this, faults, against)
    parts = shown.sections(this, fields.quick(this.content.tree, this.content.asked), whys)
    context = shown.context(this, "check", faults, told) | {
        "sections": parts,
        "datalists": shown.datalists(this, parts),
        "typed": typed,
        "found": found,
        "doubts": [one for one in told.found if one.severity != "error"],
        "answers": _answers(this),
        "differs": saved.differs,
        "problem": problem,
        "reason_missing": reason_missing,
        "effect": _effect(this),
        "waiting": bool(waiting),
        "focus": "" if typed or found or problem else next((f"f-{one}" for one in waiting), ""),
    }
    answer = render(request, "web/lodging/check.html", context, status=status)
    if problem is not None and problem.retry_after:
        answer["Retry-After"] = problem.retry_after
    return answer


def _against(this: Opened, told: estimating.Estimate) -> list[estimating.Against]:
    """Return what stops acceptance: what the kernel finds now, and what the record found last.

    What the line found by the record alone (a mandate, a reference used before) stays until the
    draft is lodged again: only the line can tell that it is mended. What the kernel can tell is
    told by the estimate of now.
    """
    of_record = [
        one
        for one in estimating.refused(this.content)
        if one.severity == "error" and one.code.startswith("CLW43") and one.code != "CLW4301"
    ]
    known = {(one.code, one.place) for one in told.errors}
    found = [*told.errors, *(one for one in of_record if (one.code, one.place) not in known)]
    # One number that several goods items lack is asked for once.
    return list({(one.code, one.place, one.message): one for one in found}.values())


def _lacks(this: Opened, told: estimating.Estimate | None = None) -> list[str]:
    """Return the fields of a copy that lack what a declaration must tell of its consignment."""
    waiting = contents.waiting(this.content)
    if not waiting:
        return []
    needed = {one.name for one in (told or shown.estimate(this)).errors} | {fields.COMPLETES.name}
    if special.transport_of(this.content.tree):
        needed.add(fields.DOCUMENT[1].name)
    return [name for name in waiting if name in needed]


def _href(this: Opened, page_name: str, one: fields.Bound, quick: set[str]) -> str:
    if one.name in quick:
        return f"#{one.id}"
    return estimating.Place(page_name, one.item, one.id).address(this.draft.pk)


def _effect(this: Opened) -> str:
    """Return the key of the sentence that says what sending will do."""
    if not this.draft.amends:
        return ""
    found: Declaration = access.declaration_for(this.actor, this.draft.amends, to="amend")
    if found.state in AFTER_RELEASE:
        return "lodge_amends_after"
    if found.state in BEFORE_RELEASE and found.lane is None:
        return "lodge_amends_now"
    return "lodge_amends_by_request" if found.state in BEFORE_RELEASE else "lodge_amends_never"


def _answers(this: Opened) -> list[dict[str, Any]]:
    """Return every answer that was given, by step and heading, with where it is changed."""
    told = words(this.language)
    found = []
    for page_name, place, title in _places(this, told):
        parts = []
        for group, bound in fields.groups(page_name, this.content.tree, place):
            given = ((one, contents.shown(this.content, one, this.language)) for one in bound)
            rows = [_answer(this, one, value) for one, value in given
                    if value and not one.name.endswith("-currency")]  # fmt: skip
            if rows:
                parts.append((told[group.title].format(number=group.row), rows))
        address = estimating.Place(page_name, place).address(this.draft.pk, wrong=False)
        found.append(
            {"title": title, "address": address, "parts": parts, "id": f"{page_name}{place}"}
        )
    return found


def _places(this: Opened, told: Any) -> list[tuple[str, int, str]]:
    count = len(trees.items(this.content.tree))
    goods = [
        ("items", place, told["lodge_item_number"].format(number=place))
        for place in range(1, min(count, 100) + 1)
    ]
    head = [(name, 0, told[f"lodge_step_{name}"]) for name in ("parties", "transport")]
    return [*head, *goods, ("documents", 0, told["lodge_step_documents"])]


def _answer(this: Opened, one: fields.Bound, value: str) -> Answer:
    label = shown.input_of(this, one, "").label
    listed, meaning = one.field.codes, ""
    if listed:
        meaning = this.meaning(listed, value)
    elif one.field.kind == "number":
        # An amount has its currency behind it; of other figures the label tells the unit.
        meaning = trees.read(this.content.tree, one.path.removesuffix("value") + "currencyID")
    return Answer(label, value, meaning)
