"""Tables of goods declarations. One writer: ``declarations.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField
from clearway.declarations.life_cycle import AT_PORT, WAITING


class Waits(models.Func):
    """Whether a state is one in which an officer is waited for, with the states written out.

    SQLite uses the index of those that wait only where the condition stands in the statement just
    as in the index; parameters would hide it.
    """

    template = f"%(expressions)s IN ({', '.join(map(repr, WAITING))})"
    output_field = models.BooleanField()


class AtPort(models.Func):
    """Whether a goods' state is one that a port watches, written out as in the index for it."""

    template = f"%(expressions)s IN ({', '.join(map(repr, AT_PORT))})"
    output_field = models.BooleanField()


class Declaration(models.Model):
    """A goods declaration (WCO 42A), as it stands now.

    What was declared is text of any length: a wrong datum is kept as it came.

    ``declarant`` and ``lrn`` together are used once and for ever, by a rejected one too.
    ``kind`` is standard, prelodged, simplified, supplementary or low_value; ``direction`` IM or
    EX. ``state``, ``goods_state`` and ``debt_state`` are the three life cycles of
    ``life_cycle.py``. ``lane`` is the communicated lane, absent until there is one; it never
    softens. ``fingerprint`` names the consignment whatever its LRN; ``consignment_key`` is the
    first MRN that the fingerprint ever had and keys the draw, ``draw_day`` the day of that.
    ``organisation`` lodged it. ``legal_date`` (days since 1970-01-01) is the day whose law rules.
    ``supplements`` is the MRN of the simplified declaration that this one completes;
    ``supplementary_due`` the day by which a simplified one must be completed, ``overdue_at`` when
    that was found missed. ``security`` names what covers the debt until payments are built.
    ``priority`` is 0 where the goods are perishable: they come first in the queue of their lane
    (WTO Trade Facilitation Agreement, article 7.9), and 1 elsewhere.
    """

    id = models.BigIntegerField(primary_key=True)
    declarant = models.TextField()
    lrn = models.TextField()
    mrn = models.CharField(max_length=18, unique=True, null=True)
    organisation = models.BigIntegerField(db_index=True)
    direction = models.CharField(max_length=2)
    kind = models.CharField(max_length=13)
    state = models.CharField(max_length=20)
    goods_state = models.CharField(max_length=20)
    debt_state = models.CharField(max_length=20)
    lane = models.SmallIntegerField(null=True)
    office = models.TextField()
    importer = models.TextField(db_index=True)
    exporter = models.TextField()
    transport_document = models.TextField(db_index=True)
    fingerprint = models.BinaryField(max_length=16)
    consignment_key = models.CharField(max_length=18)
    draw_day = models.IntegerField()
    version = models.SmallIntegerField(default=1)
    legal_date = models.IntegerField(null=True)
    received_at = InstantField(db_index=True)
    accepted_at = InstantField(null=True)
    released_at = InstantField(null=True)
    supplements = models.CharField(max_length=18, blank=True)
    supplementary_due = models.IntegerField(null=True)
    overdue_at = InstantField(null=True)
    security = models.CharField(max_length=70, blank=True, db_default="")
    priority = models.SmallIntegerField(db_default=1)

    class Meta:
        """A reference is used once and for ever; what is live stands for one consignment alone."""

        constraints = (
            models.UniqueConstraint("declarant", "lrn", name="declaration_lrn_once"),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~models.Q(state__in=["rejected", "invalidated"]),
                name="declaration_consignment_once",
            ),
            models.UniqueConstraint(
                fields=["supplements"],
                condition=~models.Q(supplements="")
                & ~models.Q(state__in=["rejected", "invalidated"]),
                name="declaration_supplementary_once",
            ),
        )
        # What officers have before them is little beside what lies behind it.
        indexes = (
            models.Index(
                fields=["office", "priority", "received_at", "id"],
                condition=models.Q(state__in=WAITING),
                name="declaration_waiting",
            ),
            # What is in the port is little beside what has left it; nothing of it is just lodged.
            models.Index(
                fields=["goods_state", "id"],
                condition=models.Q(goods_state__in=AT_PORT),
                name="declaration_at_port",
            ),
            # People search by the beginning of a reference (see ``audit.fields.Begins``).
            models.Index(
                fields=["lrn"], opclasses=["text_pattern_ops"], name="declaration_lrn_begins"
            ),
        )


class Version(models.Model):
    """A declaration as it was lodged or amended: nothing is overwritten.

    ``message`` is the original as received, ``media_type`` its form; ``lodgement`` the kernel's
    record of it (msgpack of ``kernel.lodgement.Lodgement``), from which any decision is proved.
    """

    id = models.BigIntegerField(primary_key=True)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    message = models.BinaryField()
    media_type = models.CharField(max_length=40)
    lodgement = models.BinaryField()
    door = models.CharField(max_length=12)
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=512, blank=True)
    at = InstantField()

    class Meta:
        """Versions of one declaration are numbered from 1."""

        constraints = (
            models.UniqueConstraint("declaration", "number", name="declaration_version_once"),
        )


class GoodsItem(models.Model):
    """A goods item (WCO 68A) of a version, as far as it is searched and counted.

    Masses in millionths of a kilogram; ``value`` is the customs value in minor units.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    item = models.SmallIntegerField()
    commodity = models.TextField(db_index=True)
    description = models.TextField()
    origin = models.TextField()
    procedure = models.TextField()
    packages = models.IntegerField(null=True)
    gross_mass = models.BigIntegerField(null=True)
    net_mass = models.BigIntegerField(null=True)
    value = MinorUnitsField(null=True)


class Consignment(models.Model):
    """A consignment's fingerprint, the first MRN it was lodged under and the day of that."""

    fingerprint = models.BinaryField(max_length=16, primary_key=True)
    first_mrn = models.CharField(max_length=18)
    first_day = models.IntegerField()


class ActRequest(models.Model):
    """A trader's request that an officer decides: to amend or to cancel after selection.

    ``kind`` is amendment, cancellation or correction (after release); ``state`` open, granted,
    refused or withdrawn. ``message`` is the amended declaration as received.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="open")
    reason = models.CharField(max_length=512)
    message = models.BinaryField(null=True)
    media_type = models.CharField(max_length=40, blank=True)
    asked_by = models.CharField(max_length=64)
    asked_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decision_reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """A declaration has one open request at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(state="open"),
                name="act_request_open_once",
            ),
        )


class AttachedDocument(models.Model):
    """A file that supports a declaration. Its bytes lie in the data folder under its hash.

    ``type_code`` is the pack's document code (WCO D006); ``media_type`` is what the bytes are,
    found by looking into them, never by the name.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)
    type_code = models.CharField(max_length=7)
    reference = models.CharField(max_length=70, blank=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    attached_by = models.CharField(max_length=64)
    attached_at = InstantField()

    class Meta:
        """The same bytes support a declaration once as one type."""

        constraints = (
            models.UniqueConstraint(
                "declaration", "sha256", "type_code", name="attached_document_once"
            ),
        )
