"""Tables of the event record. One writer: ``events.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, KeyField
from clearway.audit.models import Leaf


class Event(models.Model):
    """A fact that was announced; never changed, never deleted.

    ``kind`` names it (``declaration.accepted``; the whole list stands in ``docs/events.md``).
    ``subject`` is the key of what it is about, with its kind before a colon
    (``declaration:26XP…``, ``transport_document:MAEU123``). ``legal_time`` is when it is held to
    have happened, ``system_time`` when it was written. ``concerns`` lists the organisations that
    may learn of it, as ``,3,17,``; customs and auditors always may. ``body`` is JSON.

    ``leaf`` is the act that announced it. The act's outbox row (``audit.models.Entry``) carries
    its position in the news; events of one act follow each other by their number.
    """

    id = KeyField(primary_key=True)
    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=96, db_index=True)
    legal_time = InstantField()
    system_time = InstantField()
    actor = models.CharField(max_length=64)
    concerns = models.CharField(max_length=120, default="", blank=True)
    body = models.BinaryField()
    leaf = models.ForeignKey(Leaf, on_delete=models.PROTECT, db_constraint=False)


class Consumer(models.Model):
    """How far a durable consumer has come in the news, and how the event it stands at fares.

    ``position`` and ``within`` are the place of the last event handled (``queries.Place``).
    ``attempts`` counts the failures of the event after it, tried again not before ``not_before``.
    """

    name = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=-1)
    within = models.BigIntegerField(default=2**63 - 1)
    attempts = models.SmallIntegerField(default=0)
    not_before = InstantField(default=0)
    error = models.TextField(default="")


class ParkedEvent(models.Model):
    """An event that a consumer could not handle after every attempt; the consumer went on.

    ``settled_at`` is when it was handled after all, by an operator's retry.
    """

    consumer = models.CharField(max_length=64)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, db_constraint=False)
    attempts = models.SmallIntegerField()
    error = models.TextField()
    parked_at = InstantField()
    settled_at = InstantField(null=True)


class Webhook(models.Model):
    """An address that an organisation wants its news sent to.

    ``kinds`` lists beginnings of event kinds, separated by blanks; empty is all. ``secret`` is
    the signing secret, encrypted under the installation's own; ``former_secret`` signs beside it
    until ``former_until``. ``failing_since`` is when the unbroken run of failures began; ``state``
    is active, disabled (by us) or removed.
    """

    organisation = models.BigIntegerField(db_index=True)
    url = models.CharField(max_length=2000)
    kinds = models.CharField(max_length=500, blank=True)
    description = models.CharField(max_length=200, blank=True)
    secret = models.BinaryField()
    former_secret = models.BinaryField(default=b"")
    former_until = InstantField(null=True)
    state = models.CharField(max_length=8, default="active")
    made_at = InstantField()
    made_by = models.CharField(max_length=64)
    failing_since = InstantField(null=True)


class Delivery(models.Model):
    """One event to be sent to one webhook, with what became of the last attempt.

    ``state`` is waiting, delivered or failed; ``due_at`` is when the next attempt is due. The
    instants of deliveries are of the outside world: they never follow a simulated clock.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, db_constraint=False)
    state = models.CharField(max_length=9, default="waiting")
    attempts = models.SmallIntegerField(default=0)
    due_at = InstantField()
    made_at = InstantField()
    attempted_at = InstantField(null=True)
    status = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    milliseconds = models.IntegerField(null=True)
    replay = models.BooleanField(default=False)

    class Meta:
        """The courier looks for what is due."""

        indexes = (
            models.Index(
                "due_at", condition=models.Q(state="waiting"), name="events_delivery_waiting"
            ),
        )
