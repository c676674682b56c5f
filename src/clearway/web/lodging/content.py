"""What a draft holds: the declaration as a tree, and beside it what was typed and does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from clearway.messages import MalformedMessage, read_json, read_xml
from clearway.messages.json_codec import write_json
from clearway.web.lodging import entering, fields, renewing
from clearway.web.lodging import tree as trees
from clearway.web.lodging.entering import Fault
from clearway.web.lodging.fields import Bound
from clearway.web.lodging.tree import Tree

_XML = "application/xml"


class Refused(msgspec.Struct, frozen=True):
    """A finding of the last attempt to lodge, as it was told."""

    code: str
    severity: str
    pointer: str
    message: str
    remedy: str = ""


class Content(msgspec.Struct):
    """A draft's content.

    ``envelope`` is the message with its ``Declaration``. ``typed`` holds, by the name of a field,
    what was typed and is none of what belongs there: it is shown again until it is mended.
    ``reason`` is why a declaration is amended, ``copied`` from which one it was made, ``refused``
    what stood against the last attempt to lodge, under the reference ``refused_lrn``. ``asked`` are
    the fields of a copy that named the consignment it was made from, and are asked for again.
    ``base`` is the version that an amendment was begun from; what was amended since is not undone.
    ``sheet`` is the shown page that saved last: one that saves again and again does not undo
    another's words. ``followed`` are what its fields showed, by name, before they followed others.
    """

    envelope: dict[str, Any]
    typed: dict[str, str] = {}
    reason: str = ""
    copied: str = ""
    refused: tuple[Refused, ...] = ()
    refused_lrn: str = ""
    asked: tuple[str, ...] = ()
    base: int = 0
    followed: dict[str, list[str]] = {}
    sheet: str = ""

    @property
    def tree(self) -> Tree:
        """The declaration."""
        found: Tree = self.envelope["Declaration"]
        return found


def packed(content: Content) -> bytes:
    """Return a content as it is kept."""
    return msgspec.json.encode(content)


def unpacked(kept: bytes) -> Content:
    """Return a content that was kept."""
    return msgspec.json.decode(kept, type=Content)


def replace(content: Content, by: Content) -> None:
    """Let a content hold what another holds."""
    for name in content.__struct_fields__:
        setattr(content, name, getattr(by, name))


def empty(type_code: str) -> Content:
    """Return the content of a new draft of a type, ``IMA`` for a standard import."""
    tree: Tree = {"FunctionCode": "9", "TypeCode": type_code, "GoodsShipment": {}}
    content = Content({"WCOTypeName": "DEC", "Declaration": tree})
    add_item(content)
    return content


def of_message(message: bytes, media_type: str) -> Content | None:
    """Return a message that was lodged as a draft's content; None where it cannot be read."""
    try:
        reading = (read_xml if media_type == _XML else read_json)(message)
    except MalformedMessage:
        return None
    if reading.record is None or reading.declaration is None:
        return None
    return Content(msgspec.json.decode(write_json(reading.record)))


def message(content: Content) -> bytes:
    """Return the message as it is lodged."""
    return msgspec.json.encode(
        {**content.envelope, "Declaration": trees.lodgeable(content.tree)}, order="deterministic"
    )


def take(
    content: Content, bound: list[Bound], given: Mapping[str, str], language: str
) -> dict[str, Fault]:
    """Put what was typed into a content, and return what does not fit, by the field's name.

    Only what differs from what was shown is put: a datum that nobody touched stays as signed.
    """
    faults: dict[str, Fault] = {}
    totals = _totals(content.tree)
    # All of them before any is put: one that follows another was not typed into.
    stood = {one.name: shown(content, one, language).strip() for one in bound}
    for one in bound:
        if one.name not in given:
            continue
        text = given[one.name].replace("\r\n", "\n").strip()
        if text == stood[one.name] and one.name not in content.typed:
            continue
        fault = entering.enter(one, content.tree, text, language)
        if fault is not None:
            faults[one.name] = fault
            content.typed[one.name] = text.replace("\0", "")[:10_000]
        else:
            content.typed.pop(one.name, None)
    _follow(content.tree, totals)
    return faults


def shown(content: Content, one: Bound, language: str) -> str:
    """Return what stands in a field: what was typed there, else its datum."""
    if one.name in content.typed:
        return content.typed[one.name]
    return entering.shown(one, content.tree, language)


def faults(content: Content, language: str) -> dict[str, Fault]:
    """Return why each of the texts that were kept as typed does not fit."""
    found = {}
    for _, one in fields.everywhere(content.tree) if content.typed else ():
        if one.name in content.typed:
            fault = entering.enter(one, _copied(content.tree), content.typed[one.name], language)
            found[one.name] = fault or Fault("lodge_wrong_text")
    return found


def _copied(tree: Tree) -> Tree:
    copy: Tree = msgspec.json.decode(msgspec.json.encode(tree))
    return copy


_SUMS = (
    ("TotalGrossMassMeasure", "Commodity/GoodsMeasure/GrossMassMeasure/value", "unitCode", "KGM"),
    ("TotalPackageQuantity", "Packaging", "", ""),
    ("InvoiceAmount", "Commodity/InvoiceLine/ItemChargeAmount/value", "currencyID", ""),
)


def _totals(tree: Tree) -> list[tuple[str, str]]:
    """Return each declared total beside the sum of the items."""
    return [(trees.read(tree, f"{total}/value"), _sum(tree, path)) for total, path, _, _ in _SUMS]


def _follow(tree: Tree, before: list[tuple[str, str]]) -> None:
    """Let a total that was the sum of the items, or was not declared, stay their sum."""
    for (total, path, attribute, unit), (declared, added) in zip(_SUMS, before, strict=True):
        now = _sum(tree, path)
        same = not declared or (added and _equal(declared, added))
        if trees.read(tree, f"{total}/value") != declared or not same or not now:
            continue
        if added == now:
            continue
        trees.put(tree, f"{total}/value", now)
        if attribute and not trees.read(tree, f"{total}/{attribute}"):
            currency = "Commodity/InvoiceLine/ItemChargeAmount/currencyID"
            trees.put(tree, f"{total}/{attribute}", unit or _of_all(tree, currency))


def _sum(tree: Tree, path: str) -> str:
    """Return the sum of a figure of the items that have one; empty where it means nothing."""
    found, currencies = Decimal(0), set()
    try:
        for item in trees.items(tree):
            if path == "Packaging":
                packages = (one.get("QuantityQuantity") for one in item.get("Packaging", ()))
                found += sum(int(one["value"]) for one in packages if one and "value" in one)
                continue
            figure = trees.read(item, path)
            if figure:
                found += Decimal(figure)
                currencies.add(trees.read(item, path.replace("value", "currencyID")))
    except (ArithmeticError, ValueError):
        return ""
    return f"{found:f}" if found and found.is_finite() and len(currencies) < 2 else ""


def _of_all(tree: Tree, path: str) -> str:
    found = {trees.read(item, path) for item in trees.items(tree)}
    return found.pop() if len(found) == 1 else ""


def _equal(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False


def add_item(content: Content) -> int:
    """Add a goods item and return its place. It begins with what the last one shares with it."""
    tree = content.tree
    listed = tree.setdefault("GoodsShipment", {}).setdefault("GovernmentAgencyGoodsItem", [])
    made: Tree = {}
    last = listed[-1] if listed else {}
    for tag in ("GovernmentProcedure", "CustomsValuation"):
        if last.get(tag):
            made[tag] = _copied({"": last[tag]})[""]
    currency = trees.read(last, "Commodity/InvoiceLine/ItemChargeAmount/currencyID")
    trees.put(made, "Commodity/InvoiceLine/ItemChargeAmount/currencyID", currency)
    listed.append(made)
    trees.numbered(tree)
    return len(listed)


def copy_item(content: Content, place: int) -> int:
    """Copy a goods item behind the last one and return its place."""
    listed = trees.items(content.tree)
    listed.append(_copied(listed[place - 1]))
    _moved(content, lambda item: item, copied=(place, len(listed)))
    trees.numbered(content.tree)
    return len(listed)


def remove_item(content: Content, place: int) -> None:
    """Remove a goods item; those behind it move up."""
    totals = _totals(content.tree)
    del trees.items(content.tree)[place - 1]
    _moved(content, lambda item: None if item == place else item - (item > place))
    trees.numbered(content.tree)
    _follow(content.tree, totals)


def _moved(
    content: Content, where: Callable[[int], int | None], copied: tuple[int, int] = (0, 0)
) -> None:
    """Let what was typed for an item go with it."""
    found = {}
    for name, text in content.typed.items():
        head, _, rest = name.partition("items-")
        number, _, field = rest.partition("-")
        if head or not number.isdigit():
            found[name] = text
            continue
        to = where(int(number))
        if to is not None:
            found[f"items-{to}-{field}"] = text
        if int(number) == copied[0]:
            found[f"items-{copied[1]}-{field}"] = text
    content.typed = found


def title(content: Content) -> str:
    """Return what the goods are called."""
    words = (trees.read(item, "Commodity/Description") for item in trees.items(content.tree))
    return next((one for one in words if one), "")[:120]


def free(content: Content, lrn: str) -> None:
    """Make of a lodged declaration one that can be lodged anew, under a reference of its own."""
    renewing.freed(content.tree, lrn)


def renew(content: Content, lrn: str) -> None:
    """Make of a lodged declaration the next one of its kind, under a reference of its own."""
    content.asked = renewing.renewed(content.tree, lrn)


def waiting(content: Content) -> list[str]:
    """Return the names of the fields of a copy that still wait for the new consignment's datum."""
    if not content.asked:
        return []
    return [
        one.name
        for _, listed in fields.quick(content.tree, content.asked)
        for one in listed
        if one.name in content.asked and not shown(content, one, "en")
    ]
