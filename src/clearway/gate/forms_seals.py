"""What the operations on electronic seals take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant
from clearway.gate.models import SealSignal
from clearway.gate.rules import key_of
from clearway.gate.sealing import Signal

_PRINTED = r"^[^\x00-\x1f\x7f]*$"
SealKind = Literal["armed", "opened", "disarmed"]
SealClass = Literal["H", "S", "I"]
_Named = StringConstraints(strip_whitespace=True, min_length=1, max_length=35, pattern=_PRINTED)


class SealEventWanted(Form):
    """What a device told, as its operator passes it on."""

    event_id: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[!-~]+$")] = (
        Field(description="the operator's own; the same is kept once", examples=["EV-000017"])
    )
    device: Annotated[str, _Named] = Field(description="the seal's number", examples=["ES4411"])
    kind: SealKind = Field(examples=["armed"])
    unit: Annotated[str, StringConstraints(min_length=1, max_length=17, pattern=_PRINTED)] = Field(
        description="container it is on (ISO 6346)", examples=["CSQU3054383"]
    )
    seal_class: SealClass = Field("H", description="ISO 17712: high security, security, indicative")
    place: Annotated[str, StringConstraints(max_length=35, pattern=_PRINTED)] = Field(
        "", description="code of the customs office or the station", examples=["XP000110"]
    )
    at: Instant = Field(description="by the device's clock", examples=["2026-03-02T05:30:00Z"])

    def signal(self) -> Signal:
        """Return it as the service takes it."""
        told = self.model_dump()
        return Signal(**{**told, "unit": key_of(self.unit), "place": self.place.strip().upper()})


class SealEventTold(Schema):
    """What a device told, and what came of it."""

    id: int
    event_id: str
    device: str
    kind: SealKind
    unit: str
    seal_class: SealClass
    place: str
    office: str = Field(description="answers for the container")
    mark: Literal["", "not_armed", "before_arming", "not_bound", "alarmed_already"] = Field(
        description="why it alarms nobody though it is not right"
    )
    alarm: bool
    alarmed_at: datetime | None
    seen_at: datetime | None
    at: datetime
    received_at: datetime


class SealEventPage(Schema):
    """Some events, the last received first."""

    items: list[SealEventTold]
    next: str | None


def seal_event(row: SealSignal) -> dict[str, Any]:
    """Return an event as it is told."""
    return {name: getattr(row, name) for name in SealEventTold.model_fields if name != "id"} | {
        "id": row.pk
    }
