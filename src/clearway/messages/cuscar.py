"""Cargo reports in EDIFACT: CUSCAR of the directories D.95B and later, into records.

Read tolerantly by tag and group, because the directories differ in order and repetition, and each
fault is told with the number and text of its segment. A consignment with a fault is spoilt; its
neighbours are not. A message whose count or end is wrong came incomplete: all of it is refused.

Segments read: BGM, DTM, LOC, NAD, TDT, EQD, SEL, CNT; per consignment CNI, RFF, LOC, NAD, CNT,
GID, PAC, HAN, FTX, MEA, SGP, DGS, PCI. Others of the message's directory are passed over.
"""

from __future__ import annotations

from clearway.messages.cuscar_groups import Item, ManifestReader
from clearway.messages.cuscar_records import CargoInterchange, Manifest
from clearway.messages.cuscar_segments import Fault, Marks, Segment, read_segments, shown

_AROUND = frozenset({"UNG", "UNE"})


def read_cuscar(data: bytes) -> CargoInterchange:
    """Read an interchange of cargo reports.

    Raises:
        TooLarge: it has more bytes or segments than are read.
        InputUnusable: it is no EDIFACT interchange, or of an unknown character set.
    """
    interchange = read_segments(data)
    items: list[Item] = [*interchange.segments, *interchange.faults]
    items.sort(key=_number)
    whole = CargoInterchange("", "", [], [])
    opening = items.pop(0)
    if isinstance(opening, Fault):
        whole.faults.append(opening)
        return whole
    whole.sender, whole.control_reference = opening.get(1), opening.get(4)
    if not whole.control_reference:
        whole.faults.append(_fault("CLW1508", opening, tag="UNB 0020"))
    _read_messages(items, interchange.marks, whole)
    return whole


def _number(item: Item) -> int:
    return item.segment if isinstance(item, Fault) else item.number


def _read_messages(items: list[Item], marks: Marks, whole: CargoInterchange) -> None:
    """Part the items into messages and read each."""
    head: Segment | None = None
    body: list[Item] = []
    opened, closing = 0, None
    for item in items:
        tag = "" if isinstance(item, Fault) else item.tag
        if isinstance(item, Fault) or tag not in {"UNH", "UNT", "UNZ", *_AROUND}:
            if head is not None:
                body.append(item)
            else:
                whole.faults.append(item if isinstance(item, Fault) else _fault("CLW1511", item))
            continue
        if head is not None and tag in {"UNH", "UNZ", "UNT"}:
            _read_message(head, body, item, marks, whole)
            head, body = None, []
        elif tag == "UNT":
            whole.faults.append(_fault("CLW1511", item))
        if tag == "UNH":
            head, opened = item, opened + 1
        elif tag == "UNZ":
            closing = item
    if head is not None:
        _read_message(head, body, None, marks, whole)
    _check_closing(closing, opened, whole)


def _read_message(
    head: Segment, body: list[Item], end: Segment | None, marks: Marks, whole: CargoInterchange
) -> None:
    """Read one message, or tell why it cannot be."""
    if head.get(1) != "CUSCAR" or head.get(1, 1) != "D":
        whole.faults.append(
            _fault("CLW1507", head, message=":".join(head.get(1, place) for place in range(3)))
        )
        return
    manifest = ManifestReader(marks, head).read(body)
    found = 0 if end is None else end.number - head.number + 1
    told = "" if end is None or end.tag != "UNT" else end.get(0)
    if told != str(found) or (end is not None and end.get(1) != head.get(0)):
        manifest.refused = True
        parameters = {"told": told or "-", "found": str(found)}
        manifest.faults.append(_fault("CLW1506", end or head, **parameters))
    _check_whole(manifest, head)
    whole.messages.append(manifest)


def _check_whole(manifest: Manifest, head: Segment) -> None:
    """Tell what every report has: its number, its means of transport and a consignment."""
    for tag, present in (
        ("BGM", manifest.reference),
        ("TDT", manifest.means or manifest.journey),
        ("CNI", manifest.consignments or manifest.function == "1"),
    ):
        if not present:
            manifest.refused = True
            manifest.faults.append(_fault("CLW1508", head, tag=tag))


def _check_closing(closing: Segment | None, opened: int, whole: CargoInterchange) -> None:
    """Hold UNZ to the messages that came and to the reference of UNB."""
    if closing is None:
        whole.faults.append(Fault("CLW1505", 0, ""))
    elif closing.get(0) != str(opened) or closing.get(1) != whole.control_reference:
        whole.faults.append(_fault("CLW1505", closing))
    else:
        return
    for manifest in whole.messages:
        manifest.refused = True


def _fault(rule: str, segment: Segment, **parameters: str) -> Fault:
    return Fault(rule, segment.number, shown(segment.text), tuple(parameters.items()))
