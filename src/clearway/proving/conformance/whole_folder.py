"""What the notices of a folder say together: which unknown taxes are VAT, how each is rounded.

VAT is charged on the customs value and every other charge; where two territories charge it they
share that base out. So a tax that the pack does not know is VAT where an item's sum comes out
with its *base* beside the other bases of VAT, and a charge where it comes out with its *amount*
among the charges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from clearway.kernel.reference import Reference
from clearway.proving.conformance.assessed import Assessed
from clearway.proving.conformance.notified import Line, line_of
from clearway.vocabulary.money import Rounding


class VatTaxes(msgspec.Struct, frozen=True):
    """The taxes whose bases hold everything else, and those that may or may not be of them."""

    vats: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()


class FolderEvidence(msgspec.Struct, frozen=True):
    """What is known of all notices: roundings with their ground, VAT, the decimals of rates."""

    rules: Mapping[str, Rounding]
    notes: list[str]
    vat: VatTaxes = VatTaxes()
    decimals: int = 0
    """The most decimals that any rate of the folder shows."""


class _Item(msgspec.Struct, frozen=True):
    value: Decimal
    lines: list[Line]

    def adds_up(self, vats: frozenset[str]) -> bool | None:
        """Tell whether the bases of these taxes hold the rest; None where it cannot be told."""
        whole, charged = shared_base(self.lines, vats), charges(self.lines, vats)
        if whole is None or charged is None:
            return None
        return whole == self.value + charged


def shared_base(lines: list[Line], vats: frozenset[str]) -> Decimal | None:
    """Return what all VAT of an item is charged on; None without VAT, or where one stands twice."""
    bases = [(line.tax, line.base) for line in lines if line.tax in vats and line.base is not None]
    if not bases or len(dict(bases)) < len(bases):
        return None
    return sum((base for _, base in bases), Decimal(0))


def charges(lines: list[Line], vats: frozenset[str]) -> Decimal | None:
    """Return every other charge of an item; None where one is secured or has no amount."""
    others = [line for line in lines if line.tax not in vats]
    if any(line.security or line.assessed is None for line in others):
        return None
    return sum((line.assessed or Decimal(0) for line in others), Decimal(0))


def vat_taxes(pairs: Iterable[Assessed], reference: Reference | None) -> VatTaxes:
    """Return the VAT of the pack, with that which the notices show beside it.

    A tax found to be VAT may be what makes another item's sum come out, so that the search goes
    on until nothing new is found.
    """
    if reference is None:
        return VatTaxes()
    known = {tax.code for tax in reference.taxes}
    named = set(reference.settings.get("other_tariff_vat", "").split())
    known |= named | set(reference.settings.get("other_tariff_duties", "").split())
    vats = frozenset(named | {tax.code for tax in reference.taxes if tax.family == "vat"})
    items = list(_items(pairs, reference))
    unknown = {
        line.tax for item in items for line in item.lines if line.tax and line.base is not None
    } - known
    while True:
        votes = {tax: _votes(tax, items, vats) for tax in unknown - vats}
        found = {tax for tax, (vat, charge) in votes.items() if vat > charge}
        if not found:
            unclear = {tax for tax, (vat, charge) in votes.items() if vat == charge}
            return VatTaxes(vats, frozenset(unclear))
        vats |= found


def _items(pairs: Iterable[Assessed], reference: Reference) -> Iterable[_Item]:
    for assessed in pairs:
        for number, taxes in assessed.pair.notice.items:
            worth = assessed.values.get(number)
            if worth is not None:
                value = Decimal(worth).scaleb(-reference.exponent)
                yield _Item(value, [line_of(tax) for tax in taxes])


def _votes(tax: str, items: list[_Item], vats: frozenset[str]) -> tuple[int, int]:
    """Count the items whose sum comes out with the tax as VAT only, and as a charge only."""
    votes: Counter[bool] = Counter()
    for item in items:
        if not any(line.tax == tax and line.base is not None for line in item.lines):
            continue
        as_vat = bool(item.adds_up(vats | {tax})) and any(one.tax in vats for one in item.lines)
        as_charge = bool(item.adds_up(vats))
        if as_vat != as_charge:
            votes[as_vat] += 1
    return votes[True], votes[False]
