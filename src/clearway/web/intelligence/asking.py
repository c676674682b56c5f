"""One form of a page: shown, sent, refused where it was asked, or done and led on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from clearway.audit.actor import Actor
from clearway.intelligence import access
from clearway.vocabulary.errors import DataRefused, StateForbids, TooLarge
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.visitors import see_other
from clearway.web.words import words

Given = Mapping[str, Any]


class Asked(NamedTuple):
    """A form of its own page: the keys of its words, and where it hangs.

    ``trail`` is an address and what is written there. ``done`` is the key of what is told
    afterwards. ``named`` gives the field of the form for what the service calls otherwise.
    """

    heading: str
    trail: tuple[str, str]
    done: str
    hint: str = ""
    submit: str = ""
    template: str = "web/intelligence/form.html"
    named: Mapping[str, str] = {}


def ask(
    request: HttpRequest,
    told: Asked,
    fields: Sequence[Field],
    do: Callable[[Given], str],
    **context: Any,
) -> HttpResponseBase:
    """Show a form, or do what was asked and lead on.

    Args:
        request: the page's.
        told: its words.
        fields: what is asked.
        do: does it with what was given, and returns where to lead.
        context: what else the page shows.
    """
    asked, known = filling.form(request, fields), words(language_for(request))
    status = 200
    if request.method == "POST":
        status = 422
        if asked.is_valid():
            try:
                address = do(asked.cleaned_data)
            except DataRefused as refused:
                refuse(request, asked, refused, told.named)
            except (StateForbids, TooLarge) as refused:
                status = 409
                filling.refuse(request, asked, refused)
            else:
                messages.success(request, known[told.done])
                return see_other(address)
    shown = {
        "asked": asked,
        "heading": known[told.heading],
        "hint": known[told.hint] if told.hint else "",
        "submit": known[told.submit or told.heading],
        "trail": told.trail,
        "with_files": any(one.kind == "file" for one in fields),
        **context,
    }
    return render(request, told.template, shown, status=status)


def refuse(
    request: HttpRequest, asked: forms.Form, refused: DataRefused, named: Mapping[str, str]
) -> None:
    """Put what a service refused to the fields by the names that the form has for them.

    A fault that no word of ours says stands above the form with its place: a line of a file.
    """
    known = words(language_for(request))
    for pointer, sentence in refused.faults:
        place = pointer.removeprefix("/body/").split("/")[0]
        name = named.get(place, place)
        if pointer.startswith("/"):
            why = known.get(f"asks_{name}_wrong", known["watch_not_in_order"])
            asked.add_error(name if name in asked.fields else None, why)
        else:
            asked.add_error(None, f"{pointer}: {sentence}")
    asked.refused = refused  # type: ignore[attr-defined] # its own words stand below


def may(actor: Actor, operation: str) -> bool:
    """Tell whether an actor's roles have an operation of the room."""
    return actor.has(*access.OPERATIONS[operation])
