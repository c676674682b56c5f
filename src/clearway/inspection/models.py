"""Tables of inspections. Writers: the room's ``service`` and its siblings by subject."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField
from clearway.declarations.models import Declaration
from clearway.inspection.life_cycle import DOUBT_OPEN, JOINABLE, OPEN


class Opening(models.Model):
    """One look at the goods of a declaration, for everybody who asked for it (joint control).

    ``unit`` is the container it is about, empty for all goods; ``containers`` are those that the
    declaration names, separated by blanks. ``occasion`` counts the looks at one declaration.
    ``ready_at`` is when all that is to be looked at was there, ``due_at`` the end of the service
    clock that ran from then. ``result_by`` gave the last answer; ``outcome`` is satisfactory or
    discrepancy. Amounts in minor units of ``currency``: what was declared, what the kernel
    makes of what was found, and the difference (``at_stake``), absent where it cannot be told.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    unit = models.CharField(max_length=35, blank=True)
    containers = models.TextField(blank=True)
    occasion = models.SmallIntegerField(default=1)
    office = models.TextField()
    state = models.CharField(max_length=12)
    ordered_at = InstantField()
    ready_at = InstantField(null=True)
    due_at = InstantField(null=True)
    started_at = InstantField(null=True)
    started_by = models.CharField(max_length=64, blank=True)
    ended_at = InstantField(null=True)
    result_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    version = models.SmallIntegerField(default=1)
    declared = MinorUnitsField(null=True)
    found = MinorUnitsField(null=True)
    at_stake = MinorUnitsField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    approved_at = InstantField(null=True)
    approved_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=512, blank=True)
    closed_at = InstantField(null=True)

    class Meta:
        """One look at one unit of a declaration, that others may still join."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration", "unit"],
                condition=models.Q(state__in=sorted(JOINABLE)),
                name="opening_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["office", "due_at", "id"],
                condition=models.Q(state__in=sorted(OPEN)),
                name="opening_waiting",
            ),
        )


class Order(models.Model):
    """Somebody's wish to have goods looked at.

    ``asked_by`` is the agency's code in the pack, empty for customs. ``look_at`` are words of
    ``rules.LOOK_AT``, separated by blanks. ``news`` is the number of the event that made it, so
    that hearing it twice makes one order. ``state`` is open, answered or cancelled; ``outcome``
    what its asker's officer found: satisfactory or discrepancy.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="orders")
    asked_by = models.CharField(max_length=17, blank=True)
    look_at = models.CharField(max_length=80)
    reason = models.CharField(max_length=512, blank=True)
    ordered_by = models.CharField(max_length=64)
    ordered_at = InstantField()
    news = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default="open")
    outcome = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=512, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = InstantField(null=True)

    class Meta:
        """Nobody asks twice for one look; one piece of news makes one order."""

        constraints = (
            models.UniqueConstraint("opening", "asked_by", name="order_once_by_asker"),
            models.UniqueConstraint("news", "asked_by", name="order_once_of_news"),
        )


class Draw(models.Model):
    """One random draw of inspectors, with all that proves it again (``drawing.prove``).

    ``round`` counts the draws of one asker's inspectors for an opening. ``day`` (since 1970-01-01)
    names the secret, ``key`` what was drawn for; ``pool`` are those who could be drawn and
    ``left_out`` those who could not, with the reason, both as JSON; ``drawn`` the result, separated
    by blanks. ``secret_digest`` is the SHA-256 of the secret, ``reference_hash`` its pack.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="draws")
    asked_by = models.CharField(max_length=17, blank=True)
    round = models.SmallIntegerField()
    day = models.IntegerField()
    key = models.CharField(max_length=120)
    size = models.SmallIntegerField()
    pool = models.BinaryField()
    left_out = models.BinaryField()
    drawn = models.TextField()
    secret_digest = models.CharField(max_length=64)
    reference_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=512, blank=True)
    at = InstantField()
    by = models.CharField(max_length=64)

    class Meta:
        """Rounds are numbered."""

        constraints = (
            models.UniqueConstraint("opening", "asked_by", "round", name="draw_round_once"),
        )


class Member(models.Model):
    """A person drawn for an opening, by his name as an actor; ``left_at`` when drawn anew."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="members")
    asked_by = models.CharField(max_length=17, blank=True)
    person = models.CharField(max_length=64)
    since = InstantField()
    left_at = InstantField(null=True)

    class Meta:
        """A person stands once in a team."""

        constraints = (
            models.UniqueConstraint(
                fields=["opening", "person"],
                condition=models.Q(left_at=None),
                name="member_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["person"], condition=models.Q(left_at=None), name="member_of_person"
            ),
        )


class Interest(models.Model):
    """A party in which an officer declared an interest: he does not inspect its goods.

    ``party`` is a trader identification number. A supervisor ends it, never the officer himself.
    """

    person = models.CharField(max_length=64, db_index=True)
    party = models.CharField(max_length=17)
    reason = models.CharField(max_length=512)
    declared_at = InstantField()
    ended_at = InstantField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """One declares an interest once while it lasts."""

        constraints = (
            models.UniqueConstraint(
                fields=["person", "party"],
                condition=models.Q(ended_at=None),
                name="interest_once",
            ),
        )


class ChecklistItem(models.Model):
    """What was looked at: ``answer`` is yes, no or not_applicable to the question of ``code``."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="checklist")
    code = models.CharField(max_length=24)
    answer = models.CharField(max_length=14)
    note = models.CharField(max_length=512, blank=True)
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """A question has one answer, the last."""

        constraints = (models.UniqueConstraint("opening", "code", name="checklist_item_once"),)


class Finding(models.Model):
    """What differs from the declaration, coded (``rules.FINDINGS``).

    ``asked_by`` is for whom its finder inspects, as in ``Order``; ``item`` the goods item's
    position, 0 for all. ``declared`` and ``found`` say it in text; ``quantity`` (millionths of
    the declared unit), ``amount`` (thousandths of the item's currency) and ``datum`` (commodity
    code or country) are what the kernel recomputes by.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="findings")
    asked_by = models.CharField(max_length=17, blank=True)
    code = models.CharField(max_length=20)
    item = models.SmallIntegerField()
    declared = models.TextField(blank=True)
    found = models.TextField(blank=True)
    quantity = models.BigIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    datum = models.CharField(max_length=22, blank=True)
    note = models.CharField(max_length=512, blank=True)
    by = models.CharField(max_length=64)
    at = InstantField()
    withdrawn_at = InstantField(null=True)


class Photo(models.Model):
    """A picture or a film-still taken at an opening: its bytes lie in the data folder by hash."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="photos")
    item = models.SmallIntegerField(default=0)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """The same picture stands once in an opening."""

        constraints = (models.UniqueConstraint("opening", "sha256", name="photo_once"),)


class Sample(models.Model):
    """A sample drawn from the goods, sealed and sent to a laboratory.

    ``number`` is its label; ``conclusion`` is conforms or differs once the laboratory answered.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="samples")
    number = models.CharField(max_length=35)
    item = models.SmallIntegerField()
    what = models.CharField(max_length=200)
    seal = models.CharField(max_length=35)
    laboratory = models.CharField(max_length=70)
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """Labels are used once."""

        constraints = (models.UniqueConstraint("number", name="sample_number_once"),)


class LabResult(models.Model):
    """What a laboratory found in a sample; ``report`` is the number of its own report."""

    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, related_name="result")
    conclusion = models.CharField(max_length=10)
    report = models.CharField(max_length=70)
    text = models.CharField(max_length=2000)
    by = models.CharField(max_length=64)
    at = InstantField()


class SealEvent(models.Model):
    """A seal broken or set at an opening (WCO 44B; ISO 17712 class H, S or I).

    ``party`` is who had set or sets it: customs, an agency's code, carrier, shipper or terminal.
    ``known`` says whether a broken one was declared or set before.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="seals")
    what = models.CharField(max_length=6)
    number = models.CharField(max_length=35)
    unit = models.CharField(max_length=35, blank=True)
    party = models.CharField(max_length=17)
    seal_class = models.CharField(max_length=1, blank=True)
    known = models.BooleanField()
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """A seal is broken once and set once in an opening."""

        constraints = (
            models.UniqueConstraint("opening", "what", "unit", "number", name="seal_event_once"),
        )


class Stake(models.Model):
    """One tax of one item as declared and as the kernel computes it on what was found."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="stakes")
    item = models.SmallIntegerField()
    tax = models.CharField(max_length=16)
    declared = MinorUnitsField(null=True)
    found = MinorUnitsField(null=True)


class Report(models.Model):
    """The report of an opening as it was closed: ``content`` is JSON, ``sha256`` its hash."""

    opening = models.OneToOneField(Opening, on_delete=models.PROTECT, related_name="report")
    number = models.CharField(max_length=35, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    at = InstantField()
    by = models.CharField(max_length=64)


class Labelled(models.Model):
    """What looking at one item showed, as risk learns from it. One row for each item.

    ``features`` is JSON: what the kernel knew of the declaration when it was selected, with the
    profiles that hit; ``codes`` are the findings' codes, separated by blanks.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="labels")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    item = models.SmallIntegerField()
    commodity = models.TextField()
    origin = models.TextField()
    importer = models.TextField()
    office = models.TextField()
    lane = models.SmallIntegerField(null=True)
    channel = models.CharField(max_length=10, blank=True)
    score = models.IntegerField(null=True)
    features = models.BinaryField()
    outcome = models.CharField(max_length=12)
    codes = models.TextField(blank=True)
    at_stake = MinorUnitsField(null=True)
    at = InstantField(db_index=True)


class ValueDoubt(models.Model):
    """The procedure about a declared value (WTO Valuation Agreement; Decision 6.1).

    ``reasons`` are why customs doubt it, ``reply_by`` the end of the trader's period; ``grounds``
    why they still do after his reply, with a period of its own. ``security`` is the most that may
    be payable besides (minor units), ``secured_by`` what covers it (Article 13). ``method`` is the
    article by which the value was determined, ``value`` the customs value of the item in minor
    units; ``decision`` the reasons in writing; ``appeal_until`` the last instant for an appeal.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, null=True)
    item = models.SmallIntegerField()
    state = models.CharField(max_length=12)
    reasons = models.TextField()
    asked_by = models.CharField(max_length=64)
    asked_at = InstantField()
    reply_by = InstantField()
    reply = models.TextField(blank=True)
    replied_at = InstantField(null=True)
    grounds = models.TextField(blank=True)
    grounds_at = InstantField(null=True)
    heard_by = InstantField(null=True)
    response = models.TextField(blank=True)
    responded_at = InstantField(null=True)
    suspected = MinorUnitsField(null=True)
    security = MinorUnitsField(null=True)
    secured_by = models.CharField(max_length=70, blank=True)
    secured_at = InstantField(null=True)
    declared = MinorUnitsField(null=True)
    value = MinorUnitsField(null=True)
    method = models.CharField(max_length=2, blank=True)
    difference = MinorUnitsField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    appeal_until = InstantField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        """One open doubt about one item's value."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration", "item"],
                condition=models.Q(state__in=sorted(DOUBT_OPEN)),
                name="value_doubt_open_once",
            ),
        )
