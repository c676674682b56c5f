"""Tables of the gate.

Writers: ``opening``, ``issuing``, ``passing``, ``recalling`` and ``reconciling``.

What is compared (a container's number, a plate) is kept as ``rules.key_of`` writes it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clearway.audit.fields import InstantField
from clearway.declarations.models import Declaration


class Gate(models.Model):
    """A gate of a terminal (GoodsLocation 64A): where a barrier obeys tokens.

    ``organisation`` is the terminal; ``code`` its own name for the gate, as it is compared.
    """

    organisation = models.BigIntegerField()
    code = models.CharField(max_length=17)
    called = models.CharField(max_length=70, blank=True)
    opened_at = InstantField()

    class Meta:
        """A terminal names each of its gates once."""

        constraints = (models.UniqueConstraint("organisation", "code", name="gate_code_once"),)


class SigningKey(models.Model):
    """The public half of a key that signs tokens (Ed25519, 32 bytes), by the 8 digits of its id.

    The private half lies in the data folder of the installation that made it, and nowhere else.
    """

    digits = models.CharField(max_length=8, primary_key=True)
    public = models.BinaryField(max_length=32)
    since = InstantField()


class Token(models.Model):
    """Leave for one unit to pass a terminal's gate once (放行条, a gate pass).

    ``serial`` is what people type, ``code`` the whole signed text that is scanned. ``direction``
    is out or in. ``kind`` is container, vehicle, uld or packages; ``number`` names the unit as
    people write it (of packages, their transport document), ``key`` as it is compared;
    ``packages`` is how many of a lot pass, absent for a whole unit. ``plate`` is empty where any
    vehicle may fetch it, ``gate`` where any gate of ``terminal`` (an organisation) may let it
    pass. ``state`` is live, used, recalled or (packages of a lot given back) expired;
    ``organisation`` asked for it.
    """

    serial = models.CharField(max_length=10, unique=True)
    code = models.TextField()
    direction = models.CharField(max_length=3)
    kind = models.CharField(max_length=9)
    number = models.CharField(max_length=70)
    key = models.CharField(max_length=70, db_index=True)
    packages = models.IntegerField(null=True)
    plate = models.CharField(max_length=17, blank=True)
    terminal = models.BigIntegerField(db_index=True)
    gate = models.CharField(max_length=17, blank=True)
    organisation = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=8, default="live")
    issued_at = InstantField()
    expires_at = InstantField(db_index=True)
    used_at = InstantField(null=True)
    actor = models.CharField(max_length=64)

    class Meta:
        """A whole unit has one live token for each direction; parts of a lot have several."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind", "key", "direction"],
                condition=Q(state="live", packages=None),
                name="gate_token_live_once",
            ),
        )


class TokenDeclaration(models.Model):
    """A declaration whose goods lie in a token's unit: its end recalls the token."""

    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="declarations")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT)

    class Meta:
        """Each stands there once."""

        constraints = (
            models.UniqueConstraint("token", "declaration", name="gate_token_declaration_once"),
        )


class Lot(models.Model):
    """How many packages of a transport document live tokens were given for."""

    key = models.CharField(max_length=70, primary_key=True)
    given = models.IntegerField(default=0)

    class Meta:
        """Nothing is taken back twice."""

        constraints = (models.CheckConstraint(name="gate_lot_given", condition=Q(given__gte=0)),)


class Passage(models.Model):
    """An attempt to pass a gate: whatever came of it, it is kept.

    ``code``, ``unit``, ``plate`` and ``packages`` are what was shown; ``verdict`` is accepted or
    refused and ``reason`` why (``rules.REASONS``). An ``alarm`` asks for somebody to look until
    ``seen_at``. ``offline``: a device decided while it was cut off; it names itself ``device``
    and counts its passages by ``sequence``, so that it may send them twice.
    """

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="passages")
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True, related_name="passages")
    direction = models.CharField(max_length=3)
    code = models.CharField(max_length=400, blank=True)
    unit = models.CharField(max_length=70, blank=True)
    plate = models.CharField(max_length=17, blank=True)
    packages = models.IntegerField(null=True)
    verdict = models.CharField(max_length=8)
    reason = models.CharField(max_length=16, blank=True)
    alarm = models.BooleanField(default=False)
    seen_at = InstantField(null=True)
    seen_by = models.CharField(max_length=64, blank=True)
    offline = models.BooleanField(default=False)
    device = models.CharField(max_length=36, blank=True)
    sequence = models.IntegerField(null=True)
    actor = models.CharField(max_length=64)
    at = InstantField(db_index=True)
    received_at = InstantField()

    class Meta:
        """A device's passage is kept once; a token lets one passage through without alarm."""

        constraints = (
            models.UniqueConstraint(
                fields=["gate", "device", "sequence"],
                condition=~Q(device=""),
                name="gate_passage_once",
            ),
            models.UniqueConstraint(
                fields=["token"],
                condition=Q(verdict="accepted", alarm=False),
                name="gate_token_passed_once",
            ),
        )
        indexes = (models.Index(fields=["gate", "at"], name="gate_passage_latest"),)


class Revocation(models.Model):
    """A token that was recalled. ``number`` counts them without gaps, in the order of commits."""

    number = models.BigIntegerField(primary_key=True)
    token = models.OneToOneField(Token, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=512)
    actor = models.CharField(max_length=64)
    at = InstantField()


class RevocationCount(models.Model):
    """The number of the newest revocation: one row, locked by whoever adds one."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
