"""What went aboard, counted by the terminal or the carrier: units, packages, goods items."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.clearance import access, loading, units
from clearway.vocabulary.errors import ActRefused, DataRefused, NotThere, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other, whole_number
from clearway.web.words import words

_WORDS: Final = ("aboard", "departed")
_MOST: Final = {"aboard_packages": 99_999_999, "aboard_item": 32_767}
_FIELD_OF: Final = {"packages": "aboard_packages", "item": "aboard_item"}
"""Which field of the page asks for what a service speaks of."""


@require_http_methods(["GET", "POST"])
@page("loadUnit", access.OPERATIONS)
def load(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Say that export goods went aboard, item by item where they are counted so, or departed."""
    kind = request.GET.get("kind", "")
    fields = (
        Field("loading", "choice", _WORDS, "loading", initial="aboard"),
        Field(
            "fetched_kind", "choice", units.KINDS, "unit_kind",
            initial=kind if kind in units.KINDS else "packages",
        ),
        Field("aboard_unit", longest=70, initial=request.GET.get("number", "")[:70]),
        Field("aboard_packages", required=False, longest=8),
        Field("aboard_item", required=False, longest=5),
        Field("means", required=False, longest=35, initial=request.GET.get("means", "")[:35]),
    )  # fmt: skip
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            number = _told(actor, given)
        except (DataRefused, NotThere, StateForbids) as refused:
            filling.refuse(request, asked, _at_its_field(refused))
        else:
            messages.success(request, told["loading_said"].format(number=number))
            again = {"kind": given["fetched_kind"], "number": number, "means": given["means"]}
            return see_other(f"{reverse('loading')}?{urlencode(again)}")
    context = {
        "asked": asked,
        "heading": told["menu_loading"],
        "hint": told["loading_hint"],
        "submit": told["loading_say"],
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)


def _told(actor: Actor, given: dict[str, Any]) -> str:
    """Note it, and return the unit's number as it is compared.

    Raises:
        NotThere: there is no export of that unit.
        StateForbids: something in it is not released for loading, not aboard, or held.
        DataRefused: a number is none, or more went aboard than was released.
    """
    one = units.unit(given["fetched_kind"], given["aboard_unit"])
    if given["loading"] == "departed":
        loading.depart(actor, one)
    else:
        packages, item = (_number(given, name) for name in _MOST)
        loading.load(actor, one, packages, given["means"], item)
    return one.number


def _number(given: dict[str, Any], name: str) -> int | None:
    if not given[name]:
        return None
    found = whole_number(given[name])
    if found is None or not 1 <= found <= _MOST[name]:
        raise DataRefused(
            "This is no whole number.",
            faults=((f"/body/{name}", "no whole number"),),
            remedy="Mend what is marked and send it again.",
        )
    return found


def _at_its_field(refused: ActRefused) -> ActRefused:
    """Return a refusal so that it is told at the page's own fields."""
    if isinstance(refused, NotThere):
        fault = (("/body/aboard_unit", "there is no such unit"),)
        return DataRefused(refused.what, faults=fault, remedy=refused.remedy)
    if not isinstance(refused, DataRefused):
        return refused
    faults = [
        (f"/body/{_FIELD_OF.get(name := pointer.rsplit('/', 1)[-1], name)}", why)
        for pointer, why in refused.faults
    ]
    return DataRefused(refused.what, faults=faults, remedy=refused.remedy)
