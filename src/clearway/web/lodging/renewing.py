"""A copy for the next consignment of its kind: what names the one consignment is asked for again.

Transport document, containers, UCR, invoice and the declaration that is supplemented say which
consignment it is; a copy that kept them would declare the same one twice (CLW4302).
"""

from __future__ import annotations

from typing import Final

from clearway.web.lodging import fields, special
from clearway.web.lodging import tree as trees
from clearway.web.lodging.tree import Tree

_NAMING: Final = frozenset(
    one.path
    for one in (fields.DOCUMENT[1], fields.INVOICE, fields.CONTAINERS, fields.UCR, fields.COMPLETES)
)
_OWN: Final = (
    "ID", "AcceptanceDateTime", "IssueDateTime", "FunctionalReferenceID", "Amendment",
)  # fmt: skip
_SINGLE: Final = frozenset({"ID", "IssueDateTime"})
_EQUIPMENT: Final = "TransportEquipment"


def renewed(tree: Tree, lrn: str) -> tuple[str, ...]:
    """Make of a lodged declaration the next one of its kind, under a reference of its own.

    Returns:
        The names of the fields that held such a datum and now wait for another.
    """
    held = tuple(
        one.name
        for _, listed in fields.quick(tree)
        for one in listed
        if one.path in _NAMING and (one.path == fields.COMPLETES.path or _read(tree, one))
    )
    held += _invoices_of_items(tree)
    freed(tree, lrn)
    shipment = tree.get("GoodsShipment", {})
    shipment.pop("ExitDateTime", None)
    trees.put(tree, "GoodsShipment/Invoice/IssueDateTime/value", "")
    trees.put(tree, "GoodsShipment/Invoice/IssueDateTime/formatCode", "")
    _forget_documents(tree)
    for place in (shipment, *trees.items(tree)):
        place.pop("UCR", None)
    for place in (shipment.get("Consignment", {}), *_commodities(tree)):
        place.pop(_EQUIPMENT, None)
    return held


def freed(tree: Tree, lrn: str) -> None:
    """Take out of a lodged declaration what it has as the one that was lodged."""
    for tag in _OWN:
        tree.pop(tag, None)
    tree["FunctionCode"] = "9"
    tree["FunctionalReferenceID"] = lrn


def _read(tree: Tree, one: fields.Bound) -> str:
    if one.path.startswith("@"):
        return special.SPECIAL[one.path].read(tree)
    return trees.read(tree, one.path)


def _commodities(tree: Tree) -> list[Tree]:
    return [item["Commodity"] for item in trees.items(tree) if item.get("Commodity")]


def _invoices_of_items(tree: Tree) -> tuple[str, ...]:
    """Return the fields of invoices of single goods items. Until typed they follow the first."""
    first = special.invoice_of(tree)
    number = len(trees.items(tree))
    return tuple(
        one.name
        for item in range(1, number + 1 if number <= fields.MOST_QUICK else 1)
        for one, document in zip(
            fields.papers(tree, item), trees.items(tree)[item - 1].get("AdditionalDocument", ()),
            strict=True,
        )
        if special.is_invoice(document) and document.get("ID", "") not in {"", first}
    )  # fmt: skip


def _forget_documents(tree: Tree) -> None:
    """Leave invoices and the transport document without their numbers, which are typed again.

    A second transport document, and every other previous one, belongs to the old consignment.
    """
    carriage = special.transport_of(tree)
    for place in (tree, tree.get("GoodsShipment", {}), *trees.items(tree)):
        for tag in ("PreviousDocument", "AdditionalDocument"):
            kept = []
            for one in place.get(tag, ()):
                same = special.is_carriage(one) and one.get("ID") == carriage.get("ID")
                if same or special.is_invoice(one):
                    kept.append({name: one[name] for name in one if name not in _SINGLE})
                elif tag == "AdditionalDocument" and not special.is_carriage(one):
                    kept.append(one)
            if kept:
                place[tag] = kept
            else:
                place.pop(tag, None)
