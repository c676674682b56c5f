"""A trader's applications: made once for every agency, answered, followed to their permits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.permits import access, applying, queries
from clearway.permits.applying import Line, Wish
from clearway.permits.models import Application
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.money import QUANTITY_SCALE, scaled
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.permits.needing import digits
from clearway.web.visitors import page, see_other, typed
from clearway.web.words import words

_CELLS: Final = 5


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Application]:
    rows = access.visible_applications(actor)
    if "holder" in chosen:
        rows = rows.filter(holder=chosen["holder"].upper())
    return rows


def _note(actor: Actor, rows: Sequence[Application]) -> None:
    others = [row.pk for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "applications:list", others)


APPLICATIONS: Final = Listing(
    name="applications",
    title="menu_applications",
    rows=_rows,
    columns=(
        Column("reference", lambda row: row.reference, "code"),
        Column("holder", lambda row: row.holder, "party"),
        Column("direction", lambda row: row.direction, "word:direction"),
        Column("other_country", lambda row: row.country, "code"),
        Column("applied_at", lambda row: row.made_at, "instant"),
    ),
    filters=(Filter("holder", longest=17),),
    address=lambda row: reverse("application", args=[row.pk]),
    note=_note,
    live="application",
)


@require_safe
@page("listApplications", access.OPERATIONS)
def applications(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the applications of one's organisation."""
    may = actor.has(*access.OPERATIONS["applyForPermit"])
    more = [("apply_for_permit", "apply_for_permit")] if may else ()
    return APPLICATIONS.answer(request, actor, acts=more)


@require_http_methods(["GET", "POST"])
@page("applyForPermit", access.OPERATIONS)
def apply(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Apply once; every agency concerned has the application before it at the same moment."""
    told, asked = words(language_for(request)), filling.form(request, _fields(request, actor))
    if request.method == "POST" and asked.is_valid():
        try:
            made = applying.apply(actor, _wish(asked.cleaned_data))
        except DataRefused as refused:
            filling.refuse(request, asked, _on_page(refused, asked))
        else:
            messages.success(request, told["applied_for"].format(reference=made.reference))
            return see_other(reverse("application", args=[made.pk]))
    context = {
        "asked": asked,
        "heading": told["apply_for_permit"],
        "hint": told["apply_hint"],
        "submit": told["send_application"],
        "trail": (reverse("applications"), told["menu_applications"]),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _fields(request: HttpRequest, actor: Actor) -> tuple[Field, ...]:
    given = request.GET
    return (
        Field("direction", "choice", ("IM", "EX"), "direction",
              initial=given.get("direction", "IM")),
        Field("other_country", longest=2, initial=given.get("other_country", "")[:2]),
        Field("commodity", longest=12, initial=given.get("commodity", "")[:12]),
        Field("description"),
        Field("quantity", longest=16),
        Field("unit", longest=7, initial="KGM"),
        Field("goods_value", required=False, longest=16),
        Field("more_goods", "area", required=False, longest=4000),
        Field("holder", required=False, longest=17, initial=actor.identifier),
        Field("procedure", required=False, longest=2, initial=given.get("procedure", "")[:2]),
        Field("end_use", required=False, longest=5, initial=given.get("end_use", "")[:5]),
        Field("remarks", "area", required=False, longest=512),
    )  # fmt: skip


def _wish(given: Mapping[str, Any]) -> Wish:
    """Return what was typed as the service takes it.

    Raises:
        DataRefused: a quantity or a value is no number, or a line of further goods has no sense.
    """
    names = ("commodity", "description", "quantity", "unit", "goods_value")
    lines = [_line([given[name] for name in names], names)]
    for row in filter(None, map(str.strip, given["more_goods"].splitlines())):
        cells = [cell.strip() for cell in row.split(";")]
        if not _CELLS - 1 <= len(cells) <= _CELLS:
            raise _wrong("more_goods")
        lines.append(_line([*cells, ""][:_CELLS], ("more_goods",) * _CELLS))
    return Wish(
        direction=given["direction"],
        country=given["other_country"].strip().upper(),
        lines=tuple(lines),
        holder=given["holder"].strip().upper(),
        procedure=given["procedure"].strip().upper(),
        end_use=given["end_use"].strip().upper(),
        remarks=given["remarks"],
    )


def _line(cells: Sequence[str], names: Sequence[str]) -> Line:
    exponent = reference_at(clock.now()).exponent
    quantity = _exact(cells[2], QUANTITY_SCALE, names[2])
    if not quantity:
        raise _wrong(names[2])
    value = _exact(cells[4], 10**exponent, names[4]) if cells[4] else None
    return Line(digits(cells[0]), cells[1][:200], quantity, cells[3].upper()[:7], value)


def _exact(text: str, scale: int, name: str) -> int:
    """Return a number as it was typed, exactly: 1,250.5 with commas between thousands."""
    try:
        found = scaled(Decimal(text.replace(",", "").replace(" ", "")), scale)
    except (InvalidOperation, ValueError):
        raise _wrong(name) from None
    if not 0 <= found < 10**15:
        raise _wrong(name)
    return found


def _wrong(name: str) -> DataRefused:
    return DataRefused("The application cannot be entered.", faults=((f"/body/{name}", "?"),))


def _on_page(refused: DataRefused, asked: forms.Form) -> DataRefused:
    """Return a refusal whose faults name the fields of the page."""
    named = []
    for pointer, sentence in refused.faults:
        parts = pointer.split("/")
        name = parts[-1]
        if "lines" in parts:
            first = name in {"lines", "0"} or parts[-2] == "0"
            name = "commodity" if first else "more_goods"
        named.append((f"/body/{name if name in asked.fields else 'commodity'}", sentence))
    return DataRefused(refused.what, faults=tuple(named), remedy=refused.remedy)


@require_safe
@page("getApplication", access.OPERATIONS)
def application(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Show an application: how each agency stands to it, what it asks, what it granted."""
    found = access.application_for(actor, number)
    return render(request, "web/permits/application.html", told(actor, found))


def told(actor: Actor, found: Application) -> dict[str, Any]:
    """Return what the page of an application shows."""
    cases = list(queries.cases_of(found))
    keys = [one.pk for one in cases]
    asked: dict[int, list[Any]] = {}
    for one in queries.information(keys):
        asked.setdefault(one.case_id, []).append(one)
    return {
        "application": found,
        "subject": f"application:{found.reference}",
        "cases": [(one, asked.get(one.pk, [])) for one in cases],
        "lines": list(queries.lines(found)),
        "permits": list(queries.permits_of(keys)),
        "currency": reference_at(clock.now()).currency,
        "owner": found.organisation == actor.organisation
        and actor.has(*access.OPERATIONS["answerInformation"]),
    }


@require_POST
@page("answerInformation", access.OPERATIONS)
def answer(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Answer what an agency asks."""
    case = applying.answer(actor, number, typed(request, "answer", 2000))
    messages.success(request, words(language_for(request))["answer_given"])
    return see_other(reverse("application", args=[case.application_id]))
