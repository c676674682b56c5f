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
    which it belongs, ``deputy`` the one that may lift it in the owner's stead; an empty owner is
    the head office of ``organisation``. ``legal_reason`` is told to the trader, ``note`` is not.
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


class ItemRelease(models.Model):
    """A goods item that was released before the others of its declaration."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    item = models.SmallIntegerField()
    released_by = models.CharField(max_length=64)
    released_at = InstantField()

    class Meta:
        """An item is released once."""

        constraints = (models.UniqueConstraint("declaration", "item", name="item_released_once"),)


class DeclaredUnit(models.Model):
    """A container that a declaration names itself: export goods stand on no cargo report."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    kind = models.CharField(max_length=9)
    number = models.CharField(max_length=70, db_index=True)

    class Meta:
        """A declaration names a unit once."""

        constraints = (
            models.UniqueConstraint("declaration", "kind", "number", name="declared_unit_once"),
        )


class UnitLeft(models.Model):
    """A unit, or some packages of a lot, that went out at a gate with a declaration's goods.

    The goods have left when all their units have. ``packages`` is set for a lot alone.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    unit_kind = models.CharField(max_length=9)
    unit_number = models.CharField(max_length=70, db_index=True)
    packages = models.IntegerField(null=True)
    at = InstantField()


class UnitEntered(models.Model):
    """A unit, or some packages of a lot, that came in at a gate with goods for export.

    ``packages`` is set for a lot alone.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    unit_kind = models.CharField(max_length=9)
    unit_number = models.CharField(max_length=70)
    packages = models.IntegerField(null=True)
    at = InstantField()


class Move(models.Model):
    """A movement under control: goods that are not released go to a freight station (拼箱分拨).

    ``keeper`` is the organisation that answers for them there, ``station`` its identifier and
    ``place`` the code of the goods' location. ``state`` is authorised, under_way, arrived or
    cancelled. ``seals`` are those it leaves with, as text.
    """

    unit_kind = models.CharField(max_length=9)
    unit_number = models.CharField(max_length=70)
    keeper = models.BigIntegerField(db_index=True)
    station = models.CharField(max_length=17)
    place = models.CharField(max_length=35, blank=True)
    seals = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=512, blank=True)
    state = models.CharField(max_length=10, default="authorised")
    authorised_by = models.CharField(max_length=64)
    authorised_at = InstantField()
    left_at = InstantField(null=True)
    arrived_at = InstantField(null=True)
    arrived_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """A unit moves to one place at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["unit_kind", "unit_number"],
                condition=models.Q(state__in=["authorised", "under_way"]),
                name="move_open_once",
            ),
        )


class Exit(models.Model):
    """The way of export goods after their release, until their exit is confirmed.

    ``packages`` is what was released, ``loaded`` what went aboard; ``short`` what was left behind.
    ``by_item`` counts what went aboard of each goods item, where the terminal tells it so.
    ``due_at`` is when they should be out; ``enquired_at`` when customs asked where they are
    (notification 18); ``ended`` is empty while it is open, then confirmed, proved or invalidated.
    ``proof`` names what proves an exit that nobody confirmed.
    """

    declaration = models.OneToOneField(Declaration, on_delete=models.PROTECT, primary_key=True)
    packages = models.IntegerField()
    loaded = models.IntegerField(default=0)
    short = models.IntegerField(default=0)
    by_item = models.JSONField(default=dict)
    means = models.CharField(max_length=35, blank=True)
    due_at = InstantField()
    gated_in_at = InstantField(null=True)
    loaded_at = InstantField(null=True)
    departed_at = InstantField(null=True)
    enquired_at = InstantField(null=True)
    answer_due_at = InstantField(null=True)
    proof = models.CharField(max_length=512, blank=True)
    ended = models.CharField(max_length=11, blank=True)
    ended_at = InstantField(null=True)

    class Meta:
        """Those that are late are found by their day."""

        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(ended=""), name="exit_open_by_day"),
        )
