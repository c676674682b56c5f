"""What the pages of this folder share: a lock, an act told where it was asked, what is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.payments.queries import notices_of
from clearway.post_clearance import access
from clearway.post_clearance.changing import DATA, Change
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web.language import language_for
from clearway.web.money.guarantees import amount_of
from clearway.web.visitors import View, page, see_other, typed, whole_number
from clearway.web.words import words

Refused = DataRefused | StateForbids
LONGEST: Final = 4000
"""Characters of a finding, an answer, grounds, reasons."""
ROWS: Final = 4
"""Rows of a form of changes, or of amounts by tax, as it is opened."""
_MOST_ROWS: Final = 40


Shown = Callable[..., HttpResponse]
"""The page of one object: ``shown(request, actor, number, refused=…, place=…)``."""


def may(actor: Actor, operation: str) -> bool:
    """Tell whether an actor has an operation of the room."""
    return actor.has(*access.OPERATIONS[operation])


def act(
    operation: str,
    do: Callable[[HttpRequest, Actor, int], object],
    shown: Shown,
    name: str,
    place: str,
) -> View:
    """Return the view of an act on one object.

    Args:
        operation: its lock.
        do: the act.
        shown: the object's page, for when the act is refused.
        name: of that page.
        place: the field at which a refusal is told.
    """

    @require_POST
    @page(operation, access.OPERATIONS)
    def view(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
        try:
            do(request, actor, number)
        except (DataRefused, StateForbids) as refused:
            return shown(request, actor, number, refused=refused, place=place)
        messages.success(request, words(language_for(request))["after_release_noted"])
        return see_other(reverse(name, args=[number]))

    return view


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
