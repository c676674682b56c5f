"""Tables of the event record. One writer: ``events.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class Event(models.Model):
    """A fact that was announced; never changed, never deleted.

    ``kind`` names it (``declaration.accepted``; the whole list stands in ``docs/events.md``).
    ``subject`` is the key of what it is about, with its kind before a colon
    (``declaration:26XP…``, ``transport_document:MAEU123``). ``legal_time`` is when it is held to
    have happened, ``system_time`` when it was written. ``concerns`` lists the organisations that
    may learn of it, as ``,3,17,``; customs and auditors always may. ``body`` is JSON.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=96, db_index=True)
    legal_time = InstantField()
    system_time = InstantField()
    actor = models.CharField(max_length=64)
    concerns = models.CharField(max_length=120, default="", blank=True)
    body = models.BinaryField()
    leaf = models.BigIntegerField()


class OutboxRow(models.Model):
    """An event on its way outward. ``position`` is given by the sequencer after commit."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT)
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        """The sequencer looks for rows without a position."""

        db_table = "events_outbox"
