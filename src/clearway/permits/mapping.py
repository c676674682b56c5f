"""What agencies' forms ask, what each agency therefore sees, and how many fields that saves.

The pack's list ``agency_field`` maps each field of each form to the datum that answers it
(UN/CEFACT Recommendations 33 and 34): a field of the declaration by its name in
``kernel.pointers``, or a name of the agency's own. What no form of an agency asks, it does not
see: prices, for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.declarations import queries as declarations
from clearway.declarations.events import subject
from clearway.declarations.models import Declaration
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import POINTERS
from clearway.kernel.reference import CodeEntry, Reference
from clearway.permits import access
from clearway.reference.in_force import reference_at
from clearway.reference.queries import day_at
from clearway.vocabulary.dates import iso_of
from clearway.vocabulary.errors import NotPermitted, NotThere
from clearway.vocabulary.money import (
    DECLARED_AMOUNT_SCALE,
    QUANTITY_SCALE,
    Rounding,
    divide,
    unscaled,
)

LIST: Final = "agency_field"
_QUANTITIES: Final = frozenset(
    {"total_gross_mass", "gross_mass", "net_mass", "quantity", "write_off_quantity"}
)
_ROWS: Final = ("documents", "previous_documents")


class Harmonised(msgspec.Struct, frozen=True):
    """How many fields on how many forms reduce to how many data; ``fewer`` in tenths of a per cent.

    ``shared`` lists the data that most forms ask, with the number of forms.
    """

    forms: int
    fields: int
    data: int
    fewer: int
    shared: tuple[tuple[str, int], ...] = ()


def harmonised(fields: Iterable[tuple[str, str]]) -> Harmonised:
    """Count the fields of some forms, each given as form and the datum that answers it.

    >>> harmonised([("A", "name"), ("A", "mass"), ("B", "name"), ("B", "name")]).fewer
    500
    """
    rows = list(fields)
    forms_of: dict[str, set[str]] = {}
    for form, datum in rows:
        forms_of.setdefault(datum, set()).add(form)
    shared = sorted(((datum, len(forms)) for datum, forms in forms_of.items()),
                    key=lambda one: (-one[1], one[0]))  # fmt: skip
    saved = len(rows) - len(forms_of)
    return Harmonised(
        forms=len({form for form, _ in rows}),
        fields=len(rows),
        data=len(forms_of),
        fewer=divide(1000 * saved, len(rows), Rounding.NEAREST) if rows else 0,
        shared=tuple(one for one in shared if one[1] > 1),
    )


def entries(reference: Reference, day: int, agency: str = "") -> list[CodeEntry]:
    """Return the fields of an agency's forms in force on a day, of all agencies without one."""
    known = reference.code_lists.get(LIST)
    if known is None:
        return []
    found = [known.lookup(code, day) for code in known.entries]
    return [
        one for one in found if one is not None and agency in {"", one.properties.get("agency", "")}
    ]


def report(reference: Reference, day: int, agency: str = "") -> Harmonised:
    """Return the harmonisation report of a pack on a day."""
    rows = entries(reference, day, agency)
    return harmonised((one.properties["form"], one.properties["element"]) for one in rows)


class Seen(msgspec.Struct, frozen=True):
    """A field that an agency sees: its name, its WCO pointer, its values by goods item (0: all)."""

    element: str
    name: str
    pointer: str
    values: tuple[tuple[int, str], ...]


def view(actor: Actor, key: str) -> tuple[Declaration, list[Seen]]:
    """Return a declaration as an agency sees it: what its forms ask, and nothing else.

    Args:
        actor: an officer of the agency.
        key: the declaration's MRN.

    Raises:
        NotThere: no declaration that needs something of this agency; the refusal is logged.
    """
    declaration = _declaration(actor, key)
    return declaration, shown(actor, declaration)


def shown(actor: Actor, declaration: Declaration) -> list[Seen]:
    """Return what an agency sees of a declaration that needs something of it; it is logged."""
    audit.note("read", actor, subject(declaration.mrn, declaration.pk), "agency")
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    return [
        Seen(element, name, POINTERS[element], values_of(lodgement, element))
        for element, name in _names(actor).items()
    ]


def field(actor: Actor, key: str, element: str) -> Seen:
    """Return one field of a declaration, if it is mapped to the actor's agency.

    Raises:
        NotThere: no declaration that needs something of this agency, or no such field at all.
        NotPermitted: the field is not mapped to this agency; the refusal is logged.
    """
    declaration = _declaration(actor, key)
    about = subject(declaration.mrn, declaration.pk)
    names = _names(actor)
    if element not in POINTERS:
        raise NotThere("There is no such field.", remedy="Name one as the agency's view does.")
    if element not in names:
        audit.note("refusal", actor, about, ["field", element])
        raise NotPermitted(
            "This field is not mapped to your agency.",
            where=element,
            remedy="Ask the window's steward, if your law entitles you to it.",
        )
    audit.note("read", actor, about, ["field", element])
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    return Seen(element, names[element], POINTERS[element], values_of(lodgement, element))


def _declaration(actor: Actor, key: str) -> Declaration:
    found = declarations.by_key(key)
    if found is None or not access.visible_needs(actor).filter(declaration=found.pk).exists():
        audit.note("refusal", actor, "declaration:" + (key if found is not None else "~"), "agency")
        raise NotThere("There is no such declaration.", remedy="Check its number.")
    return found


def _names(actor: Actor) -> dict[str, str]:
    """Return the declaration's fields that an agency sees, in the order of its forms."""
    now = clock.now()
    reference = reference_at(now)
    agency = access.agency_of(actor)
    rows = entries(reference, day_at(now, reference), agency) if agency else []
    return {one.properties["element"]: one.name for one in rows
            if one.properties["element"] in POINTERS}  # fmt: skip


def values_of(lodgement: Lodgement, element: str) -> tuple[tuple[int, str], ...]:
    """Return what a declaration says in a field: goods item (0: for all) and the text."""
    return tuple((item, text) for item, text in _whole(lodgement, element) if text)


def _whole(lodgement: Lodgement, element: str) -> list[tuple[int, str]]:
    """Return the texts of a field, the empty ones too."""
    parts = element.split(".")
    of_items = parts[0] == "items"
    path = parts[1:] if of_items else parts
    if path and path[0] in _ROWS:
        rows = [row for row in getattr(lodgement, path[0]) if (row.item > 0) == of_items]
        return [(row.item, _text(_follow(row, path[1:]), path[-1])) for row in rows]
    if of_items:
        return [
            (i, _text(_follow(item, path), path[-1])) for i, item in enumerate(lodgement.items, 1)
        ]
    return [(0, _text(_follow(lodgement, path), path[-1]))]


def _follow(of: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(of, tuple):
            of = tuple(_follow(one, [name]) for one in of)
        else:
            of = getattr(of, name, None)
    return of


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(filter(None, (_text(one, name) for one in value)))
    if isinstance(value, int):
        if name in _QUANTITIES:
            return f"{unscaled(value, QUANTITY_SCALE).normalize():f}"
        if name.endswith("_amount"):
            return f"{unscaled(value, DECLARED_AMOUNT_SCALE).normalize():f}"
        if name.endswith("_date"):
            return iso_of(value)
    return str(value) if isinstance(value, int | str) else ""
