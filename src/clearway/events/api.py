"""The room's operations: the news as a list and as a stream, webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.audit.forms import LARGEST_ID, Cursor, Form, Instant, Limit, Number, permitted
from clearway.events import access, queries, stream, telling, webhooks
from clearway.events.models import Delivery, ParkedEvent, Webhook
from clearway.events.queries import START, Place, Told, parse_place
from clearway.vocabulary.errors import DataRefused, InputUnusable
from clearway.vocabulary.pages import USUAL_PAGE, cursor_of, key_of, page_of

router = Router(tags=["events"])
_LOOK_THROUGH = 2000
"""Acts that one page looks through at most, so that a rare event costs many pages, not one long."""

Subject = Annotated[
    str, Query(max_length=96, description="what it is about", examples=["declaration:26XP…"])
]
KindWanted = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]+\.[a-z_]*$", max_length=48),
    Field(examples=["declaration."]),
]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000),
    Field(description="https, reached from the open internet", examples=["https://example.com/in"]),
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


class ParkedPage(Schema):
    """Some parked events."""

    items: list[ParkedTold]
    next: str | None


class WebhookTold(Schema):
    """A webhook, without its secret."""

    id: int
    url: str
    kinds: list[str] = Field(description="kinds or their beginnings (`declaration.`); none: all")
    description: str
    state: Literal["active", "disabled"]
    made_at: datetime
    failing_since: datetime | None = Field(description="begin of an unbroken run of failures")


class WebhookMade(WebhookTold):
    """A webhook just made: the only time its secret is told."""

    secret: str = Field(description="verifies `webhook-signature` (Standard Webhooks 1.0)")


class WebhookPage(Schema):
    """Some webhooks."""

    items: list[WebhookTold]
    next: str | None


class WebhookWanted(Form):
    """A webhook to be made."""

    url: Url
    kinds: Annotated[list[KindWanted], Field(max_length=10)] = Field(default_factory=list)
    description: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class WebhookChange(Form):
    """What is to be changed of a webhook."""

    url: Url | None = None
    kinds: Annotated[list[KindWanted], Field(max_length=10)] | None = None
    description: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] | None = (
        None
    )
    state: Literal["active", "disabled"] | None = None


class DeliveryTold(Schema):
    """One event for one webhook, with what became of the last attempt."""

    id: int
    event: str = Field(description="kind of the event")
    subject: str
    webhook_id: str = Field(description="header `webhook-id` of every attempt")
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    due_at: datetime = Field(description="when the next attempt is due, if it waits")
    made_at: datetime
    attempted_at: datetime | None
    status: int | None = Field(description="HTTP status of the last answer")
    error: str
    milliseconds: int | None
    replay: bool


class DeliveryPage(Schema):
    """Some deliveries, the newest first."""

    items: list[DeliveryTold]
    next: str | None


class Replay(Form):
    """What to send again: one delivery, or all that were made in a span of time."""

    delivery: int | None = Field(None, ge=1, le=LARGEST_ID)
    since: Instant | None = Field(None, examples=["2026-03-02T08:00:00Z"])
    until: Instant | None = Field(None, examples=["2026-03-02T09:00:00Z"])


class Replayed(Schema):
    """How many events are on their way again."""

    events: int


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


@router.get(
    "/events/stream",
    operation_id="streamEvents",
    summary="The news as they come",
    openapi_extra={
        "responses": {
            200: {
                "description": "Server-sent events; `data` is an event as `listEvents` tells it.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
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
    }


@router.get("/webhooks", response=WebhookPage, operation_id="listWebhooks", summary="Webhooks")
def list_webhooks(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the webhooks of one's organisation."""
    actor = permitted(request, "listWebhooks", access.OPERATIONS)
    page = page_of(queries.webhooks(actor.organisation), "id", cursor, limit)
    return {"items": [_webhook(each) for each in page.items], "next": page.next}


@router.post(
    "/webhooks", response={201: WebhookMade}, operation_id="makeWebhook", summary="Make a webhook"
)
def make_webhook(request: HttpRequest, wanted: WebhookWanted) -> Any:
    """Let the news of one's organisation be sent to an address; tells the secret, this once."""
    actor = permitted(request, "makeWebhook", access.OPERATIONS)
    hook, secret = webhooks.make(actor, wanted.url, wanted.kinds, wanted.description)
    return Status(201, {**_webhook(hook), "secret": secret})


@router.get(
    "/webhooks/{number}", response=WebhookTold, operation_id="getWebhook", summary="One webhook"
)
def get_webhook(request: HttpRequest, number: Number) -> Any:
    """Return a webhook of one's organisation."""
    actor = permitted(request, "getWebhook", access.OPERATIONS)
    return _webhook(access.webhook_for(actor, number))


@router.patch(
    "/webhooks/{number}",
    response=WebhookTold,
    operation_id="changeWebhook",
    summary="Change a webhook",
)
def change_webhook(request: HttpRequest, number: Number, wanted: WebhookChange) -> Any:
    """Change a webhook's address, kinds or description, or switch it off and on."""
    actor = permitted(request, "changeWebhook", access.OPERATIONS)
    hook = access.webhook_for(actor, number)
    changes = {
        name: value for name, value in wanted.dict(exclude_unset=True).items() if value is not None
    }
    if "kinds" in changes:
        changes["kinds"] = " ".join(changes["kinds"])
    return _webhook(webhooks.change(actor, hook, changes))


@router.delete(
    "/webhooks/{number}",
    response={204: None},
    operation_id="removeWebhook",
    summary="Remove a webhook",
)
def remove_webhook(request: HttpRequest, number: Number) -> Any:
    """Remove a webhook for good."""
    actor = permitted(request, "removeWebhook", access.OPERATIONS)
    webhooks.remove(actor, access.webhook_for(actor, number))
    return Status(204, None)


@router.get(
    "/webhooks/{number}/deliveries",
    response=DeliveryPage,
    operation_id="listDeliveries",
    summary="Deliveries",
)
def list_deliveries(
    request: HttpRequest, number: Number, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return what was and is to be sent to a webhook, the newest first."""
    actor = permitted(request, "listDeliveries", access.OPERATIONS)
    hook = access.webhook_for(actor, number)
    page = page_of(queries.deliveries(hook), "-id", cursor, limit)
    return {"items": [_delivery(each) for each in page.items], "next": page.next}


@router.post(
    "/webhooks/{number}/replay",
    response={202: Replayed},
    operation_id="replayDeliveries",
    summary="Send again",
)
def replay_deliveries(request: HttpRequest, number: Number, wanted: Replay) -> Any:
    """Send one delivery again, or all that were made in a span of time, delivered or not."""
    actor = permitted(request, "replayDeliveries", access.OPERATIONS)
    hook = access.webhook_for(actor, number)
    if (wanted.delivery is None) == (wanted.since is None or wanted.until is None):
        raise DataRefused(
            "Give either a delivery, or a span by its begin and end.",
            faults=(("/body", "neither one delivery nor one span"),),
        )
    count = webhooks.replay(
        actor, hook, delivery=wanted.delivery, since=wanted.since, until=wanted.until
    )
    return Status(202, {"events": count})


def _webhook(hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.pk,
        "url": hook.url,
        "kinds": hook.kinds.split(),
        "description": hook.description,
        "state": hook.state,
        "made_at": hook.made_at,
        "failing_since": hook.failing_since,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "event": row.event.kind,
        "subject": row.event.subject,
        "webhook_id": f"event_{row.event_id}",
        "state": row.state,
        "attempts": row.attempts,
        "due_at": row.due_at,
        "made_at": row.made_at,
        "attempted_at": row.attempted_at,
        "status": row.status,
        "error": row.error,
        "milliseconds": row.milliseconds,
        "replay": row.replay,
    }
