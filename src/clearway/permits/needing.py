"""What a declaration needs, and what of its documents would serve: read, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from clearway.declarations import queries as declarations
from clearway.declarations.kinds import EXPORT, SUPPLEMENTARY
from clearway.declarations.models import Declaration
from clearway.kernel.lodgement import DocumentRow, Item, Lodgement
from clearway.kernel.permits import applicable
from clearway.kernel.reference import PermitRequirement, Reference
from clearway.permits.rules import Wanted
from clearway.vocabulary.dates import EPOCH
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, Rounding, divide

_KILOGRAM: Final = "KGM"


class Needed(msgspec.Struct, frozen=True):
    """A requirement that an item falls under, with the declared documents that may meet it.

    ``waived`` is the exemption that lifts it, empty where none is claimed.
    """

    item: int
    requirement: PermitRequirement
    waived: str
    documents: tuple[DocumentRow, ...]


class Declared(msgspec.Struct, frozen=True):
    """A declaration as this room looks at it: ``values`` are customs values, in minor units."""

    declaration: Declaration
    lodgement: Lodgement
    reference: Reference
    values: Mapping[int, int | None]
    needed: tuple[Needed, ...]

    @property
    def day(self) -> date:
        """The day on which a permit has to be valid."""
        lodgement = self.lodgement
        day = lodgement.observed_on if lodgement.legal_date is None else lodgement.legal_date
        return EPOCH + timedelta(days=day or 0)

    @property
    def holder(self) -> str:
        """Whose permits count: the importer's, of an export the exporter's."""
        row = self.declaration
        return row.exporter if row.direction == EXPORT else row.importer


def declared(declaration: Declaration, reference: Reference) -> Declared:
    """Return a declaration with what its version that stands needs by a law.

    A supplementary declaration needs nothing of its own: the simplified one that it completes has
    written the permits off.
    """
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    needed = () if declaration.kind == SUPPLEMENTARY else tuple(_needed(lodgement, reference))
    values: dict[int, int | None] = {}
    if needed:
        values = {one.item: one.value for one in declarations.items(declaration)}
    return Declared(declaration, lodgement, reference, values, needed)


def _needed(lodgement: Lodgement, reference: Reference) -> Iterable[Needed]:
    if not reference.permits:
        return
    for i, item in enumerate(lodgement.items, 1):
        for requirement in applicable(lodgement, item, reference):
            held = [one for one in lodgement.documents if one.item in {i, 0}]
            documents = tuple(one for one in held if one.code in requirement.documents)
            yield Needed(i, requirement, _waived(requirement, item, held), documents)


def _waived(requirement: PermitRequirement, item: Item, held: Sequence[DocumentRow]) -> str:
    """Return the exemption that lifts a requirement, as the kernel finds it."""
    claimed = [code for one in held for code in (one.exemption_code, one.code)]
    claimed += [*item.additional_codes, *item.additional_procedures]
    return next((code for code in claimed if code and code in requirement.exemptions), "")


def own_quantity(item: Item, unit: str) -> int | None:
    """Return how much of an item there is in a unit, in millionths; None where nobody says."""
    if unit == _KILOGRAM and item.net_mass is not None:
        return item.net_mass
    return item.quantity if unit and unit == item.quantity_unit else None


def wanted(
    of: Declared,
    one: Needed,
    documents: Sequence[DocumentRow],
    unit: str,
    items: Sequence[int],
) -> Wanted:
    """Return what some documents that name one permit want of it for a need.

    Args:
        of: the declaration.
        one: the need.
        documents: one or more, of the item or all of the declaration itself.
        unit: the permit's.
        items: those that draw together on it.
    """
    item = of.lodgement.items[one.item - 1]
    return Wanted(
        agency=one.requirement.agency,
        documents=one.requirement.documents,
        holder=of.holder,
        commodity=item.commodity,
        unit=_unit(documents, unit),
        quantity=_quantity(of, items, documents, unit),
        value=_value(of, items, documents),
        day=of.day,
    )


def _unit(documents: Sequence[DocumentRow], unit: str) -> str:
    units = {row.write_off_unit for row in documents if row.write_off_quantity is not None}
    return units.pop() if len(units) == 1 else "" if units else unit


def _quantity(
    of: Declared, items: Sequence[int], documents: Sequence[DocumentRow], unit: str
) -> int | None:
    written = [row.write_off_quantity for row in documents if row.write_off_quantity is not None]
    if written:
        return sum(written)
    owns = [own_quantity(of.lodgement.items[i - 1], unit) for i in items]
    known = [one for one in owns if one is not None]
    return sum(known) if len(known) == len(owns) else None


def _value(of: Declared, items: Sequence[int], documents: Sequence[DocumentRow]) -> int | None:
    written = [
        row.write_off_amount
        for row in documents
        if row.write_off_amount is not None and row.write_off_currency == of.reference.currency
    ]
    if written:
        minor = sum(written) * 10**of.reference.exponent
        return divide(minor, DECLARED_AMOUNT_SCALE, Rounding.UP)
    values = [of.values.get(i) for i in items]
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


@lru_cache(maxsize=8)
def prefixes(reference: Reference) -> tuple[str, ...]:
    """Return the beginnings of commodity codes that any requirement of a law names."""
    found = {code for one in reference.permits for code in one.commodities or ("",)}
    return tuple(sorted(found))
