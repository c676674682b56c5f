"""The register of intelligence: listed, recorded, amended by versions, linked, closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.intelligence import access, queries, register, told
from clearway.intelligence.models import Piece
from clearway.intelligence.names import folded
from clearway.intelligence.rules import (
    AUDIENCES,
    CREDIBILITY,
    LINKS,
    RELIABILITY,
    SUBJECTS,
    trace_key,
)
from clearway.vocabulary.dates import date_of
from clearway.web.filling import Field
from clearway.web.intelligence.asking import Asked, Given, ask, may
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page
from clearway.web.words import words

_NAMED: Final = {
    "source": "piece_source",
    "subject_kind": "subject_kind",
    "subject": "piece_subject",
    "text": "piece_text",
    "reasons": "piece_reasons",
    "audience": "audience",
    "ends": "piece_ends",
    "kind": "link_kind",
    "key": "link_key",
}


def _rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Piece]:
    rows = access.pieces(actor)
    if "piece_state" in wanted:
        rows = rows.filter(state=wanted["piece_state"])
    for word in folded(wanted.get("piece_subject", "")).words:
        rows = rows.filter(folded__contains=word)
    return rows


REGISTER: Final = Listing(
    name="intelligence_register",
    title="menu_register",
    hint="intelligence_register_hint",
    rows=_rows,
    columns=(
        Column("piece_subject", lambda row: row.subject),
        Column("subject_kind", lambda row: row.subject_kind, "word:subject_kind"),
        Column("graded", lambda row: f"{row.reliability}{row.credibility}", "code"),
        Column("piece_source", lambda row: row.source),
        Column("audience", lambda row: row.audience, "word:audience"),
        Column("piece_state", lambda row: row.state, "state:piece_state"),
        Column("piece_ends", lambda row: row.ends, "day"),
    ),
    filters=(
        Filter("piece_subject", longest=350),
        Filter("piece_state", "choice", ("open", "closed"), "piece_state"),
    ),
    address=lambda row: reverse("piece", args=[row.pk]),
    note=lambda actor, rows: access.note_read(actor, "register", [row.pk for row in rows]),
)


@require_safe
@page("listIntelligence", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the entries that one may read."""
    acts = [("record_intelligence", "new_piece")] if may(actor, "recordIntelligence") else ()
    return REGISTER.answer(request, actor, acts=acts)


def _fields(row: Piece | None = None) -> tuple[Field, ...]:
    def was(name: str) -> Any:
        return None if row is None else getattr(row, name)

    return (
        Field("subject_kind", "choice", SUBJECTS, "subject_kind", initial=was("subject_kind")),
        Field("piece_subject", longest=350, initial=was("subject")),
        Field("piece_text", "area", longest=4000, initial=was("text")),
        Field("piece_source", initial=was("source")),
        Field("reliability", "choice", RELIABILITY, "reliability", initial=was("reliability")),
        Field("credibility", "choice", CREDIBILITY, "credibility", initial=was("credibility")),
        Field("piece_reasons", "area", longest=512, initial=was("reasons")),
        Field("audience", "choice", AUDIENCES, "audience", initial=was("audience")),
        Field("piece_ends", "day", initial=None if row is None else date_of(row.ends)),
    )


def _wanted(given: Given) -> register.Wanted:
    names = register.Wanted.__struct_fields__
    return register.Wanted(**{name: given[_NAMED.get(name, name)] for name in names})


def _trail(request: HttpRequest) -> tuple[str, str]:
    return reverse("intelligence_register"), words(language_for(request))["menu_register"]


@require_http_methods(["GET", "POST"])
@page("recordIntelligence", access.OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Record intelligence."""

    def do(given: Given) -> str:
        return reverse("piece", args=[register.record(actor, _wanted(given)).pk])

    asked = Asked(
        "record_intelligence",
        _trail(request),
        "piece_is_recorded",
        hint="record_intelligence_hint",
        named=_NAMED,
    )
    return ask(request, asked, _fields(), do)


@require_safe
@page("getIntelligence", access.OPERATIONS)
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an entry with its links and versions."""
    found = access.piece_for(actor, number)
    access.note_read(actor, "register", [found.pk])
    piece = told.whole_piece(found)
    people = {found.author, found.closed_by}
    people |= {one["by"] for part in ("links", "versions") for one in piece[part]}
    traces = {one["key"]: trace_key(one["key"], "", "") for one in piece["links"]
              if one["kind"] == "party"}  # fmt: skip
    known = queries.known_keys(traces.values())
    for one in piece["links"]:
        key = traces.get(one["key"], "") if one["kind"] == "party" else ""
        one["trace"] = key if key in known else ""
    context = {
        "piece": piece,
        "closed_by": found.closed_by,
        "closed_at": found.closed_at,
        "people": called(people - {""}),
        "may_change": found.state == "open" and may(actor, "amendIntelligence"),
    }
    return render(request, "web/intelligence/piece.html", context)


def _back(request: HttpRequest, number: int) -> tuple[str, str]:
    about = words(language_for(request))["about_intelligence"]
    return reverse("piece", args=[number]), f"{about} {number}"


@require_http_methods(["GET", "POST"])
@page("amendIntelligence", access.OPERATIONS)
def amend(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Amend an entry by a new version."""
    found = access.piece_for(actor, number)
    access.note_read(actor, "register", [found.pk])

    def do(given: Given) -> str:
        register.amend(actor, number, _wanted(given), given["amend_reason"])
        return reverse("piece", args=[number])

    fields = (*_fields(found), Field("amend_reason", "area", longest=512))
    asked = Asked("amend_intelligence", _back(request, number), "piece_is_amended", named=_NAMED)
    return ask(request, asked, fields, do)


@require_http_methods(["GET", "POST"])
@page("linkIntelligence", access.OPERATIONS)
def link(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Link an entry to a party, a profile, a declaration or a case."""
    access.piece_for(actor, number)

    def do(given: Given) -> str:
        register.link(actor, number, kind=given["link_kind"], key=given["link_key"])
        return reverse("piece", args=[number])

    fields = (
        Field("link_kind", "choice", LINKS, "link_kind"),
        Field("link_key", longest=128),
    )
    asked = Asked("link_intelligence", _back(request, number), "piece_is_linked", named=_NAMED)
    return ask(request, asked, fields, do)


@require_http_methods(["GET", "POST"])
@page("closeIntelligence", access.OPERATIONS)
def close(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Close an entry before its end."""
    access.piece_for(actor, number)

    def do(given: Given) -> str:
        register.close(actor, number, given["close_reason"])
        return reverse("piece", args=[number])

    fields = (Field("close_reason", "area", longest=512),)
    asked = Asked("close_intelligence", _back(request, number), "piece_is_closed")
    return ask(request, asked, fields, do)
