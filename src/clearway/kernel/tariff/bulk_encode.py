"""Declarations with their values as encoded columns for bulk pricing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from clearway.kernel.decisions import Finding, ItemValue
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import (
    ABSENT,
    ADDITIONAL_CODES,
    EncodedItems,
    Flags,
    Ints,
    Places,
)
from clearway.kernel.tariff.bulk_index import BulkIndex, bulk_index_of
from clearway.kernel.tariff.candidates import Situation
from clearway.kernel.tariff.item_pricing import ItemPricing
from clearway.kernel.tariff.pricing import EXPORT, Pricing
from clearway.kernel.tariff.quantities import in_own_unit
from clearway.kernel.tariff.relief import NO_RELIEF
from clearway.kernel.valuation.charges import TAX_ADDITION
from clearway.kernel.valuation.tax_additions import tax_additions
from clearway.vocabulary.errors import DefectFound

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
    items = [
        in_own_unit(item, reference, lodgement.legal_date)
        for lodgement in lodgements
        for item in lodgement.items
    ]
    counts = np.array([len(lodgement.items) for lodgement in lodgements], np.intp)
    if counts.tolist() != [len(several) for several in values]:
        raise DefectFound("a declaration has not as many values as items")
    worths = [worth.value for several in values for worth in several]
    starts = np.cumsum(counts) - counts
    rare = np.array([worth is None for worth in worths], np.bool_)
    days = [lodgement.legal_date for lodgement in lodgements]
    day = _numbers(days, rare, counts)
    preference, proved = _claims(index, lodgements, items, starts.tolist())
    quantity, unit = _quantities(index, items, rare)
    _mark_rare(items, rare)
    _mark_additions(lodgements, reference, starts.tolist(), rare)
    free = [one.direction == EXPORT or one.legal_date is None for one in lodgements]

    def small(place: int) -> Pricing:
        which = int(np.searchsorted(starts, place, side="right")) - 1
        number = place - int(starts[which]) + 1
        return price_item(lodgements[which], number, worths[place], reference, explain=explain)

    return EncodedItems(
        commodity=_places([item.commodity for item in items], index.small.commodity, ABSENT),
        origin=_countries([item.origin for item in items], index),
        preferential_origin=_countries([item.preferential_origin for item in items], index),
        day=day,
        value=_numbers([worth or 0 for worth in worths], rare, least=-_INT64),
        net_mass=_numbers([item.net_mass for item in items], rare),
        gross_mass=_numbers([item.gross_mass for item in items], rare),
        quantity=quantity,
        quantity_unit=unit,
        preference=preference,
        proved=proved,
        additional_codes=_additional_codes(index, items),
        exempt=np.repeat(np.array(free, np.bool_), counts),
        rare=rare,
        small=small,
    )


def _places(codes: Sequence[str], place_of: Mapping[str, int], other: int) -> Places:
    """Return each code's place, ``other`` for those that have none."""
    return np.array([place_of.get(code, other) for code in codes], np.intp)


def _countries(codes: Sequence[str], index: BulkIndex) -> Places:
    return _places(codes, index.country | {"": ABSENT}, 0)


def _numbers(
    numbers: Sequence[int | None],
    rare: Flags,
    repeated: Places | None = None,
    least: int = 0,
) -> Ints:
    """Return numbers as a column, ``ABSENT`` for None and, where ``least`` is 0, below it.

    Items whose number does not fit become rare. ``repeated`` tells how often each one stands.
    """
    try:
        column = np.array([ABSENT if one is None else one for one in numbers], np.int64)
        unfit = None
    except OverflowError:
        held = [0 if one is None else one for one in numbers]
        unfit = np.array([not -_INT64 <= one < _INT64 for one in held], np.bool_)
        column = np.array([0 if bad else one for one, bad in zip(held, unfit, strict=True)])
    if repeated is not None:
        column = np.repeat(column, repeated)
        unfit = None if unfit is None else np.repeat(unfit, repeated)
    if unfit is not None:
        rare |= unfit
    if not least:
        np.maximum(column, ABSENT, out=column)
    return column


def _claims(
    index: BulkIndex,
    lodgements: Sequence[Lodgement],
    items: Sequence[Item],
    starts: Sequence[int],
) -> tuple[Places, Flags]:
    """Return what each item claims, and whether one of the claim's proofs is declared."""
    claims = {rule.code: place for place, rule in enumerate(index.preferences, 1)} | {"": 0}
    proofs = {rule.code: rule.proof_documents for rule in index.preferences}
    wanted = frozenset(document for several in proofs.values() for document in several)
    claimed = [item.preference for item in items]
    proved = np.array([not proofs.get(claim) for claim in claimed], np.bool_)
    for lodgement, start in zip(lodgements, starts, strict=True):
        count = len(lodgement.items)
        for document in lodgement.documents:
            code, item = document.code, document.item
            if code in wanted and 0 <= item <= count:
                first, last = (start + item - 1, start + item) if item else (start, start + count)
                for place in range(first, last):
                    proved[place] |= code in proofs.get(claimed[place], ())
    return _places(claimed, claims, ABSENT), proved


def _quantities(index: BulkIndex, items: Sequence[Item], rare: Flags) -> tuple[Ints, Places]:
    """Return tariff quantities with their units; a unit that is not known makes an item rare."""
    unit = _places([item.quantity_unit for item in items], index.unit | {"": 0}, ABSENT)
    quantity = _numbers([item.quantity for item in items], rare)
    none = (quantity < 0) | (unit == 0)
    rare |= (unit < 0) & ~none
    quantity[none], unit[none] = ABSENT, 0
    return quantity, unit


def _mark_rare(items: Sequence[Item], rare: Flags) -> None:
    """Mark what columns cannot say: quotas claimed, supplied quantities, many codes."""
    for place, item in enumerate(items):
        if (
            (item.taxes and any(tax.base_quantity is not None for tax in item.taxes))
            or (item.quota_order and item.preference)
            or len(item.additional_codes) > ADDITIONAL_CODES
        ):
            rare[place] = True


def _mark_additions(
    lodgements: Sequence[Lodgement], reference: Reference, starts: Sequence[int], rare: Flags
) -> None:
    """Mark the items with charges that enter one tax's base only."""
    roles = reference.valuation.charge_roles
    adding = frozenset(code for code, role in roles.items() if role.startswith(TAX_ADDITION))
    if not adding:
        return
    for lodgement, start in zip(lodgements, starts, strict=True):
        if lodgement.charges and not adding.isdisjoint(one.type_code for one in lodgement.charges):
            rare[start : start + len(lodgement.items)] = True
        for place, item in enumerate(lodgement.items, start):
            if item.charges and not adding.isdisjoint(one.type_code for one in item.charges):
                rare[place] = True


def _additional_codes(index: BulkIndex, items: Sequence[Item]) -> Places:
    """Return the places of each item's first additional codes, filled up with none."""
    places = np.zeros((len(items), ADDITIONAL_CODES), np.intp)
    for place, item in enumerate(items):
        if item.additional_codes:
            codes = item.additional_codes[:ADDITIONAL_CODES]
            places[place, : len(codes)] = [index.additional_code.get(code, 0) for code in codes]
    return places


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
    item = in_own_unit(lodgement.items[number - 1], reference, day)
    at = Situation(lodgement, item, number, day, index, found, quota_granted=item.quota_granted)
    additions = tax_additions(lodgement, reference, day)
    priced = ItemPricing(at, worth, additions, NO_RELIEF, explain=explain)
    priced.run()
    questions = tuple(priced.questions())
    return Pricing(tuple(priced.lines), questions, tuple(found))
