"""Tables of the kernel's decisions. One writer: ``assessment.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField

LODGEMENT, ARRIVAL, AMENDMENT, CARGO = "lodgement", "arrival", "amendment", "cargo"


class Assessment(models.Model):
    """One run of the kernel over one version of a declaration, with the lane it selected.

    ``occasion`` is lodgement, arrival, amendment or cargo: the last selects a version anew by what
    its cargo report told since, and charges nothing anew. ``kernel_version``, ``reference_hash``
    and ``profile_set`` say by what it was decided; the last is empty where the pack's own profiles
    were in force. ``selection`` is the whole ``kernel.decisions.Selection`` as
    msgpack: every channel, whether or not it decided; absent where the declaration was rejected.
    ``asked`` says of it which channels asked for more than a release, each with its lane
    (``profile:2 random:3``), and ``random_rate`` the chance, in ten-thousandths, that the draw had
    of choosing it: what a tally by channel needs without opening ``selection``.
    ``payable`` is the sum of the charges in minor units, absent where one cannot be computed.
    The newest assessment of a declaration has the greatest number.
    """

    id = models.BigIntegerField(primary_key=True)
    declaration = models.BigIntegerField(db_index=True)
    version = models.BigIntegerField()
    occasion = models.CharField(max_length=10)
    at = InstantField()
    kernel_version = models.CharField(max_length=32)
    reference_hash = models.CharField(max_length=64)
    profile_set = models.CharField(max_length=64, blank=True, db_default="")
    accepted = models.BooleanField()
    lane = models.SmallIntegerField(null=True)
    channel = models.CharField(max_length=10, blank=True)
    score = models.IntegerField(null=True)
    draw = models.IntegerField(null=True)
    drawn = models.BooleanField(null=True)
    selection = models.BinaryField(null=True)
    asked = models.CharField(max_length=80, null=True)
    random_rate = models.SmallIntegerField(null=True)
    payable = MinorUnitsField(null=True)
    currency = models.CharField(max_length=3)


class KnownSince(models.Model):
    """What the record knew when a version was selected anew, in place of what it knew before.

    ``features`` is msgpack of the features by name, as ``Lodgement.features`` has them.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, primary_key=True)
    features = models.BinaryField()


class Finding(models.Model):
    """One thing that a rule found wrong. ``parameters`` is JSON; texts stand in catalogues."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    rule = models.CharField(max_length=10)
    severity = models.CharField(max_length=8)
    pointer = models.TextField()
    item = models.SmallIntegerField()
    parameters = models.BinaryField()


class Charge(models.Model):
    """One charge on one item (``kernel.decisions.TaxLine``). Amounts in minor units."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    item = models.SmallIntegerField()
    tax = models.CharField(max_length=16)
    family = models.CharField(max_length=16)
    base = MinorUnitsField(null=True)
    base_quantity = models.BigIntegerField(null=True)
    base_unit = models.TextField(blank=True)
    rate = models.TextField()
    amount = MinorUnitsField(null=True)
    payable = MinorUnitsField(null=True)
    legal_basis = models.TextField(blank=True)
    measure = models.BigIntegerField()
    preference = models.TextField(blank=True)
    quota_order = models.TextField(blank=True)
    reason = models.TextField(blank=True)


class Hit(models.Model):
    """A live profile that was TRUE for items, with its weight in the score.

    ``items`` are their positions, separated by commas: one row tells of a profile in a declaration.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    items = models.TextField()
    profile = models.CharField(max_length=128, db_index=True)
    version = models.IntegerField()
    lane = models.SmallIntegerField(null=True)
    contribution = models.IntegerField()
    channel = models.CharField(max_length=10)


class ShadowHit(models.Model):
    """A profile on trial that was TRUE for items: counted, and no part of what was decided.

    The columns are those of ``Hit``; ``lane`` and ``contribution`` are what it would have asked
    for.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    items = models.TextField()
    profile = models.CharField(max_length=128, db_index=True)
    version = models.IntegerField()
    lane = models.SmallIntegerField(null=True)
    contribution = models.IntegerField()
    channel = models.CharField(max_length=10)


class ProfileSet(models.Model):
    """The profiles by which assessments were decided, kept for ever as they were.

    ``hash`` is the SHA-256 of ``profiles``, msgpack of a tuple of ``kernel.reference.Profile``.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    profiles = models.BinaryField()
    at = InstantField()


class Question(models.Model):
    """What only somebody else can answer: a quota's balance, a permit, an agency's decision."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    item = models.SmallIntegerField()
    kind = models.CharField(max_length=16)
    code = models.TextField()
    agency = models.TextField(blank=True)
    quantity = models.BigIntegerField(null=True)
    unit = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    amount_if_granted = MinorUnitsField(null=True)
