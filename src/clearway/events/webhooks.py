"""Every write of webhooks: made, changed, removed, queued for, sent again."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from standardwebhooks import Webhook as Signature

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.events import events, queries, targets
from clearway.events.dispatch import Subscription, wants
from clearway.events.models import Delivery, Webhook
from clearway.events.queries import Told
from clearway.events.service import act
from clearway.vocabulary.clock import SystemClock
from clearway.vocabulary.errors import StateForbids

MOST = 20
"""Webhooks that one organisation may have."""
BOTH_SIGN = timedelta(days=1)
"""So long after a rotation the former secret signs beside the new one."""
MOST_REPLAYED = 1000
"""Deliveries that one request may send again."""


def _safe() -> Fernet:
    """Return what encrypts signing secrets: a dump of the database shows none of them."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"clearway webhook secrets")
    return Fernet(base64.urlsafe_b64encode(derive.derive(str(settings.SECRET_KEY).encode())))


def _fresh() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def make(
    actor: Actor, url: str, kinds: Sequence[str], description: str = ""
) -> tuple[Webhook, str]:
    """Make a webhook for the actor's organisation; its secret is told this once.

    Raises:
        DataRefused: the address is none to send to.
        StateForbids: the organisation has too many, or the actor acts for none.
    """
    targets.check_address(url, demo=settings.DEMO)
    secret = _fresh()
    with act(actor) as doing:
        if not actor.organisation or queries.webhooks(actor.organisation).count() >= MOST:
            raise StateForbids(f"An organisation may have {MOST} webhooks, nobody else any.")
        hook = Webhook.objects.create(
            organisation=actor.organisation,
            url=url,
            kinds=" ".join(kinds),
            description=description,
            secret=_safe().encrypt(secret.encode()),
            made_at=clock.now(),
            made_by=actor.name,
        )
        _announce(doing, events.WEBHOOK_MADE, hook, {"url": url, "kinds": list(kinds)})
    return hook, secret


def change(actor: Actor, hook: Webhook, changes: dict[str, Any]) -> Webhook:
    """Change address, kinds, description or state (``active`` and ``disabled``) of a webhook.

    Raises:
        DataRefused: the address is none to send to.
    """
    if "url" in changes:
        targets.check_address(changes["url"], demo=settings.DEMO)
    with act(actor) as doing:
        for name, value in changes.items():
            setattr(hook, name, value)
        if changes.get("state") == "active":
            hook.failing_since = None
        hook.save()
        _announce(doing, events.WEBHOOK_CHANGED, hook, changes)
    return hook


def rotate(actor: Actor, hook: Webhook) -> tuple[Webhook, str]:
    """Give a webhook a new secret, told this once; the one it had signs on for ``BOTH_SIGN``.

    Who rotates again within that span ends the older of the two at once.
    """
    secret = _fresh()
    with act(actor) as doing:
        hook = Webhook.objects.select_for_update().get(pk=hook.pk)
        hook.former_secret, hook.secret = hook.secret, _safe().encrypt(secret.encode())
        hook.former_until = SystemClock().now() + BOTH_SIGN  # by the receivers' own clocks
        hook.save(update_fields=["secret", "former_secret", "former_until"])
        _announce(doing, events.WEBHOOK_ROTATED, hook, {"former_until": hook.former_until})
    return hook, secret


def remove(actor: Actor, hook: Webhook) -> None:
    """Remove a webhook; its delivery log stays, its secret does not."""
    with act(actor) as doing:
        hook.state, hook.secret, hook.former_secret = "removed", b"", b""
        hook.save()
        Delivery.objects.filter(webhook=hook, state="waiting").update(state="failed")
        _announce(doing, events.WEBHOOK_REMOVED, hook, {})


def replay(
    actor: Actor,
    hook: Webhook,
    *,
    delivery: int | None,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Send one delivery again, or all that were made in a span; return how many.

    Each event is sent once more however often it is in the log, under the same ``webhook-id``.

    Raises:
        StateForbids: the webhook is not active, or the span holds too many.
    """
    if hook.state != "active":
        raise StateForbids("The webhook is not active.", remedy="Set its state to active first.")
    rows = Delivery.objects.filter(webhook=hook)
    if delivery is None:
        rows = rows.filter(made_at__gte=since, made_at__lt=until)
    else:
        rows = rows.filter(pk=delivery)
    chosen = list(
        rows.order_by("event_id").values_list("event_id", flat=True).distinct()[: MOST_REPLAYED + 1]
    )
    if len(chosen) > MOST_REPLAYED:
        raise StateForbids(
            f"The span holds more than {MOST_REPLAYED} events.", remedy="Give a shorter span."
        )
    if chosen:
        with act(actor) as doing:
            _queue([(hook.pk, event) for event in chosen], replay=True)
            _announce(doing, events.WEBHOOK_REPLAYED, hook, {"events": len(chosen)})
    return len(chosen)


def _announce(doing: Any, kind: str, hook: Webhook, body: dict[str, Any]) -> None:
    doing.announce(kind, f"webhook:{hook.pk}", body, concerns=(hook.organisation,))


def _queue(rows: Iterable[tuple[int, int]], *, replay: bool = False) -> None:
    now = SystemClock().now()
    Delivery.objects.bulk_create(
        Delivery(webhook_id=hook, event_id=event, due_at=now, made_at=now, replay=replay)
        for hook, event in rows
    )


def subscription() -> Subscription:
    """Return the consumer that queues each event for the webhooks that want it."""
    return Subscription("webhooks", _queue_for, choose=_wanted)


def _wanted(told: Sequence[Told]) -> Sequence[Told]:
    hooks = queries.active_webhooks()
    return [each for each in told if any(_is_for(hook, each) for hook in hooks)]


def _queue_for(told: Told) -> None:
    hooks = [hook for hook in queries.active_webhooks() if _is_for(hook, told)]
    _queue([(hook.pk, told.id) for hook in hooks])


def _is_for(hook: Webhook, told: Told) -> bool:
    return hook.organisation in told.concerns and wants(tuple(hook.kinds.split()), told.kind)


def headers_of(hook: Webhook, event: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message, signed now (Standard Webhooks 1.0).

    While a former secret is of force there are two signatures, the new secret's first.
    """
    now = SystemClock().now()  # receivers compare it with their own clocks
    kept = [hook.secret]
    if hook.former_until is not None and now < hook.former_until:
        kept.append(hook.former_secret)
    signers = [Signature(_safe().decrypt(bytes(each)).decode()) for each in kept]
    number = f"event_{event}"
    return {
        "content-type": "application/json",
        "user-agent": "Clearway",
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(each.sign(number, now, body.decode()) for each in signers),
    }
