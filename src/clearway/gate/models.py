"""Tables of the gate.

Writers: ``opening``, ``issuing``, ``passing``, ``recalling`` and ``reconciling``; ``exchanging`` of
receipts and statements, ``booking`` of bookings, ``sealing`` of what seals told.

What is compared (a container's number, a plate) is kept as ``rules.key_of`` writes it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clearway.audit.fields import InstantField
from clearway.cargo.models import Conveyance
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


class Receipt(models.Model):
    """An equipment interchange receipt (设备交接单): a unit changed hands at a gate.

    ``terminal`` and ``other`` are the two organisations. ``state`` is open while only one of them
    has stated the unit's condition, agreed where both say the same, disputed where they differ:
    then both statements stand for good. ``size_type`` is ISO 6346's; masses are in millionths of
    a kilogram, ``tare_mass`` that of the empty unit.
    """

    number = models.CharField(max_length=14, unique=True)
    passage = models.OneToOneField(
        Passage, on_delete=models.PROTECT, null=True, related_name="receipt"
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT)
    movement = models.CharField(max_length=3)
    kind = models.CharField(max_length=9)
    unit = models.CharField(max_length=70)
    size_type = models.CharField(max_length=4, blank=True)
    plate = models.CharField(max_length=17, blank=True)
    full = models.BooleanField(null=True)
    gross_mass = models.BigIntegerField(null=True)
    tare_mass = models.BigIntegerField(null=True)
    terminal = models.BigIntegerField(db_index=True)
    other = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=8, default="open")
    at = InstantField()


class Statement(models.Model):
    """What one party states of a unit that changed hands; signed, and never changed.

    ``side`` is terminal or other. ``conditions`` lists ``{"code", "place"}`` (``rules.CONDITIONS``)
    and ``seals`` numbers. ``content`` is the JSON that is signed (Ed25519, key by its id) for
    whoever was signed in, by the platform's own key.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8)
    organisation = models.BigIntegerField()
    actor = models.CharField(max_length=64)
    conditions = models.JSONField(default=list)
    seals = models.JSONField(default=list)
    remarks = models.CharField(max_length=512, blank=True)
    content = models.TextField()
    signature = models.BinaryField(max_length=64)
    key = models.CharField(max_length=8)
    at = InstantField()

    class Meta:
        """Each party states once."""

        constraints = (models.UniqueConstraint("receipt", "side", name="gate_statement_once"),)


class Booking(models.Model):
    """A unit that goes from ship to lorry, or from lorry to ship, without the yard (直提, 直装).

    ``way`` is pick_up or loading; ``state`` one of ``life_cycle.BOOKING``. ``planned_at`` is when
    the unit comes off the vessel or goes aboard, as planned; it and the slot move with
    ``expected_at``, the vessel's own hour by which they were planned. ``lacking`` lists why it is
    not eligible (``rules.LACKING``). ``handled_at`` is when it was discharged or loaded.
    """

    number = models.CharField(max_length=10, unique=True)
    way = models.CharField(max_length=7)
    kind = models.CharField(max_length=9)
    unit = models.CharField(max_length=70)
    key = models.CharField(max_length=70, db_index=True)
    conveyance = models.ForeignKey(Conveyance, on_delete=models.PROTECT)
    expected_at = InstantField()
    organisation = models.BigIntegerField(db_index=True)
    terminal = models.BigIntegerField(db_index=True)
    carrier = models.BigIntegerField(db_index=True)
    plate = models.CharField(max_length=17)
    planned_at = InstantField()
    slot_from = InstantField(null=True)
    slot_to = InstantField(null=True)
    carrier_accepted_at = InstantField(null=True)
    terminal_accepted_at = InstantField(null=True)
    state = models.CharField(max_length=8, default="booked")
    lacking = models.JSONField(default=list)
    handled_at = InstantField(null=True)
    out_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)
    booked_at = InstantField()

    class Meta:
        """A unit has one booking that is not over."""

        constraints = (
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(state__in=["out", "yard", "given_up"]),
                name="gate_booking_open_once",
            ),
        )


class SealSignal(models.Model):
    """What an electronic seal told of itself, kept as it came (ISO 18185).

    ``organisation`` operates the device and names the event by ``event_id``. ``kind`` is armed,
    opened or disarmed, ``unit`` a container's number, ``seal_class`` H, S or I (ISO 17712),
    ``place`` the code of an office or a station, ``at`` the device's instant. ``mark`` says why
    what is not right alarms nobody (``sealing.MARKS``). ``office`` answers for the container.
    """

    organisation = models.BigIntegerField()
    event_id = models.CharField(max_length=64)
    device = models.CharField(max_length=35)
    seal_class = models.CharField(max_length=1)
    kind = models.CharField(max_length=8)
    unit = models.CharField(max_length=11)
    place = models.CharField(max_length=35, blank=True)
    office = models.CharField(max_length=17, blank=True)
    mark = models.CharField(max_length=16, blank=True)
    alarm = models.BooleanField(default=False)
    alarmed_at = InstantField(null=True)
    seen_at = InstantField(null=True)
    seen_by = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=64)
    at = InstantField()
    received_at = InstantField()

    class Meta:
        """An operator tells each event once."""

        constraints = (
            models.UniqueConstraint("organisation", "event_id", name="seal_signal_once"),
        )
        indexes = (
            models.Index(fields=["device", "at"], name="seal_signal_device"),
            models.Index(fields=["unit", "at"], name="seal_signal_unit"),
            models.Index(
                fields=["id"], condition=Q(alarm=True, seen_at=None), name="seal_signal_waiting"
            ),
        )
