"""One row of features for each item of a declaration, in the order of ``features.SCHEMA``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from clearway.kernel.decisions import ItemValue, TaxLine
from clearway.kernel.features import HISTORY_COLUMNS, SCHEMA
from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.kernel.reference import Reference
from clearway.kernel.unit_prices import priced_by


class Priced(Protocol):
    """What this module needs of the tariff stage's answer."""

    @property
    def lines(self) -> Sequence[TaxLine]:
        """The charges of all items."""


def _id(party: Party | None) -> str | None:
    return (party.id or None) if party else None


def _declaration_part(lodgement: Lodgement) -> tuple[Any, ...]:
    importer, exporter = lodgement.importer, lodgement.exporter
    return (
        lodgement.type_code or None,
        lodgement.direction or None,
        lodgement.additional_type or None,
        lodgement.legal_date,
        lodgement.office or None,
        lodgement.presentation_office or None,
        len(lodgement.items),
        lodgement.total_packages,
        lodgement.total_gross_mass,
        lodgement.invoice_amount,
        lodgement.invoice_currency or None,
        lodgement.incoterm or None,
        lodgement.incoterm_place or None,
        lodgement.freight_amount,
        lodgement.border_mode or None,
        lodgement.border_nationality or None,
        lodgement.border_means_type or None,
        lodgement.border_means_id or None,
        lodgement.arrival_means_id or None,
        lodgement.loading_location or None,
        lodgement.goods_location or None,
        lodgement.export_country or None,
        lodgement.destination_country or None,
        "/".join(lodgement.routing_countries) or None,
        len(lodgement.containers),
        len(lodgement.seals),
        _id(lodgement.declarant),
        _id(lodgement.agent),
        _id(importer),
        (importer.name or None) if importer else None,
        (importer.country or None) if importer else None,
        _id(exporter),
        (exporter.name or None) if exporter else None,
        (exporter.country or None) if exporter else None,
        _id(lodgement.carrier),
        lodgement.warehouse or None,
        lodgement.low_value_regime or None,
    )


def _item_part(lodgement: Lodgement, index: int, item: Item, documents: int) -> tuple[Any, ...]:
    return (
        index + 1,
        item.commodity or None,
        item.description or None,
        "/".join(item.additional_codes) or None,
        item.origin or None,
        item.preferential_origin or None,
        item.procedure or None,
        item.previous_procedure or None,
        "/".join(item.additional_procedures) or None,
        item.preference or None,
        item.quota_order or None,
        item.item_amount,
        item.item_currency or None,
        item.valuation_method or None,
        item.gross_mass,
        item.net_mass,
        item.quantity,
        item.quantity_unit or None,
        priced_by(item),
        item.packages,
        item.package_types[0] if item.package_types else None,
        bool(item.dangerous_goods),
        documents,
        _id(item.consignor) or _id(lodgement.consignor),
        _id(item.consignee) or _id(lodgement.consignee),
        _id(item.seller) or _id(lodgement.seller),
        _id(item.buyer) or _id(lodgement.buyer),
    )


_EXPORT_COUNTRY = SCHEMA.position["export_country"]
_DESTINATION_COUNTRY = SCHEMA.position["destination_country"]
_FAMILIES = {
    "duty": 0, "preference": 0, "suspension": 0, "quota": 0, "remedy": 1, "excise": 2, "vat": 3,
}  # fmt: skip


def tax_sums(lines: Sequence[TaxLine], items: int) -> list[list[int | None]]:
    """Return duty, remedies, excise, VAT and the total of every item, in minor units.

    A sum that holds a charge which could not be computed is unknown (None), never less.
    """
    sums: list[list[int | None]] = [[0, 0, 0, 0, 0] for _ in range(items)]
    for line in lines:
        if not 0 < line.item <= items:
            continue
        own = sums[line.item - 1]
        payable = line.amount if line.payable is None else line.payable
        family = _FAMILIES.get(line.family)
        for place in (4,) if family is None else (family, 4):
            known = own[place]
            own[place] = None if known is None or payable is None else known + payable
    return sums


_HISTORY_PLACES = {column.name: place for place, column in enumerate(HISTORY_COLUMNS)}
_NO_HISTORY = (None,) * len(HISTORY_COLUMNS)


def _history_parts(lodgement: Lodgement) -> list[tuple[Any, ...]]:
    """Return every item's history: the declaration's, and what is given for that item alone."""
    features, count = lodgement.features, len(lodgement.items)
    if not features:
        return [_NO_HISTORY] * count
    shared: list[Any] = [features.get(name) for name in _HISTORY_PLACES]
    own: dict[int, dict[int, Any]] = {}
    for key, value in features.items():
        if key[-1:] != "]":
            continue
        name, _, position = key[:-1].partition("[")
        place = _HISTORY_PLACES.get(name)
        if place is not None and position.isdecimal():
            own.setdefault(int(position), {})[place] = value
    whole = tuple(shared)
    if not own:
        return [whole] * count
    parts = []
    for number in range(1, count + 1):
        mine = own.get(number)
        if mine is None:
            parts.append(whole)
            continue
        changed = shared.copy()
        for place, value in mine.items():
            changed[place] = value
        parts.append(tuple(changed))
    return parts


def feature_rows(
    lodgement: Lodgement, values: Sequence[ItemValue], pricing: Priced, reference: Reference
) -> list[tuple[Any, ...]]:
    """Return the feature rows of all items of a declaration, in their order.

    Args:
        lodgement: the declaration.
        values: one ``ItemValue`` per item, in order.
        pricing: the tariff stage's answer.
        reference: the pack; its exponent turns minor units into thousandths.
    """
    shared = _declaration_part(lodgement)
    documents = Counter(document.item for document in lodgement.documents)
    sums = tax_sums(pricing.lines, len(lodgement.items))
    history = _history_parts(lodgement)
    # No currency of circulation has more than three decimals.
    thousandths: int = 10 ** (3 - reference.exponent)
    rows = []
    for index, item in enumerate(lodgement.items):
        declaration = shared
        if item.export_country or item.destination_country:
            own = list(shared)
            own[_EXPORT_COUNTRY] = item.export_country or own[_EXPORT_COUNTRY]
            own[_DESTINATION_COUNTRY] = item.destination_country or own[_DESTINATION_COUNTRY]
            declaration = tuple(own)
        value = values[index] if index < len(values) else None
        assessed: list[int | None] = [
            value.value if value else None,
            value.statistical_value if value else None,
            *sums[index],
        ]
        rows.append(
            declaration
            + _item_part(lodgement, index, item, documents[0] + documents[index + 1])
            + tuple([None if amount is None else amount * thousandths for amount in assessed])
            + history[index]
        )
    return rows
