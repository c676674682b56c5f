"""The amount at stake: what the kernel charges on what was found, less what was declared (C07).

The declaration is changed as it was found (quantities at the declared unit price, values, codes,
goods that were not declared) and valued and priced again under the law of its legal date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import msgspec
from msgspec import structs

from clearway.assessment import queries as assessment
from clearway.audit import clock
from clearway.declarations import queries as declarations
from clearway.declarations.models import Declaration
from clearway.inspection.models import Finding, Opening, Stake
from clearway.inspection.rules import OF_QUANTITY
from clearway.kernel.assess import estimate
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.reference.in_force import opened, reference_at
from clearway.reference.queries import visible_packs

Key = tuple[int, str]
"""A goods item's position and a tax."""
_NO_PREFERENCE = "100"


class Compared(msgspec.Struct, frozen=True):
    """What is payable as declared and as found, by item and tax; None where it cannot be told."""

    lines: tuple[tuple[Key, int | None, int | None], ...]

    @property
    def declared(self) -> int | None:
        """What is payable as declared, in minor units."""
        return _sum(one[1] for one in self.lines)

    @property
    def found(self) -> int | None:
        """What is payable as found, in minor units."""
        return _sum(one[2] for one in self.lines)

    @property
    def difference(self) -> int | None:
        """The amount at stake, in minor units: below zero where too much was declared."""
        declared, found = self.declared, self.found
        return None if declared is None or found is None else found - declared


def compared(
    lodgement: Lodgement,
    findings: Iterable[Finding],
    declared: Mapping[Key, int | None],
    law: Reference,
) -> Compared:
    """Return what is at stake.

    Args:
        lodgement: as declared; it stays as it is.
        findings: what was found.
        declared: what is payable as declared.
        law: the pack by which it was decided.
    """
    now = payable_of(estimate(as_found(lodgement, findings), law))
    keys = dict.fromkeys([*declared, *now])
    return Compared(tuple((key, declared.get(key, 0), now.get(key, 0)) for key in sorted(keys)))


def as_found(lodgement: Lodgement, findings: Iterable[Finding]) -> Lodgement:
    """Return a declaration as it should have been made, by what was found."""
    items = list(lodgement.items)
    for row in findings:
        if row.code == "undeclared_goods":
            items.append(_undeclared(lodgement, row, len(items) + 1))
        elif 1 <= row.item <= len(lodgement.items):
            items[row.item - 1] = _changed(items[row.item - 1], row)
    more = sum(one.item_amount or 0 for one in items)
    less = sum(one.item_amount or 0 for one in lodgement.items)
    heavier = sum(one.gross_mass or 0 for one in items)
    lighter = sum(one.gross_mass or 0 for one in lodgement.items)
    return structs.replace(
        lodgement,
        items=tuple(items),
        item_count=None if lodgement.item_count is None else len(items),
        invoice_amount=_moved(lodgement.invoice_amount, more - less),
        total_gross_mass=_moved(lodgement.total_gross_mass, heavier - lighter),
    )


def payable_of(decision: Decision) -> dict[Key, int | None]:
    """Return what a decision makes payable, by item and tax."""
    found: dict[Key, int | None] = {}
    for line in decision.charges:
        before = found.get((line.item, line.tax), 0)
        unknown = before is None or line.payable is None
        found[line.item, line.tax] = None if unknown else (before or 0) + (line.payable or 0)
    return found


def declared_of(declaration: Declaration) -> tuple[dict[Key, int | None], Reference]:
    """Return what is payable of a declaration as it stands, and the pack that it was decided by."""
    newest = assessment.newest(declaration.pk)
    if newest is None:
        return {}, reference_at(clock.now())
    found: dict[Key, int | None] = {}
    for row in assessment.charges(newest.pk):
        before = found.get((row.item, row.tax), 0)
        unknown = before is None or row.payable is None
        found[row.item, row.tax] = None if unknown else (before or 0) + (row.payable or 0)
    law = pack_of(newest.reference_hash)
    return found, law or reference_at(newest.at)


def pack_of(digest: str) -> Reference | None:
    """Return the published pack of a hash; None where it is not kept any more."""
    now = reference_at(clock.now())
    if now.hash == digest:
        return now
    row = visible_packs(proposals=False).filter(hash=digest).first()
    return None if row is None else opened(row.folder)


def write(opening: Opening, declaration: Declaration, findings: Iterable[Finding]) -> None:
    """Compute an opening's amount at stake and write it, within an act."""
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    declared, law = declared_of(declaration)
    told = compared(lodgement, findings, declared, law)
    Stake.objects.filter(opening=opening).delete()
    Stake.objects.bulk_create(
        Stake(opening=opening, item=item, tax=tax, declared=before, found=now)
        for (item, tax), before, now in told.lines
    )
    opening.declared, opening.found, opening.at_stake = (
        told.declared, told.found, told.difference,
    )  # fmt: skip
    opening.currency, opening.version = law.currency, declaration.version


def _changed(item: Item, row: Finding) -> Item:
    if row.code in OF_QUANTITY and item.quantity and row.quantity is not None:
        share = Fraction(row.quantity, item.quantity)
        taxes = tuple(
            structs.replace(tax, base_quantity=_part(tax.base_quantity, share))
            if tax.base_unit == item.quantity_unit
            else tax
            for tax in item.taxes
        )
        return structs.replace(
            item,
            quantity=row.quantity,
            item_amount=_part(item.item_amount, share),
            customs_value_amount=_part(item.customs_value_amount, share),
            statistical_amount=_part(item.statistical_amount, share),
            gross_mass=_part(item.gross_mass, share),
            net_mass=_part(item.net_mass, share),
            taxes=taxes,
        )
    if row.code == "classification":
        return structs.replace(item, commodity=row.datum)
    if row.code == "origin":
        claimed = _NO_PREFERENCE if item.preference else ""
        return structs.replace(item, origin=row.datum, preferential_origin="", preference=claimed)
    if row.code == "value" and row.amount is not None:
        return structs.replace(item, item_amount=row.amount, customs_value_amount=None)
    return item


def _undeclared(lodgement: Lodgement, row: Finding, place: int) -> Item:
    """Return an item for goods that were not declared: as the first declared one came here."""
    first = lodgement.items[0] if lodgement.items else Item()
    return Item(
        sequence=place,
        commodity=row.datum,
        description=row.note or row.code,
        origin=first.origin,
        procedure=first.procedure,
        previous_procedure=first.previous_procedure,
        item_amount=row.amount,
        item_currency=lodgement.invoice_currency or first.item_currency,
        valuation_method=first.valuation_method,
        gross_mass=0,
        net_mass=0,
    )


def _part(value: int | None, share: Fraction) -> int | None:
    """Return a share of a value, the half rounded up."""
    if value is None:
        return None
    return (2 * value * share.numerator + share.denominator) // (2 * share.denominator)


def _moved(value: int | None, by: int) -> int | None:
    return None if value is None else value + by


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
