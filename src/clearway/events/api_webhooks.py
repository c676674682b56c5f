"""The room's operations on webhooks and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from clearway.audit.forms import LARGEST_ID, Cursor, Form, Instant, Limit, Number, permitted
from clearway.events import access, queries, webhooks
from clearway.events.models import Delivery, Webhook
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["events"])

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


class SecretRotated(WebhookMade):
    """A webhook with a new secret."""

    former_until: datetime = Field(description="until then the former secret signs as well")


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


@router.post(
    "/webhooks/{number}/secret",
    response={201: SecretRotated},
    operation_id="rotateSecret",
    summary="Give a webhook a new secret",
)
def rotate_secret(request: HttpRequest, number: Number) -> Any:
    """Make a new secret, told this once; for a day the former one signs every message as well."""
    actor = permitted(request, "rotateSecret", access.OPERATIONS)
    hook, secret = webhooks.rotate(actor, access.webhook_for(actor, number))
    return Status(201, {**_webhook(hook), "secret": secret, "former_until": hook.former_until})


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
