"""What a cargo report message (CUSCAR) says, as plain records.

Masses are whole millionths of a kilogram; days and times are as written, without zone: EDIFACT
means the local time of the place. A value that is not given is empty or ``None``.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from clearway.messages.cuscar_segments import Fault


class ReportedParty(msgspec.Struct):
    """A party (NAD): identifier, name, and its address in one line."""

    identifier: str = ""
    name: str = ""
    address: str = ""


class ReportedSeal(msgspec.Struct, frozen=True):
    """A seal (SEL) and who put it on (EDIFACT 9303: CA carrier, SH shipper, CU customs …)."""

    number: str
    party: str = ""


class ReportedEquipment(msgspec.Struct):
    """A container or other equipment (EQD)."""

    number: str
    size_type: str = ""
    fullness: str = ""
    gross_mass: int | None = None
    seals: list[ReportedSeal] = []


class ReportedGoods(msgspec.Struct):
    """One goods item (GID) with the containers it is spread over (SGP), by packages."""

    packages: int | None = None
    package_type: str = ""
    description: str = ""
    gross_mass: int | None = None
    marks: str = ""
    handling: list[str] = []
    dangerous_goods: list[str] = []
    containers: list[tuple[str, int | None]] = []


class ReportedConsignment(msgspec.Struct):
    """One consignment (CNI): a transport document, house where ``master_number`` is given.

    ``place`` counts from 1 in the message, ``segment`` is the number of its first segment.
    ``spoilt`` consignments have a fault and are not to be filed.
    """

    place: int
    segment: int
    number: str = ""
    master_number: str = ""
    consignor: ReportedParty = msgspec.field(default_factory=ReportedParty)
    consignee: ReportedParty = msgspec.field(default_factory=ReportedParty)
    loading_place: str = ""
    discharge_place: str = ""
    goods_location: str = ""
    packages: int | None = None
    gross_mass: int | None = None
    goods: list[ReportedGoods] = []
    spoilt: bool = False


class Manifest(msgspec.Struct):
    """One CUSCAR message: a conveyance and the consignments on it.

    ``function`` is EDIFACT 1225 (9 original, 4 change, 5 replace, 1 cancel). ``refused``: the
    message came incomplete, so that nothing of it may be filed.
    """

    message: str
    reference: str = ""
    function: str = ""
    mode: str = ""
    means: str = ""
    means_name: str = ""
    nationality: str = ""
    journey: str = ""
    carrier: str = ""
    sender: str = ""
    place: str = ""
    loading_place: str = ""
    expected_at: datetime | None = None
    departed_at: datetime | None = None
    equipment: dict[str, ReportedEquipment] = {}
    consignments: list[ReportedConsignment] = []
    faults: list[Fault] = []
    refused: bool = False


class CargoInterchange(msgspec.Struct):
    """A whole interchange: who sent it under which reference, and its messages."""

    control_reference: str
    sender: str
    messages: list[Manifest]
    faults: list[Fault]
