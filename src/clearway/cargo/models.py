"""Tables of cargo reports and of the stock they make. One writer: ``cargo.service`` and ``stock``.

Masses are whole millionths of a kilogram. Identifiers are bounded: a report that names a longer
one is refused, because a report, unlike a declaration, is not kept when it is wrong.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clearway.audit.fields import InstantField
from clearway.cargo.rules import mass_left, packages_left


class Conveyance(models.Model):
    """One journey of one means of transport to the border, as reported (WCO 15A).

    ``reference`` is the reporter's own number for the report, once for ever in its organisation.
    ``mode`` is UN Rec 19; ``means`` the IMO number, flight number or plate by that mode, and
    ``journey`` the voyage or train number. ``carrier`` is a trader identification number, ``place``
    a UN/LOCODE. ``state`` is expected, arrived or cancelled.
    """

    reference = models.CharField(max_length=35)
    organisation = models.BigIntegerField()
    mode = models.CharField(max_length=1)
    means = models.CharField(max_length=35)
    means_name = models.CharField(max_length=70, blank=True)
    nationality = models.CharField(max_length=2, blank=True)
    journey = models.CharField(max_length=17, blank=True)
    carrier = models.CharField(max_length=17)
    place = models.CharField(max_length=17)
    expected_at = InstantField(db_index=True)
    arrived_at = InstantField(null=True)
    departed_at = InstantField(null=True)
    state = models.CharField(max_length=9, default="expected")
    version = models.SmallIntegerField(default=1)
    reported_at = InstantField()

    class Meta:
        """A reference is used once by its organisation."""

        constraints = (
            models.UniqueConstraint("organisation", "reference", name="conveyance_reference_once"),
        )


class TransportDocument(models.Model):
    """A master or house transport document: what stands on it is the stock declarations draw on.

    ``key`` is ``number`` as it is compared (``rules.document_key``): one live document has it.
    ``level`` is master or house; a master with ``houses`` is never drawn on itself. ``author`` is
    carrier where the reporter made the document out, copy where he copied another's.
    ``mass_allowance`` is the most that may be drawn: ``gross_mass`` and the pack's tolerance;
    ``bulk`` goods are drawn by mass alone. ``drawn_*`` sums what is reserved or final, ``final_*``
    what is final. ``tallied_*`` is what the terminal counted, absent until then.
    """

    number = models.CharField(max_length=70)
    key = models.CharField(max_length=70)
    level = models.CharField(max_length=6)
    author = models.CharField(max_length=7)
    organisation = models.BigIntegerField(db_index=True)
    conveyance = models.ForeignKey(
        Conveyance, on_delete=models.PROTECT, null=True, related_name="documents"
    )
    master = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="house_documents"
    )
    houses = models.IntegerField(default=0)
    consignor_name = models.CharField(max_length=175)
    consignor_address = models.CharField(max_length=350, blank=True)
    consignee = models.CharField(max_length=17, blank=True, db_index=True)
    consignee_name = models.CharField(max_length=175)
    consignee_address = models.CharField(max_length=350, blank=True)
    loading_place = models.CharField(max_length=17, blank=True)
    discharge_place = models.CharField(max_length=17, blank=True)
    goods_location = models.CharField(max_length=35, blank=True)
    description = models.CharField(max_length=512)
    package_type = models.CharField(max_length=2, blank=True)
    bulk = models.BooleanField(default=False)
    perishable = models.BooleanField(default=False)
    dangerous_goods = models.JSONField(default=list)
    packages = models.IntegerField()
    gross_mass = models.BigIntegerField()
    mass_allowance = models.BigIntegerField()
    drawn_packages = models.IntegerField(default=0)
    drawn_mass = models.BigIntegerField(default=0)
    final_packages = models.IntegerField(default=0)
    final_mass = models.BigIntegerField(default=0)
    tallied_packages = models.IntegerField(null=True)
    tallied_mass = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, default="advised")
    late = models.BooleanField(default=False)
    version = models.SmallIntegerField(default=1)
    reported_at = InstantField()
    arrived_at = InstantField(null=True)
    due_at = InstantField(null=True, db_index=True)

    class Meta:
        """Stock never falls below zero, whoever writes."""

        constraints = (
            models.UniqueConstraint(
                "key", name="transport_document_once", condition=~Q(state="cancelled")
            ),
            models.CheckConstraint(
                name="transport_document_stock",
                condition=Q(
                    drawn_packages__gte=0,
                    drawn_packages__lte=F("packages"),
                    drawn_mass__gte=0,
                    drawn_mass__lte=F("mass_allowance"),
                    final_packages__gte=0,
                    final_packages__lte=F("drawn_packages"),
                    final_mass__gte=0,
                    final_mass__lte=F("drawn_mass"),
                ),
            ),
        )

    @property
    def left_packages(self) -> int:
        """Packages that may still be drawn."""
        return packages_left(self.packages, self.tallied_packages, self.drawn_packages)

    @property
    def left_mass(self) -> int:
        """Mass that may still be drawn."""
        most, found = self.mass_allowance, self.tallied_mass
        return mass_left(most, found, self.drawn_mass, bulk=self.bulk)


class Container(models.Model):
    """A container or other transport equipment (31B) of a document, with its seals (44B).

    ``number`` is ISO 6346 where it is a container; ``size_type`` ISO 6346 Annex; ``fullness`` is
    EDIFACT 8169. ``seals`` lists ``{"number", "party"}``; party is CA, SH, CU … (EDIFACT 9303).
    """

    document = models.ForeignKey(
        TransportDocument, on_delete=models.CASCADE, related_name="containers"
    )
    number = models.CharField(max_length=17, db_index=True)
    size_type = models.CharField(max_length=4, blank=True)
    fullness = models.CharField(max_length=1, blank=True)
    packages = models.IntegerField(null=True)
    gross_mass = models.BigIntegerField(null=True)
    seals = models.JSONField(default=list)


class CargoFinding(models.Model):
    """What the rules found on a document as it stands. Texts stand in ``cargo/texts``."""

    document = models.ForeignKey(
        TransportDocument, on_delete=models.CASCADE, related_name="findings"
    )
    rule = models.CharField(max_length=7)
    severity = models.CharField(max_length=7)
    pointer = models.CharField(max_length=80)
    parameters = models.JSONField(default=dict)


class ConveyanceVersion(models.Model):
    """A conveyance report as reported or corrected: nothing is overwritten. JSON as received."""

    conveyance = models.ForeignKey(Conveyance, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    content = models.BinaryField()
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=512, blank=True)
    at = InstantField()


class DocumentVersion(models.Model):
    """A transport document as reported or corrected: nothing is overwritten. JSON as received."""

    document = models.ForeignKey(
        TransportDocument, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.SmallIntegerField()
    content = models.BinaryField()
    actor = models.CharField(max_length=64)
    reason = models.CharField(max_length=512, blank=True)
    at = InstantField()


class Tally(models.Model):
    """What a terminal counted of a document at discharge (理货). The newest counts."""

    document = models.ForeignKey(
        TransportDocument, on_delete=models.PROTECT, related_name="tallies"
    )
    packages = models.IntegerField()
    gross_mass = models.BigIntegerField(null=True)
    remarks = models.CharField(max_length=512, blank=True)
    organisation = models.BigIntegerField()
    actor = models.CharField(max_length=64)
    at = InstantField()


class WriteOff(models.Model):
    """A row of the stock ledger (22C); none is ever changed. See ``stock``.

    ``kind`` is reserved (adds to what is drawn), final (moves it to what is final) or returned
    (takes it away again; negative amounts). ``declaration`` is the declaration's row number,
    ``mrn`` its name to people, ``organisation`` who lodged it and ``importer`` for whom.
    """

    id = models.BigIntegerField(primary_key=True)
    document = models.ForeignKey(
        TransportDocument, on_delete=models.PROTECT, related_name="write_offs"
    )
    declaration = models.BigIntegerField(db_index=True)
    version = models.SmallIntegerField()
    kind = models.CharField(max_length=8)
    packages = models.IntegerField()
    gross_mass = models.BigIntegerField()
    mrn = models.CharField(max_length=18, blank=True)
    organisation = models.BigIntegerField()
    importer = models.TextField(blank=True)
    at = InstantField()


class PreLoading(models.Model):
    """Air pre-loading data, the "7+1", of one house waybill. The newest row of a key counts.

    ``result`` is ok, rfi, rfs or do_not_load; ``reasons`` are rule numbers with parameters.
    """

    key = models.CharField(max_length=70, db_index=True)
    house_number = models.CharField(max_length=70)
    organisation = models.BigIntegerField(db_index=True)
    content = models.BinaryField()
    result = models.CharField(max_length=11)
    reasons = models.JSONField(default=list)
    late = models.BooleanField(default=False)
    departure_at = InstantField()
    received_at = InstantField()


class Interchange(models.Model):
    """An EDIFACT interchange as received, with what became of it (JSON), once per reference.

    ``control_reference`` is the sender's number of it (UNB 0020); ``digest`` is SHA-256.
    """

    organisation = models.BigIntegerField()
    control_reference = models.CharField(max_length=35)
    digest = models.BinaryField(max_length=32)
    content = models.BinaryField()
    outcome = models.BinaryField()
    received_at = InstantField()

    class Meta:
        """An interchange is filed once."""

        constraints = (
            models.UniqueConstraint(
                "organisation", "control_reference", name="interchange_reference_once"
            ),
        )
