"""What the pages of this folder share: lists, frames, acts told where asked, what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit import clock
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor
from clearway.payments.queries import notices_of
from clearway.post_clearance import access
from clearway.post_clearance.changing import DATA, Change
from clearway.post_clearance.life_cycle import Table, states
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.money.guarantees import amount_of
from clearway.web.visitors import View, page, see_other, typed, whole_number
from clearway.web.words import words

Refused = DataRefused | StateForbids
LONGEST: Final = 4000
"""Characters of a finding, an answer, grounds, reasons."""
ROWS: Final = 4
"""Rows of a form of changes, or of amounts by tax, as it is opened."""
_MOST_ROWS: Final = 40


def may(actor: Actor, operation: str) -> bool:
    """Tell whether an actor has an operation of the room."""
    return actor.has(*access.OPERATIONS[operation])


def note(actor: Actor, subject: str, rows: Iterable[Any]) -> None:
    """Log one read of what is others' that a page tells."""
    others = [row.pk for row in rows if _whose(row) != actor.organisation]
    if others:
        audit_log.note("read", actor, subject, others)


def _whose(row: Any) -> int:
    return int(getattr(row, "declaration", row).organisation)


def listing(
    name: str,
    hint: str,
    visible: Callable[[Actor], QuerySet[Any]],
    table: Table,
    columns: tuple[Column, ...],
    *,
    about: str = "",
    by: tuple[Filter, str] = (Filter("mrn", longest=18), "declaration__mrn"),
) -> Listing:
    """Return the list of one kind of object, to be sought by its state and by a number.

    Args:
        name: of the list's page; without its s, of the page of one.
        hint: the word of what it is about.
        visible: the rows that an actor may read.
        table: its life cycle.
        columns: what is shown of a row.
        about: how the subject of what is logged and told of it begins, where not as its page.
        by: the field of the number, and the datum that it is compared with.
    """
    one = name.removesuffix("s")
    state, subject = f"{one}_state", about or one
    asked, datum = by

    def rows(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Any]:
        found = visible(actor)
        if given := wanted.get(state):
            found = found.filter(state=given)
        if given := wanted.get(asked.name):
            found = found.filter(**{datum: given.upper()})
        return found

    return Listing(
        name=name,
        title=f"menu_{name}",
        hint=hint,
        rows=rows,
        columns=columns,
        filters=(asked, Filter(state, "choice", states(table), state)),
        address=lambda row: reverse(one, args=[row.pk]),
        note=lambda actor, found: note(actor, f"{subject}:list", found),
        live=subject,
    )


def list_page(operation: str, shown: Listing) -> View:
    """Return the page of a list, behind its lock."""

    @require_safe
    @page(operation, access.OPERATIONS)
    def view(request: HttpRequest, actor: Actor) -> HttpResponseBase:
        return shown.answer(request, actor)

    return view


class Pages(NamedTuple):
    """The page of one object, and the acts on it: what differs is what is shown, and the acts.

    ``name`` is the page's, its template's and its address's; ``told(request, actor, number)``
    returns what it shows.
    """

    name: str
    told: Callable[[HttpRequest, Actor, int], dict[str, Any]]

    def shown(
        self,
        request: HttpRequest,
        actor: Actor,
        number: int,
        refused: Refused | None = None,
        place: str = "",
    ) -> HttpResponse:
        """Show one object, and at ``place`` why an act on it was refused."""
        return framed(request, self.name, self.told(request, actor, number), refused, place)

    def one(self, operation: str) -> View:
        """Return the page of one object, behind its lock."""

        @require_safe
        @page(operation, access.OPERATIONS)
        def view(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
            return self.shown(request, actor, number)

        return view

    def act(
        self, operation: str, do: Callable[[HttpRequest, Actor, int], object], place: str
    ) -> View:
        """Return the view of an act on one object.

        Args:
            operation: its lock.
            do: the act.
            place: the field at which a refusal is told.
        """

        @require_POST
        @page(operation, access.OPERATIONS)
        def view(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
            try:
                do(request, actor, number)
            except (DataRefused, StateForbids) as refused:
                return self.shown(request, actor, number, refused, place)
            return noted(request, self.name, number)

        return view


def framed(
    request: HttpRequest,
    template: str,
    told: dict[str, Any],
    refused: Refused | None = None,
    place: str = "",
) -> HttpResponse:
    """Return a page of this folder with what it tells, what was typed, and what was refused."""
    context = {**told, "refused": refused, "place": place, "given": request.POST}
    address = f"web/after_release/{template}.html"
    return render(request, address, context, status=status_of(refused))


def noted(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Say that an act is on record, and lead to the page of what it was about."""
    messages.success(request, words(language_for(request))["after_release_noted"])
    return see_other(reverse(name, args=[number]))


def made(
    request: HttpRequest, do: Callable[[], Any], name: str, template: str, **told: Any
) -> HttpResponse:
    """Make something of a form with rows, or show the form, again where it was refused.

    Args:
        request: the page's.
        do: what makes it, and returns its row.
        name: of the page of what was made.
        template: the form's.
        told: what the form shows; ``place`` is the field at which a refusal is told.
    """
    refused: Refused | None = None
    if request.method == "POST" and not wants_more(request):
        try:
            return noted(request, name, do().pk)
        except (DataRefused, StateForbids) as why:
            refused = why
    return framed(request, template, told, refused, told["place"])


def asked(
    request: HttpRequest,
    fields: Sequence[Field],
    do: Callable[[Mapping[str, Any]], Any],
    word: str,
    hint: str,
    trail: tuple[str, str],
    **more: Any,
) -> HttpResponse:
    """Do what a plain form asks for, or show the form, again where it was refused.

    Args:
        request: the page's.
        fields: what is asked.
        do: the act; it returns the address to lead to.
        word: of its heading and its button.
        hint: the word of what it comes to.
        trail: whence one comes, as address and words.
        more: what else the form shows.
    """
    told, form = words(language_for(request)), filling.form(request, fields)
    if request.method == "POST" and form.is_valid():
        try:
            address = do(form.cleaned_data)
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, form, refused)
        else:
            messages.success(request, told["after_release_noted"])
            return see_other(address)
    heads = {"heading": told[word], "hint": told[hint], "submit": told[word]}
    context = {**heads, "asked": form, "trail": trail, **more}
    return render(request, "web/parts/form.html", context, status=422 if form.errors else 200)


def status_of(refused: Refused | None) -> int:
    """Return the status of a page that tells of a refusal."""
    return 200 if refused is None else 422 if isinstance(refused, DataRefused) else 409


def wants_more(request: HttpRequest) -> bool:
    """Tell whether only more rows are asked for: nothing is sent yet."""
    return "more" in request.POST


def rows_of(
    request: HttpRequest, names: Sequence[str], kept: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return the rows of a form, each with its ``number``: as typed, as kept, and empty ones.

    Args:
        request: the page's.
        names: of the fields of a row.
        kept: what stands already, where nothing was typed.
    """
    given = [dict(one) for one in kept]
    if request.method == "POST" and f"{names[0]}-1" in request.POST:
        given = []
        while len(given) < _MOST_ROWS and f"{names[0]}-{len(given) + 1}" in request.POST:
            number = len(given) + 1
            given.append({name: typed(request, f"{name}-{number}") for name in names})
    wanted = max(ROWS, len(given) + (ROWS if wants_more(request) or kept else 0))
    given += [{} for _ in range(min(wanted, _MOST_ROWS) - len(given))]
    return [{"number": number, **one} for number, one in enumerate(given, 1)]


def changes(request: HttpRequest) -> list[tuple[str, Change]]:
    """Return the changes that were typed, each with the declaration that it is of.

    Raises:
        DataRefused: an item is no number, or a datum is none of ours.
    """
    found, faults = [], []
    for row in rows_of(request, ("item", "datum", "value", "of")):
        if not (row.get("item") and row.get("value")):
            continue
        item, datum = whole_number(row["item"]) or 0, row.get("datum", "")
        if not 1 <= item <= 9999 or datum not in DATA:
            faults.append((f"/changes/{row['number'] - 1}", "there is no such item"))
            continue
        found.append((row.get("of", ""), Change(item, datum, row["value"])))
    if faults:
        raise DataRefused(
            "These changes cannot be made.",
            faults=faults,
            remedy="Name an item of the declaration, and write numbers with a decimal point.",
        )
    return found


def amounts(request: HttpRequest) -> tuple[tuple[str, int], ...]:
    """Return the amounts by tax that were typed, in minor units.

    Raises:
        DataRefused: one of them is none.
    """
    reference = reference_at(clock.now())
    found = []
    for row in rows_of(request, ("tax", "amount")):
        if not row.get("amount"):
            continue
        amount = amount_of(row["amount"], reference)
        if amount <= 0 or not row.get("tax"):
            raise DataRefused(
                "This is no amount.",
                faults=((f"/body/amount-{row['number']}", "no amount"),),
                remedy="Mend what is marked and send it again.",
            )
        found.append((row["tax"], amount))
    return tuple(found)


def taxes_of(declaration: int) -> list[str]:
    """Return the taxes that the notices of a declaration ask for, each once."""
    rows = notices_of(declaration).exclude(state="cancelled")
    return sorted({tax for tax in rows.values_list("lines__tax", flat=True) if tax})
