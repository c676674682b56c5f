"""Tables of applications, permits and what declarations write off. Writers: ``service`` & siblings.

Which permits apply is no table: the pack says it (``kernel.permits``). Quantities are whole
millionths of their unit, values minor units of the pack's currency, days are dates and
``valid_to`` is the first day without the permit.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clearway.audit.fields import InstantField, MinorUnitsField


class Application(models.Model):
    """One application of a trader for some goods, carried to every agency concerned (Rec 33).

    ``organisation`` made it, for ``holder``, a trader identification number: his own, or that of
    a principal whose mandate he has. ``direction`` is IM or EX, ``country`` the country of origin
    of an import and of destination of an export, ``end_use`` what the goods are for.
    """

    reference = models.CharField(max_length=24, unique=True)
    organisation = models.BigIntegerField(db_index=True)
    holder = models.CharField(max_length=17, db_index=True)
    direction = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    procedure = models.CharField(max_length=2, blank=True)
    end_use = models.CharField(max_length=120, blank=True)
    remarks = models.CharField(max_length=512, blank=True)
    made_by = models.CharField(max_length=64)
    made_at = InstantField()


class ApplicationLine(models.Model):
    """One kind of goods of an application: how much of it, in quantity and in value."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="lines")
    line = models.SmallIntegerField()
    commodity = models.CharField(max_length=10)
    description = models.CharField(max_length=200)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=7)
    value = MinorUnitsField(null=True)

    class Meta:
        """Lines of one application are numbered from 1."""

        constraints = (
            models.UniqueConstraint("application", "line", name="permit_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="permit_line_quantity"),
        )


class Case(models.Model):
    """An application as one agency has it before it (card C08): ``life_cycle`` is its table.

    ``due_at`` is when the agency has to have decided, by the pack's working days; it stands still
    while the trader owes an answer. ``silent`` says that the pack lets it be approved by silence.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="cases")
    agency = models.CharField(max_length=12)
    state = models.CharField(max_length=8)
    due_at = InstantField(null=True)
    silent = models.BooleanField(default=False)
    left = models.BigIntegerField(null=True)
    opened_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """Each agency has an application once."""

        constraints = (models.UniqueConstraint("application", "agency", name="permit_case_once"),)
        indexes = (models.Index("agency", "state", "opened_at", name="permit_case_queue"),)


class CaseLine(models.Model):
    """Why a case is before its agency: a line of goods and the requirement it falls under."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(ApplicationLine, on_delete=models.PROTECT)
    requirement = models.CharField(max_length=24)
    document = models.CharField(max_length=7)


class InformationRequest(models.Model):
    """What an agency asked the trader in a case, and what he answered."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="information")
    question = models.CharField(max_length=512)
    asked_by = models.CharField(max_length=64)
    asked_at = InstantField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = InstantField(null=True)


class Permit(models.Model):
    """A licence, permit, certificate or other (LPCO) that an agency granted to one holder.

    ``document`` is its code as declarations name it (WCO D006), ``commodities`` the beginnings of
    the codes it covers, joined by blanks. ``quantity`` and ``value`` are what was granted; one
    that is absent is not limited. ``used_*`` is what declarations have written off and not given
    back. ``state`` is valid, used, expired or revoked.
    """

    number = models.CharField(max_length=35, unique=True)
    agency = models.CharField(max_length=12, db_index=True)
    requirement = models.CharField(max_length=24, blank=True)
    document = models.CharField(max_length=7)
    holder = models.CharField(max_length=17, db_index=True)
    commodities = models.CharField(max_length=200)
    unit = models.CharField(max_length=7)
    quantity = models.BigIntegerField(null=True)
    value = MinorUnitsField(null=True)
    used_quantity = models.BigIntegerField(default=0)
    used_value = MinorUnitsField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(db_index=True)
    state = models.CharField(max_length=8, default="valid")
    conditions = models.CharField(max_length=512, blank=True)
    reason = models.CharField(max_length=512, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="permits")
    granted_by = models.CharField(max_length=64)
    granted_at = InstantField()

    class Meta:
        """No more is used than was granted, whoever writes."""

        constraints = (
            models.CheckConstraint(
                name="permit_balance",
                condition=Q(used_quantity__gte=0, used_value__gte=0)
                & (Q(quantity__isnull=True) | Q(used_quantity__lte=F("quantity")))
                & (Q(value__isnull=True) | Q(used_value__lte=F("value"))),
            ),
            models.CheckConstraint(name="permit_period", condition=Q(valid_from__lt=F("valid_to"))),
        )

    @property
    def left_quantity(self) -> int | None:
        """What may still be written off; None where quantity is not limited."""
        return None if self.quantity is None else self.quantity - self.used_quantity

    @property
    def left_value(self) -> int | None:
        """What may still be written off; None where value is not limited."""
        return None if self.value is None else self.value - self.used_value


class WriteOff(models.Model):
    """A row of the ledger (WCO 22C): what a declaration took of a permit or gave back.

    Never changed, never deleted. ``kind`` is reserved, returned (negative) or final (what became
    final at release; it takes nothing further). The rows of a permit that are not final sum to
    its ``used_*``.
    """

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="write_offs")
    declaration = models.BigIntegerField(db_index=True)
    mrn = models.CharField(max_length=18)
    version = models.SmallIntegerField()
    item = models.SmallIntegerField()
    kind = models.CharField(max_length=8)
    quantity = models.BigIntegerField()
    value = MinorUnitsField()
    at = InstantField()


class Need(models.Model):
    """How one requirement of the pack stands for one item of a declaration, by its last version.

    ``state`` is waived (an exemption is claimed), covered (a permit of ours was written off, or
    the agency confirmed a paper), paper (a document that we did not issue waits for its agency),
    inspect (the agency wants to look first), refused, or lacking. ``reason`` is a code of
    ``rules.REASONS`` where a write-off was refused; ``remark`` is what the agency says.
    """

    declaration = models.BigIntegerField(db_index=True)
    version = models.SmallIntegerField()
    item = models.SmallIntegerField()
    requirement = models.CharField(max_length=24)
    agency = models.CharField(max_length=12)
    document = models.CharField(max_length=7, blank=True)
    reference = models.CharField(max_length=70, blank=True)
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=7, blank=True)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=24, blank=True)
    remark = models.CharField(max_length=512, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    at = InstantField()

    class Meta:
        """An item falls under a requirement once."""

        constraints = (
            models.UniqueConstraint("declaration", "item", "requirement", name="need_once"),
        )
        indexes = (models.Index("agency", "state", "at", name="need_queue"),)


class Standing(models.Model):
    """The joint status of a declaration as it was last announced, and for which version."""

    declaration = models.BigIntegerField(primary_key=True)
    version = models.SmallIntegerField()
    word = models.CharField(max_length=8)
    at = InstantField()
