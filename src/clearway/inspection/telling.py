"""How the room's facts are announced: about the declaration, to whom they concern."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clearway.declarations.events import subject
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned
from clearway.events.service import Act
from clearway.inspection.models import Opening


def announce(
    doing: Act,
    declaration: Declaration,
    opening: Opening | None,
    kind: str,
    *,
    private: bool = False,
    legal_time: datetime | None = None,
    **body: object,
) -> None:
    """Announce a fact about an opening, or about a declaration's value where it names none.

    Args:
        doing: the act.
        declaration: it is about.
        opening: whose number and state are told.
        kind: one of ``events``.
        private: customs and auditors alone learn it.
        legal_time: when it happened, where that is not now.
        body: what else is told.
    """
    told: dict[str, Any] = {"mrn": declaration.mrn, "lrn": declaration.lrn}
    if opening is not None:
        told |= {"opening": opening.pk, "state": opening.state, "unit": opening.unit}
    doing.announce(
        kind,
        subject(declaration.mrn, declaration.pk),
        {**told, **body},
        concerns=() if private else concerned(declaration),
        legal_time=legal_time,
    )


def equipment_events(opening: Opening, code: str, at: datetime) -> list[dict[str, str]]:
    """Return DCSA equipment events for the containers of an opening, none where there are none.

    Args:
        opening: of one unit, or of all containers that its declaration names.
        code: DCSA equipment event type: CUSI, INSP, RSEA …
        at: when it happened.
    """
    return [
        {
            "eventType": "EQUIPMENT",
            "eventClassifierCode": "ACT",
            "equipmentEventTypeCode": code,
            "equipmentReference": container,
            "eventDateTime": at.isoformat(),
        }
        for container in containers(opening)
    ]


def containers(opening: Opening) -> list[str]:
    """Return the containers that an opening is about."""
    return [opening.unit] if opening.unit else opening.containers.split()
