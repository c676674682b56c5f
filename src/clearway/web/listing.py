"""Lists: filtered, paged, saved as a view, exported whole. One description serves all four.

A list is described by its columns and filters (``Listing``); who may see which rows is decided by
the room's access function that ``rows`` calls. An export holds every row of the filters or is
refused; it says inside what it was filtered by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from clearway.accounts.models import User
from clearway.audit.actor import Actor
from clearway.vocabulary.pages import Page, page_of
from clearway.web import exports, queries
from clearway.web.language import language_for
from clearway.web.naming import names_in
from clearway.web.words import words

PAGE: Final = 50


class Column(NamedTuple):
    """A column: the key of its heading, how a row gives its value, and how that is written.

    ``kind`` is text, code, number, money, mass, day, instant (``instant:whole`` with its seconds),
    lane, subject (what a line of the record is about), ``state:<cycle>`` (a word with a mark),
    ``word:<prefix>`` (a word alone), ``words:<prefix>`` (of codes joined by blanks),
    ``actor`` or ``party`` (what they are called, and the code; a file has the code alone).
    """

    name: str
    of: Callable[[Any], Any]
    kind: str = "text"
    currency: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether it stands at the end of its cell."""
        return self.kind in {"number", "money", "mass"}


class Filter(NamedTuple):
    """A filter: its name in the address, and what may be chosen. ``prefix`` words the choices."""

    name: str
    kind: str = "text"
    choices: Sequence[str] = ()
    prefix: str = ""
    longest: int = 70


@dataclass(frozen=True)
class Listing:
    """A list of one kind of object.

    Attributes:
        name: of the page, as its address is named.
        title: key of its heading.
        columns: in order; the first one links to the object.
        filters: what it may be narrowed by.
        rows: gives the rows that an actor may see, under the filters that are set.
        order: the unique field that orders it, as ``page_of`` takes it.
        address: gives the page of a row's object; empty where there is none.
        note: logs that an actor read rows of others, before they leave.
        live: subjects whose news renew the list.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Callable[[Actor, Mapping[str, Any]], QuerySet[Any]]
    filters: Sequence[Filter] = ()
    order: str = "-id"
    address: Callable[[Any], str] = lambda _: ""
    note: Callable[[Actor, Sequence[Any]], None] = lambda *_: None
    live: str = ""
    hint: str = ""
    actions: Sequence[tuple[str, str]] = field(default=())
    """Buttons of the page's head: the key of the word and the name of the page it leads to."""
    template: str = "web/list.html"
    """The page, which extends the usual one where something stands before the list."""
    keeps_views: bool = True
    """Whether views can be saved: not for the lists that hang on one object."""

    def answer(
        self, request: HttpRequest, actor: Actor, *, status: int = 200, **more: Any
    ) -> HttpResponseBase:
        """Answer with the page, its part that changes, or a file of all its rows."""
        language, user = language_for(request), cast("User", request.user)
        form = self.form(request.GET, language)
        page, chosen = Page[Any]([]), {}
        if form.is_valid():
            chosen = {name: value for name, value in form.cleaned_data.items() if value}
            rows = self.rows(actor, chosen)
            wanted = request.GET.get("format", "")
            if wanted in exports.FORMS:
                filters = _told(form, chosen)
                return exports.export(self, actor, rows, filters, wanted, language)
            page = page_of(rows, self.order, request.GET.get("cursor", ""), PAGE)
        self.note(actor, page.items)
        query = request.GET.copy()
        for name in ("cursor", "format", "lang", "part"):
            query.pop(name, None)
        context = {
            "listing": self,
            "heading": words(language)[self.title],
            "form": form,
            "filtered": bool(chosen),
            "page": page,
            "lines": self._lines(page.items),
            "query": query.urlencode(),
            "views": queries.saved_views(user.pk, self.name),
            "part": "web/parts/list.html",
            **more,
        }
        part = request.GET.get("part") == "list"
        template = "web/parts/list.html" if part else self.template
        return render(request, template, context, status=status)

    def _lines(self, rows: Sequence[Any]) -> list[Line]:
        names = names_in(self.columns, rows)
        return [Line(row, self.address(row), self.columns, names) for row in rows]

    def form(self, given: QueryDict, language: str) -> forms.Form:
        """Return the filters as a form with what was chosen."""
        told = words(language)
        fields: dict[str, forms.Field] = {}
        for each in self.filters:
            label = told[f"column_{each.name}"]
            if each.kind == "choice":
                choices = [("", told["any"])]
                choices += [(one, told.get(f"{each.prefix}_{one}", one)) for one in each.choices]
                fields[each.name] = forms.ChoiceField(choices=choices, label=label, required=False)
            elif each.kind == "day":
                widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                fields[each.name] = forms.DateField(
                    label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"]
                )
            else:
                fields[each.name] = forms.CharField(
                    label=label, required=False, max_length=each.longest, strip=True
                )
        # A copy, because the making of a form's class empties what it is given.
        kind = type("Filters", (forms.Form,), dict(fields))
        form: forms.Form = kind({name: given.get(name, "") for name in fields}, auto_id="filter_%s")
        form.is_valid()
        return form


def _told(form: forms.Form, chosen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the filters in words, for the head of a file."""
    told = []
    for name, value in chosen.items():
        entry = form.fields[name]
        shown = dict(getattr(entry, "choices", ())).get(value, value)
        told.append((str(entry.label), str(shown)))
    return told


class Line(NamedTuple):
    """A row as it is shown."""

    row: Any
    address: str
    columns: Sequence[Column]
    names: Mapping[str, str]

    @property
    def cells(self) -> Iterable[tuple[Column, Any, str]]:
        """Its columns with their values, and what whoever stands there is called."""
        found = []
        for column in self.columns:
            value = column.of(self.row)
            named = column.kind in {"actor", "party"} and value
            found.append((column, value, self.names.get(value, "") if named else ""))
        return found
