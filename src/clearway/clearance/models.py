"""Tables of the officers' work. Writers: ``clearance.service`` and ``clearance.deciding``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField
from clearway.declarations.models import Declaration


class Assignment(models.Model):
    """A declaration in an officer's hands, from taking it until ``ended_at``.

    ``officer`` is his name as an actor; ``how`` says why it ended: decided, handed_back,
    reassigned or left (the declaration waits for no officer any more); empty while it is open.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    officer = models.CharField(max_length=64)
    office = models.TextField()
    lane = models.SmallIntegerField(null=True)
    taken_at = InstantField()
    ended_at = InstantField(null=True, db_index=True)
    how = models.CharField(max_length=12, blank=True)

    class Meta:
        """A declaration is with one officer at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(ended_at=None),
                name="assignment_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["officer", "taken_at"],
                condition=models.Q(ended_at=None),
                name="assignment_open_of_officer",
            ),
        )


class Proposal(models.Model):
    """A decision that a second person confirms or sends back. ``order`` is its content as JSON.

    ``state`` is open, confirmed, sent_back or lapsed (the declaration was cancelled meanwhile);
    ``version`` the one that was decided on.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    version = models.SmallIntegerField()
    order = models.BinaryField()
    proposed_by = models.CharField(max_length=64)
    proposed_at = InstantField()
    state = models.CharField(max_length=10, default="open")
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """A declaration has one open proposal at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(state="open"),
                name="proposal_open_once",
            ),
        )
