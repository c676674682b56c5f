"""What the room's operations take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Path, Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant, Reason
from clearway.declarations.models import ActRequest, AttachedDocument, Declaration, Version
from clearway.kernel.decisions import Lane
from clearway.vocabulary.dates import iso_of

Mrn = Annotated[
    str,
    Path(
        min_length=1,
        max_length=19,
        pattern="^[0-9A-Z]+$",
        description="the MRN; of a rejected declaration, which has none, its id",
        examples=["26XP0000000000000A1"],
    ),
]
VersionNumber = Annotated[int, Path(ge=1, le=32767, examples=[1])]
LaneName = Literal["green", "blue", "yellow", "red"]
State = Literal[
    "received", "accepted", "rejected", "under_control", "documents_requested", "assessed",
    "released", "cleared", "invalidated", "exited",
]  # fmt: skip
GoodsState = Literal[
    "none", "unmatched", "reported", "arrived", "held", "released", "recalled", "gated_out",
    "presented", "gated_in", "loaded", "departed", "exit_confirmed",
]  # fmt: skip
KindName = Literal["standard", "prelodged", "simplified", "supplementary", "low_value"]
RequestState = Literal["open", "granted", "refused", "withdrawn"]
Free = Annotated[str, StringConstraints(max_length=512)]


class DeclarationTold(Schema):
    """A goods declaration as it stands now."""

    id: int
    mrn: str | None = Field(description="none where it was rejected")
    lrn: str
    declarant: str = Field(description="identifier of the declarant (WCO R123)")
    direction: str = Field(description="IM or EX", examples=["IM"])
    kind: str
    state: State
    goods_state: GoodsState
    debt_state: str
    lane: LaneName | None = Field(description="none until one is communicated")
    office: str
    importer: str
    exporter: str
    transport_document: str = Field(description="number as it is compared")
    version: int
    legal_date: str | None = Field(description="day whose law rules", examples=["2026-03-03"])
    received_at: datetime
    accepted_at: datetime | None
    released_at: datetime | None
    supplements: str = Field(description="MRN of the simplified declaration it completes")
    supplementary_due: str | None = Field(description="day by which it must be completed")
    overdue_at: datetime | None


class DeclarationPage(Schema):
    """Some declarations, the latest first."""

    items: list[DeclarationTold]
    next: str | None


class GoodsItemTold(Schema):
    """A goods item as declared; masses in millionths of a kilogram."""

    item: int
    commodity: str
    description: str
    origin: str
    procedure: str
    packages: int | None
    gross_mass: int | None
    net_mass: int | None
    value: int | None = Field(description="customs value, minor units of the country's currency")


class DeclarationWhole(DeclarationTold):
    """A declaration with its goods items."""

    items: list[GoodsItemTold]


class VersionTold(Schema):
    """A version: as it was lodged, amended or presented."""

    number: int
    door: str
    media_type: str
    reason: str
    at: datetime


class VersionPage(Schema):
    """Some versions."""

    items: list[VersionTold]
    next: str | None


class VersionWhole(VersionTold):
    """A version with its goods items. The message itself is at ``…/original``."""

    items: list[GoodsItemTold]


class RequestTold(Schema):
    """A request to amend, cancel or correct a declaration, which an officer decides."""

    id: int
    mrn: str | None
    kind: Literal["amendment", "cancellation", "correction"]
    state: RequestState
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    decision_reason: str


class RequestPage(Schema):
    """Some requests, the latest first."""

    items: list[RequestTold]
    next: str | None


class CancellationWanted(Form):
    """Why a declaration is to be cancelled."""

    reason: Reason


class ReleaseOrder(Form):
    """What an officer says when he releases."""

    documents_checked: bool = Field(
        default=False, description="the documents that a yellow lane asked for are in order"
    )
    goods_controlled: bool = Field(
        default=False, description="the goods that a red lane sent to control are in order"
    )
    security: Annotated[str, StringConstraints(max_length=70)] = Field(
        "", description="what covers the debt where it is not paid", examples=["GRN-26-000017"]
    )
    reason: Free = ""


class AttachedTold(Schema):
    """An attached document."""

    id: int
    type_code: str
    reference: str
    name: str
    media_type: str = Field(description="what the bytes are, found by looking into them")
    size: int
    sha256: str
    attached_at: datetime


class AttachedPage(Schema):
    """Some attached documents."""

    items: list[AttachedTold]
    next: str | None


class Narrowing(Schema):
    """What a list of declarations is narrowed by; what is left out is any."""

    state: State | None = None
    goods_state: GoodsState | None = None
    lane: LaneName | None = None
    kind: KindName | None = None
    direction: Literal["IM", "EX"] | None = None
    office: Annotated[str, StringConstraints(max_length=17)] = ""
    importer: Annotated[str, StringConstraints(max_length=17)] = ""
    lrn: Annotated[str, StringConstraints(max_length=256)] = ""
    transport_document: Annotated[str, StringConstraints(max_length=70)] = ""
    commodity: Annotated[str, StringConstraints(max_length=18, pattern="^[0-9A-Za-z]*$")] = Field(
        "", description="beginning of the commodity code of an item", examples=["6109"]
    )
    text: Annotated[str, StringConstraints(max_length=70)] = Field(
        "", description="beginning of MRN, LRN or transport document"
    )
    received_from: Instant | None = Field(None, examples=["2026-03-01T00:00:00Z"])
    received_before: Instant | None = None


def declaration(row: Declaration) -> dict[str, Any]:
    """Return a declaration as it is told."""
    told = {
        name: getattr(row, name)
        for name in DeclarationTold.model_fields
        if name not in {"lane", "legal_date", "supplementary_due"}
    }
    told["lane"] = None if row.lane is None else Lane(row.lane).name.lower()
    told["legal_date"] = None if row.legal_date is None else iso_of(row.legal_date)
    due = row.supplementary_due
    told["supplementary_due"] = None if due is None else iso_of(due)
    return told


def version(row: Version) -> dict[str, Any]:
    """Return a version as it is told."""
    return {name: getattr(row, name) for name in VersionTold.model_fields}


def request(row: ActRequest) -> dict[str, Any]:
    """Return a request as it is told, its declaration loaded."""
    names = ("kind", "state", "reason", "asked_at", "decided_at", "decision_reason")
    told = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "mrn": row.declaration.mrn, **told}


def document(row: AttachedDocument) -> dict[str, Any]:
    """Return an attached document as it is told."""
    return {name: getattr(row, name) for name in AttachedTold.model_fields}
