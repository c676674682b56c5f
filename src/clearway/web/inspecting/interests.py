"""The register of interests: one declares one's own, a supervisor ends another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clearway.accounts.queries import names_of_person
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.inspection import access, interests, queries
from clearway.inspection.models import Interest
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words


def _rows(actor: Actor, _: Mapping[str, Any]) -> QuerySet[Interest]:
    everybody = actor.has(Role.SUPERVISOR, Role.AUDITOR)
    return queries.interests(None if everybody else names_of_person(actor.name))


def _note(actor: Actor, rows: Any) -> None:
    if rows and actor.has(Role.SUPERVISOR, Role.AUDITOR):
        audit.note("read", actor, "interest:list", [row.pk for row in rows])


INTERESTS: Final = Listing(
    name="interests",
    title="interests",
    hint="interests_hint",
    rows=_rows,
    columns=(
        Column("person", lambda row: row.person, "actor"),
        Column("interest_in", lambda row: row.party, "party"),
        Column("reason", lambda row: row.reason),
        Column("declared_at", lambda row: row.declared_at, "instant"),
        Column("ended_at", lambda row: row.ended_at, "instant"),
    ),
    note=_note,
    address=lambda row: "" if row.ended_at else reverse("end_interest", args=[row.pk]),
)


@require_safe
@page("listInterests", access.OPERATIONS)
def listed(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show one's own declared interests; supervisors and auditors see everybody's."""
    may = actor.has(*access.OPERATIONS["declareInterest"])
    return INTERESTS.answer(
        request, actor, acts=[("declare_interest", "declare_interest")] if may else ()
    )


@require_http_methods(["GET", "POST"])
@page("declareInterest", access.OPERATIONS)
def declare(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Declare an interest in a party."""
    fields = (Field("interest_in", longest=17), Field("reason", "area", longest=512))
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            interests.declare(actor, given["interest_in"].strip().upper(), given["reason"])
        except DataRefused as refused:
            filling.refuse(request, asked, refused)
            asked.add_error("interest_in", told["held_not_there"])
        except StateForbids as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["interest_declared"])
            return see_other(reverse("interests"))
    context = {
        "asked": asked,
        "heading": told["declare_interest"],
        "hint": told["interests_hint"],
        "submit": told["declare_interest"],
        "trail": (reverse("interests"), told["interests"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)


@require_http_methods(["GET", "POST"])
@page("endInterest", access.OPERATIONS)
def end(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """End somebody else's declared interest."""
    found = access.interest_for(actor, number)
    asked, told = filling.form(request, (Field("reason", "area", longest=512),)), None
    told = words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        try:
            interests.end(actor, number, asked.cleaned_data["reason"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            return see_other(reverse("interests"))
    context = {
        "asked": asked,
        "heading": f"{told['end_interest']}: {found.party}",
        "hint": found.reason,
        "submit": told["end_interest"],
        "trail": (reverse("interests"), told["interests"]),
    }
    return render(request, "web/parts/form.html", context, status=422 if asked.errors else 200)
