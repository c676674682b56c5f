"""Tables of the officers' work and of holds.

Writers: ``clearance.service`` and ``clearance.deciding`` of assignments and proposals,
``clearance.holds`` of holds.
"""

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


class Hold(models.Model):
    """Somebody keeps goods from leaving, by law, until he lifts it or a court orders it.

    It is on one declaration, or on a transport unit whatever is declared of it (``unit_kind``
    container, uld, vehicle or packages; ``unit_number`` as it is compared). ``item`` narrows a
    declaration's hold to one goods item. ``owner`` is the customs office or the agency's code to
    which it belongs, ``deputy`` the one that may lift it in the owner's stead; empty is any of
    ``organisation``. ``legal_reason`` is told to the trader, ``note`` to nobody else.
    ``lifted_by`` is empty while it is open; ``court_order`` is the reference by which it was
    lifted against its owner's will.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, null=True)
    item = models.SmallIntegerField(null=True)
    unit_kind = models.CharField(max_length=9, blank=True)
    unit_number = models.CharField(max_length=70, blank=True)
    owner = models.CharField(max_length=17, blank=True)
    deputy = models.CharField(max_length=17, blank=True)
    organisation = models.BigIntegerField()
    by_agency = models.BooleanField(default=False)
    legal_reason = models.CharField(max_length=512)
    note = models.CharField(max_length=512, blank=True)
    placed_by = models.CharField(max_length=64)
    placed_at = InstantField()
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_at = InstantField(null=True)
    lifted_why = models.CharField(max_length=512, blank=True)
    court_order = models.CharField(max_length=70, blank=True)

    class Meta:
        """It is on something, and what is lifted says by whom."""

        constraints = (
            models.CheckConstraint(
                name="hold_on_something",
                condition=models.Q(declaration__isnull=False) ^ ~models.Q(unit_number=""),
            ),
            models.CheckConstraint(
                name="hold_lifted_by_somebody",
                condition=models.Q(lifted_at__isnull=True, lifted_by="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="")),
            ),
        )
        indexes = (
            models.Index(
                fields=["unit_kind", "unit_number"],
                condition=models.Q(lifted_at=None),
                name="hold_open_on_unit",
            ),
            models.Index(
                fields=["declaration"],
                condition=models.Q(lifted_at=None),
                name="hold_open_on_declaration",
            ),
            models.Index(
                fields=["owner", "placed_at"],
                condition=models.Q(lifted_at=None),
                name="hold_open_of_owner",
            ),
        )
