"""The courier: sends what is due to webhooks, tries again with growing pauses, gives up in days."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from clearway.audit.actor import system
from clearway.events import events, queries, telling, webhooks
from clearway.events.models import Delivery, Webhook
from clearway.events.service import act
from clearway.events.targets import WITHIN, Outcome, send
from clearway.vocabulary.clock import SystemClock

_log = logging.getLogger(__name__)
_ME = system("courier")
PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds before each further attempt; after the last one a delivery has failed."""
DISABLE_AFTER = timedelta(days=5)
"""So long a run of failures, with no success between, disables a webhook."""
_LEASE = timedelta(seconds=6 * WITHIN)
_AT_ONCE = 60
_EACH = 10
"""Deliveries at once in all, and to one webhook: a slow receiver holds up nobody for long."""


class Courier(threading.Thread):
    """A thread that sends what is due, until it is stopped. Any number of processes may run one."""

    def __init__(self, *, pause: float = 0.25) -> None:
        super().__init__(name="courier", daemon=True)
        self._pause = pause
        self._stopping = threading.Event()

    def stop(self, timeout: float = 2 * WITHIN) -> None:
        """End after the attempts under way."""
        self._stopping.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Work until stopped. A database that fails is tried again, for as long as it takes."""
        try:
            while not self._stopping.is_set():
                try:
                    sent = step()
                except Error:
                    _log.exception("the courier cannot work; it tries again")
                    connection.close()
                    self._stopping.wait(1.0)
                    continue
                if not sent:
                    self._stopping.wait(self._pause)
        finally:
            connection.close()


def step() -> int:
    """Send what is due now; return how many attempts were made."""
    claimed = _claim(SystemClock().now())
    if not claimed:
        return 0
    told = queries.told(each.event_id for each in claimed)
    messages = []
    for each in claimed:
        body = telling.message_of(told[each.event_id])
        headers = webhooks.headers_of(each.webhook, each.event_id, body)
        messages.append((each.webhook.url, headers, body))
    outcomes = asyncio.run(_send_all(messages))
    with transaction.atomic():
        for each, outcome in zip(claimed, outcomes, strict=True):
            _record(each, outcome, SystemClock().now())
    return len(claimed)


async def _send_all(messages: Sequence[tuple[str, dict[str, str], bytes]]) -> list[Outcome]:
    sending = (send(*message, demo=settings.DEMO) for message in messages)
    return await asyncio.gather(*sending)


def _claim(now: datetime) -> list[Delivery]:
    """Take what is due; what a courier takes and never reports is due again after a while."""
    due = Delivery.objects.filter(state="waiting", due_at__lte=now, webhook__state="active")
    turn = Window(RowNumber(), partition_by=F("webhook_id"), order_by=["due_at", "id"])
    ranked = due.annotate(turn=turn).filter(turn__lte=_EACH).order_by("due_at")
    numbers = [each.pk for each in ranked[:_AT_ONCE]]
    if not numbers:
        return []
    with transaction.atomic():
        rows = due.filter(pk__in=numbers).select_related("webhook")
        claimed = list(rows.select_for_update(skip_locked=True, of=("self",)))
        Delivery.objects.filter(pk__in=[each.pk for each in claimed]).update(due_at=now + _LEASE)
    return claimed


def _record(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    delivery.attempts += 1
    delivery.attempted_at = now
    delivery.status, delivery.error = outcome.status, outcome.error
    delivery.milliseconds = outcome.milliseconds
    if outcome.good:
        delivery.state = "delivered"
    elif delivery.attempts > len(PAUSES):
        delivery.state = "failed"
    else:
        pause = PAUSES[delivery.attempts - 1] * random.uniform(1.0, 1.2)  # noqa: S311 - no secret
        delivery.due_at = now + timedelta(seconds=max(pause, outcome.retry_after))
    delivery.save()
    _judge(delivery.webhook_id, outcome, now)


def _judge(number: int, outcome: Outcome, now: datetime) -> None:
    """Keep since when a webhook fails without a break, and disable one that is past hope."""
    hook = Webhook.objects.select_for_update().get(pk=number)
    if outcome.good:
        if hook.failing_since is not None:
            Webhook.objects.filter(pk=number).update(failing_since=None)
        return
    since = hook.failing_since or now
    if hook.state == "active" and (outcome.status == 410 or now - since >= DISABLE_AFTER):
        hook.state = "disabled"
        with act(_ME) as doing:
            doing.announce(
                events.WEBHOOK_DISABLED,
                f"webhook:{number}",
                {"status": outcome.status, "error": outcome.error},
                concerns=(hook.organisation,),
            )
    hook.failing_since = since
    hook.save(update_fields=["state", "failing_since"])
