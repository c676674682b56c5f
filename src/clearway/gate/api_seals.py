"""The room's operations on electronic seals: what a device tells, and its alarms."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.gate import access_seals as access
from clearway.gate import forms_seals as forms
from clearway.gate import queries, sealing
from clearway.gate.access import OPERATIONS
from clearway.gate.rules import key_of
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["gate"])


@router.post(
    "/seal-events",
    response={201: forms.SealEventTold},
    operation_id="tellSealEvent",
    summary="Tell what an electronic seal told",
)
def tell_seal_event(request: HttpRequest, wanted: forms.SealEventWanted) -> Any:
    """Keep an event of a device; the same `event_id` told again is answered as at first."""
    actor = permitted(request, "tellSealEvent", OPERATIONS)
    return Status(201, forms.seal_event(sealing.tell(actor, wanted.signal())))


@router.get(
    "/seal-events",
    response=forms.SealEventPage,
    operation_id="listSealEvents",
    summary="What electronic seals told",
)
def list_seal_events(
    request: HttpRequest,
    unit: Annotated[str, Query(max_length=17, description="of one container")] = "",
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    *,
    alarms: Annotated[bool, Query(description="alarms that nobody has looked at")] = False,
) -> Any:
    """Return events, the last received first: a carrier's own devices', a terminal's all."""
    actor = permitted(request, "listSealEvents", OPERATIONS)
    wanted = access.signals_of(actor)
    wanted &= Q(unit=key_of(unit)) if unit else Q()
    wanted &= Q(alarm=True, seen_at=None) if alarms else Q()
    page = page_of(queries.seal_signals(wanted), "-id", cursor, limit)
    access.note_signals(actor, page.items)
    return {"items": [forms.seal_event(row) for row in page.items], "next": page.next}


@router.post(
    "/seal-alarms/{number}/seen",
    response=forms.SealEventTold,
    operation_id="seeSealAlarm",
    summary="Say that somebody looked at a seal's alarm",
)
def see_seal_alarm(request: HttpRequest, number: Number) -> Any:
    """Take an alarm off the list: somebody went and looked."""
    actor = permitted(request, "seeSealAlarm", OPERATIONS)
    return forms.seal_event(sealing.see(actor, access.alarm_for(actor, number)))
