"""The room's operations: the news as a list and as a stream, and parked events.

Webhooks stand in ``api_webhooks``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Header, Query, Router, Schema
from pydantic import Field

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.audit.forms import Cursor, Limit, Number, permitted
from clearway.events import access, dispatch, queries, stream, telling
from clearway.events.models import ParkedEvent
from clearway.events.queries import START, Place, Told, parse_place
from clearway.vocabulary.errors import DataRefused, InputUnusable
from clearway.vocabulary.pages import USUAL_PAGE, cursor_of, key_of, page_of

router = Router(tags=["events"])
_LOOK_THROUGH = 2000
"""Acts that one page looks through at most, so that a rare event costs many pages, not one long."""

Subject = Annotated[
    str, Query(max_length=96, description="what it is about", examples=["declaration:26XP…"])
]


class EventTold(Schema):
    """A fact that was announced."""

    id: str = Field(description="its place in the news", examples=["1041.4163"])
    kind: str = Field(examples=["declaration.accepted"])
    subject: str
    legal_time: datetime = Field(description="when it is held to have happened")
    system_time: datetime = Field(description="when it was written")
    actor: str | None = Field(description="who did it: told to customs and auditors alone")
    body: dict[str, Any]


class EventPage(Schema):
    """Some news; a page may hold few or none and still have a next one."""

    items: list[EventTold]
    next: str | None


class ParkedTold(Schema):
    """An event that one of our own consumers could not handle."""

    id: int
    consumer: str
    kind: str
    subject: str
    attempts: int
    error: str
    parked_at: datetime
    settled_at: datetime | None = Field(description="when an operator's retry went well")


class ParkedPage(Schema):
    """Some parked events."""

    items: list[ParkedTold]
    next: str | None


def _place(cursor: str) -> Place:
    if not cursor:
        return START
    key = key_of(cursor)
    try:
        return parse_place(str(key))
    except InputUnusable:
        raise DataRefused(
            "The cursor is none of this list.",
            faults=(("/query/cursor", "not a cursor that a page of this list gave"),),
        ) from None


def _look_through(
    after: Place, limit: int, allowed: Callable[[Told], bool]
) -> tuple[list[Told], Place]:
    """Return news that somebody may learn, more than the limit where there are, and how far."""
    found, looked, span, end = list[Told](), 0, limit, queries.newest()
    while len(found) <= limit and looked < _LOOK_THROUGH and after < end:
        told, after = queries.news(after, span)
        found += [each for each in told if allowed(each)]
        looked, span = looked + span, 2 * span
    return found, after


def _log_read(actor: Actor, subject: str, told: list[Told]) -> None:
    """Note that an official read what concerns others."""
    others = [str(each.place) for each in told if actor.organisation not in each.concerns]
    if others:
        audit.note("read", actor, subject or "events:news", others)


@router.get("/events", response=EventPage, operation_id="listEvents", summary="The news")
def list_events(
    request: HttpRequest, subject: Subject = "", cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return what happened, the oldest first: what concerns you, or all for customs."""
    actor = permitted(request, "listEvents", access.OPERATIONS)
    after, allowed = _place(cursor), access.may_learn(actor)
    if subject:
        told = [] if "\0" in subject else queries.history(subject, after, limit + 1)
        ended, told = len(told) <= limit, told[:limit]
        mine, reached = [each for each in told if allowed(each)], told[-1].place if told else after
    else:
        mine, reached = _look_through(after, limit, allowed)
        ended = len(mine) <= limit and reached >= queries.newest()
        mine = mine[:limit]
        reached = mine[-1].place if len(mine) == limit else reached
    _log_read(actor, subject, mine)
    named = access.sees_all(actor)
    return {
        "items": [telling.form_of(each, actor=named) for each in mine],
        "next": None if ended else cursor_of(str(reached)),
    }


_FRAME: Final = {
    "type": "object",
    "description": "one server-sent event",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
}


@router.get(
    "/events/stream",
    operation_id="streamEvents",
    summary="The news as they come",
    openapi_extra={
        "responses": {
            200: {
                "description": "Server-sent events; `data` is an event as `listEvents` tells it.",
                "content": {"text/event-stream": {"schema": _FRAME}},
            }
        }
    },
)
def stream_events(
    request: HttpRequest,
    last_event_id: Annotated[
        str, Header(alias="Last-Event-ID", max_length=60, description="`id` of the last one had")
    ] = "",
    seconds: Annotated[int, Query(ge=1, le=600, description="how long the stream lasts")] = 300,
) -> HttpResponse:
    """Follow the news: from now on, or after the event whose id is given."""
    actor = permitted(request, "streamEvents", access.OPERATIONS)
    try:
        after = parse_place(last_event_id) if last_event_id else None
    except InputUnusable:
        raise DataRefused(
            "The stream cannot go on there.",
            faults=(("/header/Last-Event-ID", "not the id of an event"),),
        ) from None
    stream.admit(actor)
    if access.sees_all(actor):
        audit.note("read", actor, "events:stream", last_event_id)
    answer: Any = StreamingHttpResponse(
        stream.frames(actor, after, seconds), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer  # type: ignore[no-any-return]


@router.get(
    "/events/parked", response=ParkedPage, operation_id="listParkedEvents", summary="Parked events"
)
def list_parked(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the events that one of our own consumers could not handle."""
    permitted(request, "listParkedEvents", access.OPERATIONS)
    page = page_of(queries.parked(), "id", cursor, limit)
    return {"items": [_parked(each) for each in page.items], "next": page.next}


def _parked(row: ParkedEvent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "consumer": row.consumer,
        "kind": row.event.kind,
        "subject": row.event.subject,
        "attempts": row.attempts,
        "error": row.error.partition(":")[0],  # the rest may hold what a trader declared
        "parked_at": row.parked_at,
        "settled_at": row.settled_at,
    }


@router.post(
    "/events/parked/{number}/retry",
    response=ParkedTold,
    operation_id="retryParkedEvent",
    summary="Try a parked event again",
)
def retry_parked(request: HttpRequest, number: Number) -> Any:
    """Let the consumer handle the event once more; 409 where it fails again."""
    actor = permitted(request, "retryParkedEvent", access.OPERATIONS)
    row = access.parked_for(actor, number)
    return _parked(dispatch.retry(actor, row.pk, dispatch.consumers()))
