"""Forms that people fill in: what is asked, what is wrong with it, shown again with what was typed.

A form names its fields; their words are ``asks_<name>`` (or the column's), their hints
``asks_<name>_hint``. What a service refuses comes back to the very field: ``asks_<name>_wrong``
says it in the reader's language where there is such a word, else the service's own sentence does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from clearway.vocabulary.errors import ActRefused, DataRefused
from clearway.web.language import language_for
from clearway.web.words import words
from clearway.web.writing import zone


class Field(NamedTuple):
    """A field of a form.

    ``kind`` is text, area, email, day, instant, choice, several or file. Of a choice, ``choices``
    are codes that ``prefix`` words, or pairs of a code and what is shown.
    """

    name: str
    kind: str = "text"
    choices: Sequence[str | tuple[str, str]] = ()
    prefix: str = ""
    required: bool = True
    longest: int = 200
    initial: Any = None


def form(
    request: HttpRequest, fields: Sequence[Field], *, given: bool = True, name: str = ""
) -> forms.Form:
    """Return a form in the reader's language, filled in where the request posts it.

    Args:
        request: the page's.
        fields: what is asked, in order.
        given: whether this form of the page is the one that was sent.
        name: begins its fields' ids, where a page has several forms.
    """
    told = words(language_for(request))
    made = {each.name: _field(each, told) for each in fields}
    kind = type("Asked", (forms.Form,), made)
    sent = request.method == "POST" and given
    ids = f"{name or 'id'}_%s"
    initial = {each.name: each.initial for each in fields if each.initial is not None}
    found: forms.Form = (
        kind(request.POST, request.FILES, auto_id=ids)
        if sent
        else kind(auto_id=ids, initial=initial)
    )
    return found


class _LocalInstant(forms.DateTimeField):
    """An instant, typed and shown by the clocks of the country's offices."""

    def clean(self, value: Any) -> Any:
        with timezone.override(zone()):
            return super().clean(value)


def _field(asked: Field, told: Mapping[str, Any]) -> forms.Field:
    label = told.get(f"asks_{asked.name}") or told[f"column_{asked.name}"]
    common: dict[str, Any] = {
        "label": label,
        "required": asked.required,
        "help_text": told.get(f"asks_{asked.name}_hint", ""),
    }
    if asked.kind in {"choice", "several"}:
        return _chosen(asked, told, common)
    if asked.kind == "file":
        return forms.FileField(**common, allow_empty_file=True)
    if asked.kind == "day":
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(**common, widget=day, input_formats=["%Y-%m-%d"])
    if asked.kind == "instant":
        instant = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        return _LocalInstant(**common, widget=instant, input_formats=written)
    if asked.kind == "email":
        return forms.EmailField(**common, max_length=asked.longest)
    widget = forms.Textarea(attrs={"rows": 3}) if asked.kind == "area" else forms.TextInput()
    return forms.CharField(**common, max_length=asked.longest, widget=widget)


def _chosen(asked: Field, told: Mapping[str, Any], common: dict[str, Any]) -> forms.Field:
    pairs = [
        one
        if isinstance(one, tuple)
        else (one, str(told.get(f"{asked.prefix}_{one}".replace(".", "_"), one)))
        for one in asked.choices
    ]
    if asked.kind == "several":
        return forms.MultipleChoiceField(
            **common, choices=pairs, widget=forms.CheckboxSelectMultiple
        )
    none = told["choose"] if asked.required else told.get(f"asks_{asked.name}_none", told["any"])
    empty = [("", none)]
    return forms.ChoiceField(**common, choices=[*empty, *pairs])


def refuse(request: HttpRequest, asked: forms.Form, refused: ActRefused) -> None:
    """Put what a service refused to the fields that it is about, or to the form as a whole."""
    told = words(language_for(request))
    found = getattr(refused, "faults", ()) if isinstance(refused, DataRefused) else ()
    for pointer, sentence in found:
        name = pointer.rsplit("/", 1)[-1]
        known = told.get(f"asks_{name}_wrong", sentence)
        asked.add_error(name if name in asked.fields else None, known)
    if not found:
        asked.add_error(None, told["cannot_be_done_now"])
        asked.refused = refused  # type: ignore[attr-defined] # its own words, for who can read them
