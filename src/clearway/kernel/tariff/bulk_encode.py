"""Declarations with their values as encoded columns for bulk pricing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearway.kernel.decisions import Finding, ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import ABSENT, ADDITIONAL_CODES, EncodedItems
from clearway.kernel.tariff.bulk_index import BulkIndex, bulk_index_of
from clearway.kernel.tariff.candidates import Situation
from clearway.kernel.tariff.pricing import EXPORT, NO_RELIEF, ItemPricing, Pricing
from clearway.kernel.valuation.charges import TAX_ADDITION
from clearway.kernel.valuation.tax_additions import tax_additions

_INT64 = 2**63


def encode(
    lodgements: Sequence[Lodgement],
    values: Sequence[Sequence[ItemValue]],
    reference: Reference,
    *,
    explain: bool = False,
) -> EncodedItems:
    """Return the items of the declarations, in order, as columns.

    Args:
        lodgements: the declarations.
        values: for each of them one value per item (``valuation.value``).
        reference: the pack, whose places the codes become.
        explain: whether rare items, which take the small path, write their working.
    """
    index = bulk_index_of(reference)
    proofs = {rule.code: frozenset(rule.proof_documents) for rule in index.preferences}
    claims = {rule.code: place for place, rule in enumerate(index.preferences, 1)} | {"": 0}
    adds = any(role.startswith(TAX_ADDITION) for role in reference.valuation.charge_roles.values())
    rows: list[tuple[int, ...]] = []
    codes: list[tuple[int, ...]] = []
    owners: list[tuple[int, int]] = []
    for which, (lodgement, worths) in enumerate(zip(lodgements, values, strict=True)):
        common = _Common(index, claims, proofs, lodgement, adds=adds)
        for number, (item, worth) in enumerate(zip(lodgement.items, worths, strict=True), 1):
            rows.append(common.row(item, number, worth.value))
            codes.append(common.codes(item))
            owners.append((which, number))

    def small(place: int) -> Pricing:
        which, number = owners[place]
        worth = values[which][number - 1].value
        return price_item(lodgements[which], number, worth, reference, explain=explain)

    columns = np.array(rows, np.int64).reshape(len(rows), _Common.WIDTH).T.copy()
    return EncodedItems(
        commodity=columns[0],
        origin=columns[1],
        preferential_origin=columns[2],
        day=columns[3],
        value=columns[4],
        net_mass=columns[5],
        gross_mass=columns[6],
        quantity=columns[7],
        quantity_unit=columns[8],
        preference=columns[9],
        proved=columns[10].astype(np.bool_),
        additional_codes=np.array(codes, np.intp).reshape(len(rows), ADDITIONAL_CODES),
        exempt=columns[11].astype(np.bool_),
        rare=columns[12].astype(np.bool_),
        small=small,
    )


def price_item(
    lodgement: Lodgement,
    number: int,
    worth: int | None,
    reference: Reference,
    *,
    explain: bool = False,
) -> Pricing:
    """Return the charges of one item of a declaration, by the small path."""
    day = lodgement.legal_date
    if day is None or lodgement.direction == EXPORT:
        return Pricing()
    index = bulk_index_of(reference).small
    found: list[Finding] = []
    item = lodgement.items[number - 1]
    at = Situation(lodgement, item, number, day, index, found)
    additions = tax_additions(lodgement, reference, day)
    priced = ItemPricing(at, worth, additions, NO_RELIEF, explain=explain)
    priced.run()
    questions = tuple(priced.questions())
    return Pricing(tuple(priced.lines), questions, tuple(found))


class _Common:
    """What the items of one declaration share, and how one of them becomes a row."""

    WIDTH = 13

    def __init__(
        self,
        index: BulkIndex,
        claims: dict[str, int],
        proofs: dict[str, frozenset[str]],
        lodgement: Lodgement,
        *,
        adds: bool,
    ) -> None:
        self.index = index
        self.claims = claims
        self.proofs = proofs
        self.lodgement = lodgement
        self.commodity = index.small.commodity
        self.country = index.country
        self.extra = index.additional_code
        day = lodgement.legal_date
        self.day = -1 if day is None else day
        self.exempt = int(lodgement.direction == EXPORT or day is None)
        self.rare = self.day < 0 or (adds and bool(lodgement.charges))
        self.adds = adds

    def row(self, item: Item, number: int, worth: int | None) -> tuple[int, ...]:
        """Return one item's numbers, in the order of the columns."""
        rare = self.rare or worth is None or bool(item.quota_order and item.preference)
        rare = rare or any(tax.base_quantity is not None for tax in item.taxes)
        rare = rare or len(item.additional_codes) > ADDITIONAL_CODES
        rare = rare or (self.adds and bool(item.charges))
        quantity, unit = item.quantity, 0
        if quantity is None or quantity < 0 or not item.quantity_unit:
            quantity = ABSENT
        else:
            unit = self.index.unit.get(item.quantity_unit, ABSENT)
            rare = rare or unit < 0
        numbers = (quantity, _mass(item.net_mass), _mass(item.gross_mass), worth or 0)
        if max(numbers) >= _INT64 or numbers[3] < -_INT64 or self.day >= 2**20:
            rare, quantity, numbers = True, ABSENT, (ABSENT, ABSENT, ABSENT, 0)
        country = self.country
        return (
            self.commodity.get(item.commodity, ABSENT),
            country.get(item.origin, 0) if item.origin else ABSENT,
            country.get(item.preferential_origin, 0) if item.preferential_origin else ABSENT,
            self.day if self.day < 2**20 else 0,
            numbers[3],
            numbers[1],
            numbers[2],
            numbers[0],
            unit,
            self.claims.get(item.preference, ABSENT),
            self._proved(item, number),
            self.exempt,
            int(rare),
        )

    def _proved(self, item: Item, number: int) -> int:
        wanted = self.proofs.get(item.preference)
        if not wanted:
            return 1
        return int(
            any(
                document.item in (0, number) and document.code in wanted
                for document in self.lodgement.documents
            )
        )

    def codes(self, item: Item) -> tuple[int, ...]:
        """Return the places of the item's first additional codes, filled up with none."""
        if not item.additional_codes:
            return (0,) * ADDITIONAL_CODES
        places = [self.extra.get(code, 0) for code in item.additional_codes[:ADDITIONAL_CODES]]
        return tuple(places + [0] * (ADDITIONAL_CODES - len(places)))


def _mass(mass: int | None) -> int:
    return ABSENT if mass is None or mass < 0 else mass
