"""The groups of a CUSCAR message: which segment tells what, at which place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from clearway.messages.cuscar_records import (
    Manifest,
    ReportedConsignment,
    ReportedEquipment,
    ReportedGoods,
    ReportedParty,
    ReportedSeal,
)
from clearway.messages.cuscar_segments import Fault, Marks, Segment, shown

Item = Segment | Fault

_PASSED_OVER = re.compile(
    "UNS|AUT|COM|CPI|CST|CTA|DIM|DOC|EQA|FII|GDS|GIN|GIR|GIS|IMD|LAN|LIN|MOA|PRI|QTY|QVR|RNG|STS|"
    r"TCC|TMD|TMP|TOD|TPL|TSR|VEH|ERC|GOR|ALI|ATT|CUX|HYN|ICD|LOA\Z"
)
_DOCUMENTS = {
    "MB": "master", "MWB": "master", "BH": "house", "HWB": "house",
    "BM": "document", "AWB": "document", "AAS": "document", "AAM": "document",
}  # fmt: skip
"""EDIFACT 1153, the references that are transport documents."""
_DATE_FORMS: Mapping[str, str] = {
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
}
_MASS_UNITS = {"KGM": (1_000_000, 1), "TNE": (1_000_000_000, 1), "LBR": (45_359_237, 100)}
"""Millionths of a kilogram in a unit, as a ratio of whole numbers."""
_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_LARGEST_MASS = 10**15


class ManifestReader:
    """Reads the segments of one message in their order."""

    def __init__(self, marks: Marks, head: Segment) -> None:
        self.manifest = Manifest(message=head.get(0))
        self._decimal = re.compile(
            rf"([0-9]{{1,12}})(?:[{re.escape(marks.decimal)}.]([0-9]{{1,6}}))?\Z"
        )
        self._consignment: ReportedConsignment | None = None
        self._goods: ReportedGoods | None = None
        self._equipment: ReportedEquipment | None = None
        self._references: dict[str, str] = {}
        self._stray: list[Fault] = []

    def read(self, items: Sequence[Item]) -> Manifest:
        """Read what stands between UNH and UNT."""
        for item in items:
            if isinstance(item, Fault):
                self._stray.append(item)
            elif item.tag in self._TOLD or _PASSED_OVER.match(item.tag):
                self._step(item)
            else:
                self._stray.append(Fault("CLW1511", item.number, shown(item.text)))
        self._settle_stray()
        for consignment in self.manifest.consignments:
            self._check(consignment)
        return self.manifest

    def _step(self, segment: Segment) -> None:
        if segment.tag == "CNI":
            self._settle_stray()
        elif self._lost_its_beginning(segment):
            # The stray segment before it was the CNI: what it spoils is this consignment.
            stray, self._stray = self._stray, []
            self._open(segment)
            self._stray = stray
            self._settle_stray()
        elif self._stray:
            self._settle_stray()
        told = self._TOLD.get(segment.tag)
        if told is not None:
            told(self, segment)

    def _lost_its_beginning(self, segment: Segment) -> bool:
        """Tell whether a document's reference comes after goods, with no CNI between."""
        return bool(
            self._stray
            and segment.tag == "RFF"
            and (self._goods is not None or self._consignment is None)
            and segment.get(0) in _DOCUMENTS
        )

    def _settle_stray(self) -> None:
        """Let segments that cannot be read spoil the consignment they stand in."""
        for fault in self._stray:
            self._spoil(fault)
        self._stray = []

    def _spoil(self, fault: Fault) -> None:
        place = 0
        if self._consignment is not None:
            self._consignment.spoilt = True
            place = self._consignment.place
        self.manifest.faults.append(
            Fault(fault.rule, fault.segment, fault.text, fault.parameters, place)
        )

    def _fault(self, rule: str, segment: Segment, **parameters: str) -> None:
        self._spoil(Fault(rule, segment.number, shown(segment.text), tuple(parameters.items())))

    # Values

    def _whole(self, segment: Segment, element: int, component: int = 0) -> int | None:
        text = segment.get(element, component)
        if not text:
            return None
        if not _WHOLE.match(text):
            self._fault("CLW1509", segment, value=text[:40])
            return None
        return int(text)

    def _mass(self, segment: Segment, unit: str, text: str) -> int | None:
        ratio, match = _MASS_UNITS.get(unit), self._decimal.match(text)
        if ratio is None:
            self._fault("CLW1510", segment, value=unit[:40])
            return None
        if match is None:
            self._fault("CLW1509", segment, value=text[:40])
            return None
        digits = match[2] or ""
        scaled = int(match[1] + digits) * ratio[0]
        divisor: int = ratio[1] * 10 ** len(digits)
        mass = -(-scaled // divisor)  # a part of a millionth more, never less than was reported
        if mass > _LARGEST_MASS:
            self._fault("CLW1509", segment, value=text[:40])
            return None
        return mass

    def _moment(self, segment: Segment) -> datetime | None:
        text, form = segment.get(0, 1), segment.get(0, 2)
        pattern = _DATE_FORMS.get(form)
        if pattern is not None and text.isascii() and text.isdigit():
            try:
                return datetime.strptime(text, pattern)  # noqa: DTZ007 - local time of the place
            except ValueError:
                pass
        self._fault("CLW1512", segment, value=text[:40])
        return None

    # Segments

    def _bgm(self, segment: Segment) -> None:
        self.manifest.reference = segment.get(1)
        self.manifest.function = segment.get(2) or "9"
        if self.manifest.function not in {"1", "4", "5", "9"}:
            self._fault("CLW1510", segment, value=self.manifest.function[:40])
            self.manifest.refused = True

    def _dtm(self, segment: Segment) -> None:
        if self._consignment is not None:
            return
        if segment.get(0) == "132":
            self.manifest.expected_at = self._moment(segment)
        elif segment.get(0) in {"133", "136"}:
            self.manifest.departed_at = self._moment(segment)

    def _tdt(self, segment: Segment) -> None:
        if self._consignment is not None or segment.get(0) not in {"20", "11", ""}:
            return
        manifest = self.manifest
        manifest.journey, manifest.mode = segment.get(1), segment.get(2)
        manifest.carrier = segment.get(4) or manifest.carrier
        manifest.means, manifest.means_name = segment.get(7), segment.get(7, 3)
        manifest.nationality = segment.get(7, 4)

    def _loc(self, segment: Segment) -> None:
        kind, place = segment.get(0), segment.get(1)
        if self._consignment is None:
            if kind in {"60", "11", "153"}:
                self.manifest.place = self.manifest.place or place
            elif kind in {"9", "5"}:
                self.manifest.loading_place = self.manifest.loading_place or place
        elif kind in {"9", "76"}:
            self._consignment.loading_place = place
        elif kind in {"11", "60"}:
            self._consignment.discharge_place = place
        elif kind in {"14", "18"}:
            self._consignment.goods_location = place

    def _nad(self, segment: Segment) -> None:
        role, identifier = segment.get(0), segment.get(1)
        if self._consignment is None:
            if role == "CA":
                self.manifest.carrier = identifier or self.manifest.carrier
            elif role == "MS":
                self.manifest.sender = identifier
            return
        if role in {"CN", "CZ"}:
            party = _party(segment)
            if role == "CN":
                self._consignment.consignee = party
            else:
                self._consignment.consignor = party

    def _eqd(self, segment: Segment) -> None:
        number = segment.get(1)
        if not number:
            self._fault("CLW1508", segment, tag="EQD 8260")
            return
        self._equipment = ReportedEquipment(number, segment.get(2), segment.get(5))
        self.manifest.equipment[number] = self._equipment

    def _sel(self, segment: Segment) -> None:
        if self._equipment is None:
            self._fault("CLW1511", segment)
            return
        self._equipment.seals.append(ReportedSeal(segment.get(0), segment.get(1)))

    def _cnt(self, segment: Segment) -> None:
        kind = segment.get(0)
        if self._consignment is None:
            return
        if kind in {"8", "11"}:
            self._consignment.packages = self._whole(segment, 0, 1)
        elif kind == "7":
            unit = segment.get(0, 2) or "KGM"
            self._consignment.gross_mass = self._mass(segment, unit, segment.get(0, 1))

    def _cni(self, segment: Segment) -> None:
        self._open(segment)
        self._refer("document", segment.get(1))

    def _open(self, segment: Segment) -> None:
        place = len(self.manifest.consignments) + 1
        self._consignment = ReportedConsignment(place, segment.number)
        self.manifest.consignments.append(self._consignment)
        self._goods = self._equipment = None
        self._references = {}

    def _rff(self, segment: Segment) -> None:
        kind = _DOCUMENTS.get(segment.get(0), "")
        if kind and not segment.get(0, 1):
            self._fault("CLW1508", segment, tag="RFF 1154")
        elif kind:
            self._refer(kind, segment.get(0, 1))

    def _refer(self, kind: str, number: str) -> None:
        """Note a reference; beside a house's own number, one of no stated level is the master's."""
        if self._consignment is None or not number:
            return
        self._references[kind] = number
        master, house, own = map(self._references.get, ("master", "house", "document"))
        self._consignment.number = house or own or master or ""
        above = master or (own if house else "") or ""
        self._consignment.master_number = above if above != self._consignment.number else ""

    def _gid(self, segment: Segment) -> None:
        if self._consignment is None:
            self._fault("CLW1511", segment)
            return
        self._goods = ReportedGoods(self._whole(segment, 1), segment.get(1, 1))
        self._consignment.goods.append(self._goods)

    def _pac(self, segment: Segment) -> None:
        if self._goods is not None and self._goods.packages is None:
            self._goods.packages = self._whole(segment, 0)
            self._goods.package_type = segment.get(2)

    def _han(self, segment: Segment) -> None:
        if self._goods is not None:
            self._goods.handling.append(segment.get(0))

    def _ftx(self, segment: Segment) -> None:
        if self._goods is not None and segment.get(0) == "AAA" and len(segment.elements) > 3:
            text = " ".join(part for part in segment.elements[3] if part)
            self._goods.description = f"{self._goods.description} {text}".strip()

    def _mea(self, segment: Segment) -> None:
        if segment.get(0) not in {"AAE", "WT"} or segment.get(1) not in {
            "G",
            "AAB",
            "AAD",
            "WT",
            "",
        }:
            return
        mass = self._mass(segment, segment.get(2), segment.get(2, 1))
        if self._goods is not None:
            self._goods.gross_mass = mass
        elif self._equipment is not None:
            self._equipment.gross_mass = mass
        elif self._consignment is not None:
            self._consignment.gross_mass = mass

    def _sgp(self, segment: Segment) -> None:
        if self._goods is None or not segment.get(0):
            self._fault("CLW1511", segment)
            return
        self._goods.containers.append((segment.get(0), self._whole(segment, 1)))

    def _dgs(self, segment: Segment) -> None:
        if self._goods is not None and segment.get(2):
            self._goods.dangerous_goods.append(segment.get(2))

    def _pci(self, segment: Segment) -> None:
        if self._goods is not None and len(segment.elements) > 1:
            self._goods.marks = " ".join(part for part in segment.elements[1] if part)

    def _check(self, consignment: ReportedConsignment) -> None:
        """Tell what is missing in a consignment, and where its totals contradict its goods."""
        self._consignment = consignment

        def fault(rule: str, **parameters: str) -> None:
            self._spoil(
                Fault(
                    rule, consignment.segment, f"CNI+{consignment.place}", tuple(parameters.items())
                )
            )

        if not consignment.number:
            fault("CLW1508", tag="RFF")
        if consignment.spoilt:
            return
        for told, parts, what in (
            (consignment.packages, [goods.packages for goods in consignment.goods], "8"),
            (consignment.gross_mass, [goods.gross_mass for goods in consignment.goods], "7"),
        ):
            found = sum(part for part in parts if part is not None)
            if told is not None and None not in parts and parts and told != found:
                fault("CLW1513", total=f"CNT+{what}", told=str(told), found=str(found))

    _TOLD: ClassVar[Mapping[str, Callable[[ManifestReader, Segment], None]]] = {
        "BGM": _bgm, "DTM": _dtm, "TDT": _tdt, "LOC": _loc, "NAD": _nad, "EQD": _eqd, "SEL": _sel,
        "CNT": _cnt, "CNI": _cni, "RFF": _rff, "GID": _gid, "PAC": _pac, "HAN": _han, "FTX": _ftx,
        "MEA": _mea, "SGP": _sgp, "DGS": _dgs, "PCI": _pci,
    }  # fmt: skip


def _party(segment: Segment) -> ReportedParty:
    """Read NAD: names (C080) or else the first line of C058, then street, city, code, country."""
    lines = list(segment.elements[2]) if len(segment.elements) > 2 else []
    names = list(segment.elements[3]) if len(segment.elements) > 3 else []
    street = list(segment.elements[4]) if len(segment.elements) > 4 else []
    name = " ".join(part.strip() for part in names if part.strip())
    if not name and lines:
        name = lines.pop(0).strip()
    rest = [*lines, *street, segment.get(5), segment.get(6), segment.get(7), segment.get(8)]
    return ReportedParty(
        segment.get(1), name, ", ".join(part.strip() for part in rest if part.strip())
    )
