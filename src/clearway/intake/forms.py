"""What the room's operations take and give, as the API's document describes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from ninja import Schema
from pydantic import Field

from clearway.assessment.forms import ChargeTold, FindingTold, LaneName

_EXAMPLE: Final = {
    "Declaration": {
        "FunctionCode": "9",
        "FunctionalReferenceID": "ATLAS-2026-0001",
        "TypeCode": "IMA",
        "DeclarationOfficeID": "XP000101",
        "Declarant": {"ID": "XP1000000009"},
        "GoodsItemQuantity": {"value": "1"},
        "GoodsShipment": {
            "GovernmentAgencyGoodsItem": [{"SequenceNumeric": 1}],
        },
    }
}
MESSAGE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One declaration of the WCO Data Model, as JSON or as XML.",
        "content": {
            "application/json": {"schema": {"type": "object"}, "example": _EXAMPLE},
            "application/xml": {"schema": {"type": "string"}},
        },
    }
}
KEYED: Final[dict[str, Any]] = {
    **MESSAGE,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "The same key with the same message gets the same answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 128,
                       "pattern": "^[!-~]{1,128}$"},
            "example": "5c1f0a52-7d1b-4c5e-9d0e-0a3f4e6b7a10",
        }
    ],
}  # fmt: skip
FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, as it is.",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string", "format": "binary"}},
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class NotificationTold(Schema):
    """One message of the WCO response."""

    code: str = Field(description="WCO notification code", examples=["01"])
    state: str = Field(examples=["accepted"])
    at: datetime


class DeclarationLodged(Schema):
    """The answer to a declaration that was taken."""

    lrn: str
    mrn: str = Field(examples=["26XP0000000012340"])
    version: int
    kind: str
    state: str
    notifications: list[NotificationTold]
    lane: LaneName | None
    reasons: list[str]
    currency: str
    payable: int | None
    charges: list[ChargeTold]
    findings: list[FindingTold]


class LodgingTried(DeclarationLodged):
    """The answer of the sandbox to a declaration that would be taken."""

    mrn: str = Field(examples=["SANDBOX0C6F4E7D1F5"], description="none of the record's")
    sandbox: Literal[True]


class WorkingTold(Schema):
    """How a value or a charge was worked out."""

    item: int
    what: str = Field(description="`value`, or the tax", examples=["A00"])
    steps: list[str]


class EstimateTold(Schema):
    """What a declaration would cost, and what is wrong with it."""

    acceptable: bool
    currency: str
    payable: int | None
    charges: list[ChargeTold]
    findings: list[FindingTold]
    working: list[WorkingTold]


JobState = Literal["waiting", "running", "finished", "failed"]


class BulkTold(Schema):
    """A bulk file on its way."""

    id: int
    name: str
    form: Literal["ndjson", "csv", "parquet"]
    size: int
    sha256: str
    state: JobState
    received_at: datetime
    finished_at: datetime | None
    share: int = Field(description="per cent of the file read so far")
    done: int = Field(description="declarations that have their answer")
    accepted: int
    rejected: int
    unreadable: int
    quarantined: int
    failure: str = Field(description="why the file as a whole cannot be read")


class BulkPage(Schema):
    """Some bulk files."""

    items: list[BulkTold]
    next: str | None


class BulkErrorTold(Schema):
    """One thing wrong with one row of a bulk file."""

    id: int
    row: int = Field(description="line of the file (NDJSON, CSV) or number of the row (Parquet)")
    lrn: str
    code: str
    severity: str
    pointer: str
    message: str
    remedy: str


class BulkErrorPage(Schema):
    """Some errors of a bulk file."""

    items: list[BulkErrorTold]
    next: str | None


class LineTold(Schema):
    """How the line of this process is doing."""

    running: bool
    waiting: int
    capacity: int
    per_second: int = Field(description="measured while it was busy")
    batches: int
    answers: dict[str, int]
    microseconds: dict[str, int] = Field(description="per lodgement, in each step")
    lost: int = Field(description="lodgements assessed again because a neighbour was first")
    turned_away: int = Field(description="lodgements that found the queue full")
    quarantined: int = Field(description="messages held in quarantine")
    open_alarms: int
    backlog: int = Field(
        description="acts on record that some part of the platform has not been told of; asking "
        "hurries it"
    )


class QuarantinedTold(Schema):
    """A message that we could not process. Its content is not shown: it is trade data."""

    id: int
    at: datetime
    organisation: int
    door: str
    purpose: str
    media_type: str
    size: int
    step: str
    failure: str
    state: Literal["held", "lodged", "dismissed"]
    resolved_at: datetime | None
    reason: str


class QuarantinePage(Schema):
    """Some messages in quarantine."""

    items: list[QuarantinedTold]
    next: str | None


class AlarmTold(Schema):
    """Something that an operator has to know of."""

    id: int
    kind: str
    subject: str
    count: int
    first_at: datetime
    last_at: datetime
    acknowledged_at: datetime | None


class AlarmPage(Schema):
    """Some alarms."""

    items: list[AlarmTold]
    next: str | None
