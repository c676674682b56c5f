"""Data of the form that stand in more than one element of the declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from clearway.messages.goods_rows import GoodsRows
from clearway.messages.limits import DEFAULT_LIMITS
from clearway.web.lodging import tree as trees
from clearway.web.lodging.tree import Tree

_PARTS: Final = ("TSP", "TRC")
TRANSPORT_DOCUMENTS: Final = ("705", "714", "703", "704", "740", "741", "730", "720", "750", "760")
"""Types of transport documents (UN/EDIFACT 1001): sea, air, road, rail, post, several modes."""
INVOICES: Final = ("N380", "N325", "N935")
_USUAL_BY_MODE: Final = {"1": "705", "2": "720", "3": "730", "4": "740", "5": "750"}
"""What a document of carriage is where nobody says: by the mode of transport (UN Rec. 19)."""
MOST_CONTAINERS: Final = 999


def _commodity(item: Tree) -> str:
    """Return the national code, wherever its parts stand; the reader of messages decides."""
    entries = [
        _Code(one.get("ID", ""), one.get("IdentificationTypeCode", ""))
        for one in item.get("Commodity", {}).get("Classification", ())
    ]
    return GoodsRows(_PARTS).codes(entries)[0]


class _Code(NamedTuple):
    """A classification as ``GoodsRows.codes`` reads it."""

    id: str
    identification_type_code: str


def _put_commodity(item: Tree, text: str) -> None:
    """Set the national code as one element, in the place of the parts that it had."""
    code = "".join(text.replace(".", "").split())
    commodity = item.setdefault("Commodity", {})
    before, left = _commodity(item), []
    for one in commodity.get("Classification", ()):
        kind, own = one.get("IdentificationTypeCode", ""), one.get("ID", "")
        if kind not in _PARTS and own != before:
            left.append(one)
    own = [{"ID": code, "IdentificationTypeCode": _PARTS[0]}] if code else []
    commodity["Classification"] = own + left
    if not commodity["Classification"]:
        del commodity["Classification"]
    if not commodity:
        del item["Commodity"]


def _transport(tree: Tree) -> Iterator[Tree]:
    """Yield the documents of carriage that a declaration names, the likeliest place first."""
    shipment = tree.get("GoodsShipment", {})
    for one in (
        *shipment.get("PreviousDocument", ()),
        *(each for item in trees.items(tree) for each in item.get("PreviousDocument", ())),
        *trees.each(tree, "AdditionalDocument"),
    ):
        if is_carriage(one):
            yield one


def is_carriage(document: Tree) -> bool:
    """Tell whether a document is one of carriage."""
    return str(document.get("TypeCode", "")) in TRANSPORT_DOCUMENTS


def is_invoice(document: Tree) -> bool:
    """Tell whether a document is an invoice."""
    return read_paper_code(document) in INVOICES


def transport_of(tree: Tree) -> Tree:
    """Return the one whose stock is written off: a house bill before its master."""
    found = list(_transport(tree))
    houses = [one for one in found if one["TypeCode"] not in {"704", "741"}]
    return (houses or found or [{}])[0]


def _put_transport(tree: Tree, key: str, text: str) -> None:
    """Change it in every place that names the same document."""
    first, waiting = transport_of(tree), _waiting(tree)
    if first:
        same = [one for one in _transport(tree) if one.get("ID") == first.get("ID")]
    else:
        same = [waiting] if waiting else []
    if not same and text:
        made = {"CategoryCode": "X"}
        usual = _USUAL_BY_MODE.get(trees.read(tree, "BorderTransportMeans/ModeCode"))
        if key == "ID" and usual is not None:
            made["TypeCode"] = usual
        tree.setdefault("GoodsShipment", {}).setdefault("PreviousDocument", []).append(made)
        same = [made]
    for one in same:
        if text:
            one[key] = text
        else:
            one.pop(key, None)
            if one.keys() <= {"CategoryCode"}:
                one.clear()


def _waiting(tree: Tree) -> Tree:
    """Return a document whose number was typed before its kind."""
    listed = tree.get("GoodsShipment", {}).get("PreviousDocument", ())
    return next((one for one in listed if one.keys() == {"CategoryCode", "ID"}), {})


def _invoices(tree: Tree) -> Iterator[Tree]:
    for one in trees.each(tree, "AdditionalDocument"):
        if is_invoice(one):
            yield one


def invoice_of(tree: Tree) -> str:
    """Return the number of the invoice."""
    return next((str(one["ID"]) for one in _invoices(tree) if one.get("ID")), "")


def _put_invoice(tree: Tree, text: str) -> None:
    """Change the invoice's number in every place that names the same invoice."""
    before = invoice_of(tree)
    same = [one for one in _invoices(tree) if one.get("ID", "") == before]
    if not same and text:
        made = {"CategoryCode": "N", "TypeCode": "380"}
        tree.setdefault("AdditionalDocument", []).append(made)
        same = [made]
    for one in same:
        if text:
            one["ID"] = text
        else:
            one.pop("ID", None)


def _units(tree: Tree) -> list[Tree]:
    found: list[Tree] = (
        tree.get("GoodsShipment", {}).get("Consignment", {}).get("TransportEquipment", [])
    )
    return found


def _put_units(tree: Tree, text: str) -> None:
    """Set the containers, one a line; what is known of one that stays (its seals) stays too."""
    known = {str(one.get("ID", "")): one for one in _units(tree)}
    numbers = list(dict.fromkeys("".join(line.split()) for line in text.splitlines()))
    wanted = [one for one in numbers if one][:MOST_CONTAINERS]
    if not wanted:
        trees.put(tree, "GoodsShipment/Consignment/TransportEquipment", "")
        return
    consignment = tree.setdefault("GoodsShipment", {}).setdefault("Consignment", {})
    consignment["TransportEquipment"] = [
        {**known.get(number, {}), "SequenceNumeric": place, "ID": number}
        for place, number in enumerate(wanted, 1)
    ]


class Special(NamedTuple):
    """How such a datum is read from its class and set in it."""

    read: Callable[[Tree], str]
    put: Callable[[Tree, str], None]


SPECIAL: Final[Mapping[str, Special]] = {
    "@commodity": Special(_commodity, _put_commodity),
    "@document": Special(
        lambda tree: str((transport_of(tree) or _waiting(tree)).get("ID", "")),
        lambda tree, text: _put_transport(tree, "ID", text),
    ),
    "@document_type": Special(
        lambda tree: str(transport_of(tree).get("TypeCode", "")),
        lambda tree, text: _put_transport(tree, "TypeCode", text),
    ),
    "@invoice": Special(invoice_of, _put_invoice),
    "@containers": Special(
        lambda tree: "\n".join(str(one.get("ID", "")) for one in _units(tree)), _put_units
    ),
}


def read_paper_code(document: Tree) -> str:
    """Return the code of a document: category and type together, ``N380``."""
    return f"{document.get('CategoryCode', '')}{document.get('TypeCode', '')}"


def put_paper_code(document: Tree, text: str) -> None:
    """Set the code of a document."""
    for key, part in (("CategoryCode", text[:1]), ("TypeCode", text[1:])):
        if part:
            document[key] = part
        else:
            document.pop(key, None)


def fits(message: bytes) -> bool:
    """Tell whether a message is within what is read."""
    return len(message) <= DEFAULT_LIMITS.most_bytes
