"""What the operations on bookings and interchange receipts tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from clearway.accounts.queries import name_of
from clearway.cargo.rules import kilograms
from clearway.gate import exchanging, measuring
from clearway.gate.answers import Direction, Kind
from clearway.gate.models import Booking, Receipt, Statement

Way = Literal["pick_up", "loading"]
Lacking = Literal[
    "lodged_late", "not_declared", "at_arrival", "lane", "agency", "held", "debt", "carrier",
    "terminal", "no_slot", "slot", "not_released",
]  # fmt: skip
Code = Literal["OK", "DT", "HO", "CU", "BR", "BT", "CO", "DY", "WT", "MS", "LO", "SB"]


class BookingTold(Schema):
    """A booking for direct pick-up or loading. `lacking` says why it is not eligible yet."""

    booking: str = Field(description="its number", examples=["7K3M9QX2AB"])
    way: Way
    kind: Kind
    unit: str
    conveyance: int
    terminal: str = Field(description="name of the terminal")
    plate: str
    planned_at: datetime
    slot_from: datetime | None
    slot_to: datetime | None
    carrier_accepted_at: datetime | None
    terminal_accepted_at: datetime | None
    state: Literal["booked", "eligible", "slot", "at_gate", "handled", "out", "yard", "given_up"]
    lacking: list[Lacking]
    handled_at: datetime | None
    out_at: datetime | None
    dwell_minutes: int | None = Field(description="from discharge to gate-out")
    reason: str


class BookingPage(Schema):
    """Some bookings, the last made first."""

    items: list[BookingTold]
    next: str | None


class DirectShareTold(Schema):
    """How many containers of a conveyance were picked up directly."""

    direct: int
    containers: int
    percent: int


class UnitConditionTold(Schema):
    """A condition of a unit: a code of ISO 9897 (SB: broken seal), and where."""

    code: Code
    place: str = ""


class ConditionStatementTold(Schema):
    """What one party states; `signature` (hex) proves `content` by the key of that id."""

    side: Literal["terminal", "other"]
    by: str
    conditions: list[UnitConditionTold]
    seals: list[str]
    remarks: str
    at: datetime
    content: str
    signature: str
    key: str
    proved: bool


class EquipmentReceiptTold(Schema):
    """An equipment interchange receipt; where the two disagree both statements are kept."""

    receipt: str = Field(description="its number", examples=["EIR-7K3M9QX2AB"])
    movement: Direction
    kind: Kind
    unit: str
    size_type: str
    plate: str
    gate: str
    terminal: str
    other: str
    gross_mass: str | None
    tare_mass: str | None = Field(description="kilograms, of the empty unit")
    full: bool | None
    state: Literal["open", "agreed", "disputed"]
    at: datetime
    statements: list[ConditionStatementTold]


class EquipmentReceiptPage(Schema):
    """Some interchange receipts, the last first."""

    items: list[EquipmentReceiptTold]
    next: str | None


class DeliveryOrderTold(Schema):
    """The delivery order of a token: its number among the documents that were issued."""

    number: str = Field(examples=["DO-26-000017"])
    state: str
    issued_at: datetime


def booking_told(row: Booking) -> dict[str, Any]:
    """Return a booking as it is told."""
    names = (
        "way", "kind", "unit", "plate", "planned_at", "slot_from", "slot_to",
        "carrier_accepted_at", "terminal_accepted_at", "state", "lacking", "handled_at", "out_at",
        "reason",
    )  # fmt: skip
    stood = measuring.dwell(row)
    return {
        **{name: getattr(row, name) for name in names},
        "booking": row.number,
        "conveyance": row.conveyance_id,
        "terminal": name_of(row.terminal),
        "dwell_minutes": None if stood is None else int(stood.total_seconds()) // 60,
    }


def receipt_told(row: Receipt) -> dict[str, Any]:
    """Return a receipt as it is told, its gate loaded."""
    names = ("movement", "kind", "unit", "size_type", "plate", "full", "state", "at")
    return {
        **{name: getattr(row, name) for name in names},
        "receipt": row.number,
        "gate": row.gate.code,
        "terminal": name_of(row.terminal),
        "other": name_of(row.other),
        "gross_mass": None if row.gross_mass is None else kilograms(row.gross_mass),
        "tare_mass": None if row.tare_mass is None else kilograms(row.tare_mass),
        "statements": [_statement(one) for one in row.statements.order_by("id")],
    }


def _statement(one: Statement) -> dict[str, Any]:
    names = ("side", "conditions", "seals", "remarks", "at", "content", "key")
    return {
        **{name: getattr(one, name) for name in names},
        "by": name_of(one.organisation),
        "signature": bytes(one.signature).hex(),
        "proved": exchanging.is_proved(one),
    }
