"""Audits after release: what was selected, the list, and one audit from selection to decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called, offices_of
from clearway.audit import clock
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import declaration_for
from clearway.post_clearance import (
    access,
    audit_decisions,
    auditing,
    changing,
    queries,
    selecting,
    standing,
)
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.changing import DATA, Change
from clearway.post_clearance.life_cycle import AUDIT
from clearway.post_clearance.models import Audit, Draw
from clearway.post_clearance.rules import GROUNDS
from clearway.web.after_release import acting
from clearway.web.after_release.acting import LONGEST, Pages, may, note, rows_of
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import chosen, page, typed
from clearway.web.words import words

CHANNELS: Final = ("lane", "score", "random")


def _ball(row: Audit) -> str:
    found = standing.of_audit(row)
    return "" if found is None else found.holder


def _amount(row: Audit) -> tuple[int, str] | None:
    return None if row.extra is None else (row.extra, row.currency)


AUDITS: Final = acting.listing(
    "audits",
    "audits_hint",
    access.visible_audits,
    AUDIT,
    (
        Column("audit_number", lambda row: str(row.pk), "code"),
        Column("audited_party", lambda row: row.party, "party"),
        Column("audit_state", lambda row: row.state, "state:audit_state"),
        Column("up_to", _ball, "word:ball"),
        Column("answer_until", lambda row: row.hearing_until, "day"),
        Column("audit_ground", lambda row: row.ground, "word:audit_ground"),
        Column("office", lambda row: row.office, "code"),
        Column("extra_duty", _amount, "money"),
    ),
    about="post_audit",
    by=(Filter("audited_party", longest=17), "party"),
)


def _selected(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Draw]:
    rows = access.visible_draws(actor)
    channel = wanted.get("selection_channel")
    return rows.filter(channel=channel) if channel else rows


SELECTED: Final = Listing(
    name="selections",
    title="menu_selections",
    hint="selections_hint",
    rows=_selected,
    columns=(
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("audited_party", lambda row: auditing.party_of(row.declaration), "party"),
        Column("selection_channel", lambda row: row.channel, "word:selection_channel"),
        Column("selection_score", lambda row: row.score, "number"),
        Column("propensity", lambda row: row.propensity, "number"),
        Column("selected_at", lambda row: row.at, "instant"),
    ),
    filters=(Filter("selection_channel", "choice", CHANNELS, "selection_channel"),),
    order="id",
    address=lambda row: reverse("declaration", args=[row.declaration.mrn]),
    note=lambda actor, rows: (
        audit_log.note("read", actor, "selection:list", [row.pk for row in rows]) if rows else None
    ),
)


@require_safe
@page("listAudits", OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the audits that one may read."""
    acts = [("menu_selections", "selections")] if may(actor, "listSelections") else []
    acts += [("menu_corrections", "corrections"), ("menu_appeals", "appeals")]
    return AUDITS.answer(request, actor, acts=acts)


@require_safe
@page("listSelections", OPERATIONS)
def selections(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what was selected; an officer is led to opening the audit of it."""
    shown = SELECTED
    if may(actor, "openAudit"):
        shown = replace(
            SELECTED, address=lambda row: reverse("open_audit", args=[row.declaration.mrn])
        )
    return shown.answer(request, actor)


@require_http_methods(["GET", "POST"])
@page("openAudit", OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Open an audit of a declaration, and of others of its party."""
    found = declaration_for(actor, key, to="decide")
    fields = (
        Field("reason", "area", longest=512),
        Field("audit_ground", "choice", GROUNDS, "audit_ground", initial="ordinary"),
        Field("with_declarations", "area", required=False, longest=LONGEST),
    )

    def open_it(given: Any) -> str:
        keys = [key, *given["with_declarations"].upper().split()]
        made = auditing.open_audit(actor, keys, given["reason"], ground=given["audit_ground"])
        return reverse("audit", args=[made.pk])

    other = None
    if may(actor, "passOverSelection"):
        waits = access.visible_draws(actor).exclude(channel="random")
        draw = waits.filter(declaration=found).first()
        if draw is not None:
            word = words(language_for(request))["pass_over_selection"]
            other = (reverse("pass_over_selection", args=[draw.pk]), word)
    trail = (reverse("declaration", args=[key]), key)
    return acting.asked(
        request, fields, open_it, "open_audit", "open_audit_hint", trail, other=other
    )


@require_http_methods(["GET", "POST"])
@page("passOverSelection", OPERATIONS)
def pass_over(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Take a selected declaration off the list, and write down why."""
    mrn = access.draw_for(actor, number).declaration.mrn or ""

    def do(given: Any) -> str:
        selecting.pass_over(actor, number, given["reason"])
        return reverse("selections")

    asked = (Field("reason", "area", longest=512),)
    trail = (reverse("declaration", args=[mrn]), mrn)
    return acting.asked(
        request, asked, do, "pass_over_selection", "pass_over_selection_hint", trail
    )


@require_http_methods(["GET", "POST"])
@page("discloseError", OPERATIONS)
def disclose(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Come forward with an error in a declaration of one's own."""
    declaration_for(actor, key, to="amend")

    def do(given: Any) -> str:
        return reverse("audit", args=[auditing.disclose(actor, key, given["disclosure"]).pk])

    fields = (Field("disclosure", "area", longest=2000),)
    trail = (reverse("declaration", args=[key]), key)
    return acting.asked(request, fields, do, "disclose_error", "disclose_error_hint", trail)


def _told(request: HttpRequest, actor: Actor, number: int) -> dict[str, Any]:
    """Return an audit: why, what was found, what the party answers, what was decided."""
    found = access.audit_for(actor, number)
    note(actor, f"post_audit:{found.pk}", [found])
    own = found.organisation == actor.organisation
    official = actor.has(*access.OFFICIALS) and not own
    subjects, lines = queries.subjects(found), queries.lines_of(found)
    team = queries.team(found)
    ball = standing.of_audit(found)
    context: dict[str, Any] = {
        "audit": found,
        "subjects": [
            (one, lines.get(one.pk, ()), changing.read(one.changes) if one.changes else ())
            for one in subjects
        ],
        "ball": ball,
        "official": official,
        "people": called([*team, *(filter(None, (found.opened_by, found.decided_by)))]),
        "team": team,
        **_acts(actor, found, team, own=own, official=official, over=_is_over(ball)),
    }
    if context["may_notify"]:
        context["officers"] = _officers(actor, found)
    if context["may_draft"]:
        context |= {"rows": _rows_of_findings(request, subjects), "data": DATA}
    return context


def _is_over(ball: Any) -> bool:
    return ball is not None and ball.what == "close_hearing"


def _acts(
    actor: Actor, found: Audit, team: list[str], *, own: bool, official: bool, over: bool
) -> dict[str, bool]:
    """Return what he who looks may do with it now."""
    of_team = official and is_same_person(actor, team)
    state = found.state
    return {
        "of_team": of_team,
        "may_notify": official and state == "selected" and may(actor, "notifyAudit"),
        "may_drop": official
        and state == "selected"
        and found.channel != "random"
        and found.disclosed_at is None
        and may(actor, "dropAudit"),
        "may_begin": of_team and state == "notified",
        "may_draft": of_team and state in {"field", "draft", "heard"},
        "may_close": official and over and may(actor, "closeHearing"),
        "may_decide": official and not of_team and state == "heard" and may(actor, "decideAudit"),
        "may_answer": own and state == "draft" and not over and may(actor, "answerFindings"),
        "may_appeal": own and found.decided_at is not None and may(actor, "lodgeAppeal"),
    }


def _officers(actor: Actor, found: Audit) -> list[tuple[str, str]]:
    """Return who may be of the team: people, not programs, with a desk at its office."""
    known = offices_of(actor.organisation, Role.OFFICER, clock.now())
    there = [
        name
        for name, offices in known.items()
        if name.startswith("user:") and offices & {"", found.office}
    ]
    return sorted(called(there).items(), key=lambda pair: pair[1])


def _rows_of_findings(request: HttpRequest, subjects: Any) -> list[dict[str, Any]]:
    kept = [
        {"of": one.declaration.mrn, "item": each.item, "datum": each.datum, "value": each.value}
        for one in subjects
        for each in changing.read(one.changes)
    ]
    return rows_of(request, ("item", "datum", "value", "of"), kept)


def _notify(request: HttpRequest, actor: Actor, number: int) -> object:
    team = request.POST.getlist("team")[:20]
    return auditing.notify(actor, number, team, typed(request, "reason"))


def _draft(request: HttpRequest, actor: Actor, number: int) -> object:
    found: dict[str, list[Change]] = {}
    only = [one.declaration.mrn for one in queries.subjects(access.audit_for(actor, number))]
    for mrn, change in acting.changes(request):
        found.setdefault(mrn or only[0] or "", []).append(change)
    text = typed(request, "findings", LONGEST)
    return audit_decisions.draft(actor, number, text, found)


def _decide(request: HttpRequest, actor: Actor, number: int) -> object:
    upheld = chosen(request, "decision", {"uphold", "stand"}) == "uphold"
    reasons = typed(request, "reasons", LONGEST)
    return audit_decisions.decide(actor, number, upheld=upheld, reasons=reasons)


_PAGES: Final = Pages("audit", _told)
one = _PAGES.one("getAudit")
notify = _PAGES.act("notifyAudit", _notify, "notify-reason")
drop = _PAGES.act(
    "dropAudit",
    lambda request, actor, number: auditing.drop(actor, number, typed(request, "reason")),
    "drop-reason",
)
begin = _PAGES.act(
    "beginFieldwork", lambda _, actor, number: auditing.begin(actor, number), "standing"
)
_drafted = _PAGES.act("draftFindings", _draft, "findings")


@page("draftFindings", OPERATIONS)
def draft(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Put findings before the party, or show more rows to write them in."""
    if acting.wants_more(request):
        return _PAGES.shown(request, actor, number)
    return _drafted(request, number=number)


answer = _PAGES.act(
    "answerFindings",
    lambda request, actor, number: audit_decisions.answer(
        actor, number, typed(request, "answer", LONGEST)
    ),
    "answer",
)
close = _PAGES.act(
    "closeHearing",
    lambda _, actor, number: audit_decisions.close_hearing(actor, number),
    "standing",
)
decide = _PAGES.act("decideAudit", _decide, "reasons")
