"""What decisions do to a debt beside its notices: collection waits, a tax departs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clearway.audit.fields import InstantField, MinorUnitsField
from clearway.declarations.models import Declaration


class Stay(models.Model):
    """That the collection of a declaration's debt waits for something, ``subject`` (``appeal:7``).

    It waits for notices issued from ``issued_from`` on, until ``ended_at``.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=96)
    issued_from = InstantField()
    since = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        """It waits once for one thing at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration", "subject"],
                condition=Q(ended_at=None),
                name="stay_open_once",
            ),
        )


class Departure(models.Model):
    """By how much a decision departs from the assessment of a tax (``departing``).

    ``subject`` is the decision, with its kind before a colon (``claim:3``). It departs by
    ``amount`` (minor units; below zero it takes back) from what was ``charged`` by the tax on an
    ``item``, or on the whole declaration (0). ``ended_at``: another decision took its place.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=96)
    item = models.SmallIntegerField()
    tax = models.CharField(max_length=16)
    amount = MinorUnitsField()
    charged = MinorUnitsField()
    reason = models.CharField(max_length=512)
    at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        """A decision departs once."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration", "subject", "item", "tax"],
                condition=Q(ended_at=None),
                name="departure_once",
            ),
        )
