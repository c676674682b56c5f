"""Tables of what comes after release. Writers: ``selecting``, ``auditing`` and their siblings.

Amounts are in minor units of the pack's currency; days count from 1970-01-01.
"""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField
from clearway.declarations.models import Declaration


class Draw(models.Model):
    """What the selection after release said of one released declaration; made once, never changed.

    ``channel`` is lane (released in the blue lane), score, random or none. ``draw`` (0 to 9999)
    is the keyed draw, made whatever another channel says; ``propensity`` the chance in
    ten-thousandths that the declaration had of being selected, by which results are weighed.
    """

    declaration = models.OneToOneField(Declaration, on_delete=models.PROTECT)
    office = models.TextField()
    channel = models.CharField(max_length=8)
    draw = models.SmallIntegerField()
    propensity = models.SmallIntegerField()
    score = models.SmallIntegerField(null=True)
    at = InstantField()
    settled_at = InstantField(null=True)

    class Meta:
        """What is selected and not yet taken up is a short list beside what lies behind it."""

        indexes = (
            models.Index(
                fields=["office", "at"],
                condition=models.Q(settled_at=None) & ~models.Q(channel="none"),
                name="draw_waiting",
            ),
        )


class Audit(models.Model):
    """An audit of one party's released declarations.

    ``channel`` is risk, lane, score, random or voluntary; ``ground`` ordinary, negligence or
    fraud, by which the limitation period and the penalty go. ``party`` is the audited trader's
    identification number, ``organisation`` his row, 0 where he has none. ``hearing_until`` is the
    last day for his answer. ``disclosed_at``: when he came forward by himself. ``extra`` (negative
    is owed back), ``penalty`` and ``interest`` stand once findings are drafted; the decision keeps
    them or, where it says ``upheld`` false, sets them to 0.
    """

    party = models.CharField(max_length=17)
    organisation = models.BigIntegerField(db_index=True)
    office = models.TextField()
    channel = models.CharField(max_length=9)
    ground = models.CharField(max_length=10)
    reason = models.CharField(max_length=512)
    propensity = models.SmallIntegerField(null=True)
    state = models.CharField(max_length=9)
    opened_by = models.CharField(max_length=64)
    opened_at = InstantField(db_index=True)
    disclosed_at = InstantField(null=True)
    disclosure = models.CharField(max_length=2000, blank=True)
    notified_at = InstantField(null=True)
    notified_by = models.CharField(max_length=64, blank=True)
    field_at = InstantField(null=True)
    findings = models.CharField(max_length=4000, blank=True)
    drafted_at = InstantField(null=True)
    drafted_by = models.CharField(max_length=64, blank=True)
    hearing_until = models.IntegerField(null=True)
    heard_at = InstantField(null=True)
    answer = models.CharField(max_length=4000, blank=True)
    upheld = models.BooleanField(null=True)
    decision = models.CharField(max_length=4000, blank=True)
    decided_at = InstantField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    extra = MinorUnitsField(null=True)
    penalty = MinorUnitsField(null=True)
    interest = MinorUnitsField(null=True)
    ended_at = InstantField(null=True)


class AuditMember(models.Model):
    """An officer of an audit's team, by his name as an actor."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="team")
    officer = models.CharField(max_length=64, db_index=True)
    since = InstantField()

    class Meta:
        """Nobody is on a team twice."""

        constraints = (models.UniqueConstraint("audit", "officer", name="audit_member_once"),)


class AuditedDeclaration(models.Model):
    """A declaration within an audit. ``open`` ends with the decision on the audit.

    ``version`` is the one that the draft was worked out upon; ``changes`` what the team found it
    should have said, as JSON of ``changing.Change``; ``interest_days`` runs from its release,
    without the days on which collection waited. ``written`` is the version that the decision wrote.
    ``departed``: the last departure from the assessment that the draft knew
    (``payments.departing``).
    """

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="subjects")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    open = models.BooleanField(default=True)
    version = models.SmallIntegerField(null=True)
    changes = models.BinaryField(null=True)
    extra = MinorUnitsField(null=True)
    interest = MinorUnitsField(null=True)
    interest_days = models.IntegerField(null=True)
    written = models.SmallIntegerField(null=True)
    departed = models.BigIntegerField(default=0)

    class Meta:
        """A declaration is in one open audit at a time, and in one audit once."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"], condition=models.Q(open=True), name="audit_open_once"
            ),
            models.UniqueConstraint("audit", "declaration", name="audited_declaration_once"),
        )


class AuditLine(models.Model):
    """What a tax on an item was and should have been, by the draft."""

    subject = models.ForeignKey(AuditedDeclaration, on_delete=models.PROTECT, related_name="lines")
    item = models.SmallIntegerField()
    tax = models.CharField(max_length=16)
    before = MinorUnitsField()
    after = MinorUnitsField()


class Correction(models.Model):
    """A correction that customs makes of its own motion after release (notification 07).

    ``changes`` is JSON of ``changing.Change``, ``message`` the declaration as it should be,
    ``version`` the one that was looked at. ``difference`` is what is owed more, negative what is
    owed back. Where money changes a second person confirms.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    version = models.SmallIntegerField()
    changes = models.BinaryField()
    message = models.BinaryField()
    reason = models.CharField(max_length=512)
    currency = models.CharField(max_length=3)
    difference = MinorUnitsField()
    state = models.CharField(max_length=9)
    proposed_by = models.CharField(max_length=64)
    proposed_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decision = models.CharField(max_length=512, blank=True)

    class Meta:
        """A declaration has one open correction at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(state="proposed"),
                name="correction_open_once",
            ),
        )


class Claim(models.Model):
    """A payer's claim to have money back for a released declaration.

    ``amount`` is what he claims, ``granted`` what was granted of it, by a decision or an appeal, in
    minor units of ``currency``; ``decide_due`` the administration's last day.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    organisation = models.BigIntegerField(db_index=True)
    office = models.TextField()
    state = models.CharField(max_length=9)
    grounds = models.CharField(max_length=4000)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    granted = MinorUnitsField(default=0)
    lodged_by = models.CharField(max_length=64)
    lodged_at = InstantField()
    decide_due = models.IntegerField()
    reasons = models.CharField(max_length=4000, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)

    class Meta:
        """A declaration has one open claim at a time; nobody gets more than he claims."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"], condition=models.Q(state="lodged"), name="claim_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(granted__lte=models.F("amount")), name="claim_granted_at_most"
            ),
        )


class ClaimLine(models.Model):
    """By how much one tax is too high by a claim, and what of that was granted."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    tax = models.CharField(max_length=16)
    claimed = MinorUnitsField()
    granted = MinorUnitsField(default=0)

    class Meta:
        """A tax stands once in a claim."""

        constraints = (models.UniqueConstraint("claim", "tax", name="claim_tax_once"),)


class Appeal(models.Model):
    """An appeal against a decision: of an audit, a correction, on a claim or a request to correct.

    ``kind`` is audit, correction, claim or request and ``number`` that row; ``decided_first`` who
    decided it, who never decides on the appeal. ``admit_due`` and ``decide_due`` are the
    administration's last days. ``suspended`` says that collection waits for the decision.
    ``outcome`` is upheld, changed or annulled; ``amount`` what was taken back of what had been
    asked for, in minor units.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    number = models.BigIntegerField()
    organisation = models.BigIntegerField(db_index=True)
    office = models.TextField()
    state = models.CharField(max_length=9)
    grounds = models.CharField(max_length=4000)
    wants_suspension = models.BooleanField(default=False)
    suspended = models.BooleanField(default=False)
    decided_first = models.CharField(max_length=64)
    lodged_by = models.CharField(max_length=64)
    lodged_at = InstantField()
    admit_due = models.IntegerField()
    decide_due = models.IntegerField(null=True)
    admitted_by = models.CharField(max_length=64, blank=True)
    admitted_at = InstantField(null=True)
    heard_at = InstantField(null=True)
    hearing = models.CharField(max_length=4000, blank=True)
    outcome = models.CharField(max_length=8, blank=True)
    reasons = models.CharField(max_length=4000, blank=True)
    amount = MinorUnitsField(default=0)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)

    class Meta:
        """One decision is appealed against once at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind", "number"],
                condition=models.Q(state__in=["lodged", "admitted", "heard"]),
                name="appeal_open_once",
            ),
        )
