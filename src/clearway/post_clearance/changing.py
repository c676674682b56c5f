"""What a declaration should have said: changes laid over its message, item by item.

The message of the version that stands is read, changed and written again, so that the kernel
judges what was found just as it judges what traders lodge. Totals that were the sum of their items
stay it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec

from clearway.messages import read_json, read_xml, write_json
from clearway.messages.goods import (
    Classification,
    Commodity,
    DutyTaxFee,
    GoodsMeasure,
    GovernmentAgencyGoodsItem,
    InvoiceLine,
    Origin,
)
from clearway.messages.records import Declaration
from clearway.messages.values import Amount, Quantity
from clearway.vocabulary.errors import DataRefused

Datum = Literal[
    "commodity", "description", "origin", "preference", "price", "gross_mass", "net_mass",
    "quantity",
]  # fmt: skip
DATA: Final[tuple[str, ...]] = Datum.__args__  # type: ignore[attr-defined]
_XML: Final = "application/xml"
_Item = GovernmentAgencyGoodsItem
_replace = msgspec.structs.replace


class Change(msgspec.Struct, frozen=True):
    """One datum of one goods item as it should have been declared.

    ``price`` is in the invoice's currency, masses in kilograms, ``quantity`` in the tariff line's
    unit; all as text with a decimal point, as messages write them.
    """

    item: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    datum: Datum
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Change, ...]).decode


def written(changes: Sequence[Change]) -> bytes:
    """Return changes as they are kept."""
    return _encode(tuple(changes))


def read(kept: bytes | memoryview[int] | None) -> tuple[Change, ...]:
    """Return changes as they were kept."""
    return _decode(bytes(kept)) if kept else ()


def whole(original: bytes, media_type: str) -> bytes:
    """Return a declaration's message as it is, as JSON."""
    record = (read_xml if media_type == _XML else read_json)(original).record
    assert record is not None
    return write_json(record)


def message(original: bytes, media_type: str, changes: Sequence[Change]) -> bytes:
    """Return a declaration's message as it should have been, as JSON.

    Raises:
        DataRefused: a change names an item or a number that is none.
    """
    reading = (read_xml if media_type == _XML else read_json)(original)
    record = reading.record
    assert record is not None
    declaration = record.declaration
    assert declaration is not None
    shipment = declaration.goods_shipment
    items = list(shipment.goods_items) if shipment is not None else []
    faults = [
        (f"/changes/{place}", fault)
        for place, one in enumerate(changes)
        if (fault := _fault(one, len(items)))
    ]
    if faults or not changes:
        raise DataRefused(
            "These changes cannot be made.",
            faults=faults or (("/changes", "there is none"),),
            remedy="Name an item of the declaration, and write numbers with a decimal point.",
        )
    before = list(items)
    for one in changes:
        items[one.item - 1] = _CHANGES[one.datum](items[one.item - 1], one.value)
    assert shipment is not None
    changed = _replace(declaration, goods_shipment=_replace(shipment, goods_items=tuple(items)))
    changed = _with_totals(changed, before, items)
    return write_json(_replace(record, declaration=changed))


def _fault(change: Change, items: int) -> str:
    if change.item > items:
        return "there is no such item"
    if change.datum in {"price", "gross_mass", "net_mass", "quantity"}:
        try:
            number = Decimal(change.value)
        except ArithmeticError:
            return "this is no number"
        if not number.is_finite() or number < 0:
            return "this is no number"
    return ""


def _commodity(item: _Item) -> Commodity:
    return item.commodity or Commodity()


def _on_commodity(item: _Item, **changed: Any) -> _Item:
    return _replace(item, commodity=_replace(_commodity(item), **changed))


def _code(item: _Item, value: str) -> _Item:
    """Put the whole code in place of the commodity's; additional codes stay.

    A code in parts (HS, national) was one code: what was split is told whole.
    """
    kept = [one for one in _commodity(item).classifications if not _names_line(one)]
    whole = Classification(id=value, identification_type_code="TSP")
    return _on_commodity(item, classifications=(whole, *kept))


def _names_line(one: Classification) -> bool:
    kind, code = one.identification_type_code or "", one.id or ""
    return kind in {"", "TSP", "TRC"} or (code.isdigit() and len(code) >= 6)


def _description(item: _Item, value: str) -> _Item:
    return _on_commodity(item, description=value)


def _origin(item: _Item, value: str) -> _Item:
    first, *others = item.origins or (Origin(type_code="1"),)
    return _replace(item, origins=(_replace(first, country_code=value), *others))


def _preference(item: _Item, value: str) -> _Item:
    first, *others = _commodity(item).duty_tax_fees or (DutyTaxFee(),)
    return _on_commodity(item, duty_tax_fees=(_replace(first, duty_regime_code=value), *others))


def _price(item: _Item, value: str) -> _Item:
    line = _commodity(item).invoice_line or InvoiceLine()
    amount = line.item_charge_amount or Amount(value="0")
    priced = _replace(line, item_charge_amount=_replace(amount, value=value))
    return _on_commodity(item, invoice_line=priced)


def _measured(name: str, unit: str) -> Callable[[_Item, str], _Item]:
    def change(item: _Item, value: str) -> _Item:
        measure = _commodity(item).goods_measure or GoodsMeasure()
        before = getattr(measure, name) or Quantity(value="0", unit=unit)
        measure = _replace(measure, **{name: _replace(before, value=value)})
        return _on_commodity(item, goods_measure=measure)

    return change


_CHANGES: Final[dict[str, Callable[[_Item, str], _Item]]] = {
    "commodity": _code,
    "description": _description,
    "origin": _origin,
    "preference": _preference,
    "price": _price,
    "gross_mass": _measured("gross_mass_measure", "KGM"),
    "net_mass": _measured("net_net_weight_measure", "KGM"),
    "quantity": _measured("tariff_quantity", ""),
}


def _with_totals(
    declaration: Declaration, before: Sequence[_Item], after: Sequence[_Item]
) -> Declaration:
    """Return it with the totals that were the sum of their items, summed anew."""
    invoice, gross = declaration.invoice_amount, declaration.total_gross_mass_measure
    if invoice is not None and _told(invoice) == _sum(before, _price_of):
        invoice = _replace(invoice, value=str(_sum(after, _price_of)))
    if gross is not None and _told(gross) == _sum(before, _gross_of):
        gross = _replace(gross, value=str(_sum(after, _gross_of)))
    return _replace(declaration, invoice_amount=invoice, total_gross_mass_measure=gross)


def _sum(items: Sequence[_Item], of: Callable[[_Item], Decimal]) -> Decimal:
    return sum((of(one) for one in items), Decimal(0))


def _price_of(item: _Item) -> Decimal:
    line = _commodity(item).invoice_line
    return _told(line.item_charge_amount if line is not None else None)


def _gross_of(item: _Item) -> Decimal:
    measure = _commodity(item).goods_measure
    return _told(measure.gross_mass_measure if measure is not None else None)


def _told(number: Amount | Quantity | None) -> Decimal:
    return Decimal(number.value) if number is not None and number.value else Decimal(0)
