"""Tables of what is owed, paid and secured. Writers: the services of this room, one per subject."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clearway.audit.fields import InstantField, MinorUnitsField
from clearway.declarations.models import Declaration
from clearway.payments.decision_models import Stay  # noqa: F401 - Django finds its tables by it
from clearway.payments.ledger_models import Entry, Kept, LedgerAccount
from clearway.payments.online_models import OnlinePayment  # noqa: F401 - the same
from clearway.payments.rules import security_number


class Notice(models.Model):
    """A tax notice: what is to be paid for one version of a declaration, until a day.

    ``kind`` is assessment, adjustment (after release), interest or penalty. ``assessment`` is the
    kernel's decision that it rests on, absent where customs decided. ``payer`` is the trader
    identification number of who pays, ``organisation`` who lodged. Of ``amount`` (minor units of
    ``currency``), ``paid`` was paid and ``credited`` taken back by a later decision. ``state`` is
    due, part_paid, paid or cancelled; ``reminded_at`` and ``overdue_at`` when the payer was
    reminded and when it was found late. ``ahead`` says that the next assessment's difference was
    asked for already by adjustments, ``absorbed`` of such an adjustment that a later assessment
    charges it too, or what is left of it: who replaces the one cancels the other.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="notices")
    version = models.SmallIntegerField()
    kind = models.CharField(max_length=10, default="assessment")
    assessment = models.BigIntegerField(null=True)
    payer = models.TextField(db_index=True)
    organisation = models.BigIntegerField(db_index=True)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    paid = MinorUnitsField(default=0)
    credited = MinorUnitsField(default=0)
    due = models.DateField()
    state = models.CharField(max_length=9, default="due")
    reason = models.CharField(max_length=512, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    issued_at = InstantField(db_index=True)
    reminded_at = InstantField(null=True)
    overdue_at = InstantField(null=True)
    ahead = models.BooleanField(default=False)
    absorbed = models.BooleanField(default=False)

    class Meta:
        """A decision of the kernel stands on one notice; nobody pays more than is due."""

        constraints = (
            models.UniqueConstraint(
                fields=["assessment"],
                condition=~Q(assessment=None) & ~Q(state="cancelled"),
                name="notice_assessment_once",
            ),
            models.UniqueConstraint(
                fields=["declaration"],
                condition=Q(kind="assessment") & ~Q(state="cancelled"),
                name="notice_of_a_declaration_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, paid__gte=0, credited__gte=0)
                & Q(amount__gte=F("paid") + F("credited")),
                name="notice_not_overpaid",
            ),
        )
        indexes = (
            models.Index(
                fields=["due", "id"],
                condition=Q(state__in=["due", "part_paid"]),
                name="notice_open",
            ),
        )

    @property
    def open(self) -> int:
        """What is still to be paid, in minor units; nothing of a cancelled one."""
        return 0 if self.state == "cancelled" else self.amount - self.paid - self.credited


class NoticeLine(models.Model):
    """What a notice asks for by one tax; less than nothing where a decision took it back."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    tax = models.CharField(max_length=16)
    amount = MinorUnitsField()
    legal_basis = models.TextField(blank=True)
    reason = models.CharField(max_length=512, blank=True)
    entered_at = InstantField()


class EntryLine(models.Model):
    """A debit or a credit of an account, in minor units of its currency; about a notice or none."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="lines")
    debit = MinorUnitsField(default=0)
    credit = MinorUnitsField(default=0)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="entries")

    objects = models.Manager.from_queryset(Kept)()

    class Meta:
        """A line is either a debit or a credit."""

        constraints = (
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
                name="entry_line_one_side",
            ),
        )


class Guarantee(models.Model):
    """A guarantee (WCO 90A): what somebody answers for where duties are not paid yet.

    ``number`` is what declarations cite. ``kind`` is general (for many declarations) or single
    (for one). ``holder`` is a trader identification number. Of ``reference_amount``, ``used`` is
    held by open uses: the one column that a draw changes, in one conditional statement. ``state``
    is open, used (something of it is), released (given back), called or expired; ``valid_to`` is
    the last day.
    """

    number = models.CharField(max_length=35, unique=True)
    kind = models.CharField(max_length=7)
    holder = models.TextField(db_index=True)
    guarantor = models.CharField(max_length=175)
    guarantor_iban = models.CharField(max_length=34, blank=True)
    currency = models.CharField(max_length=3)
    reference_amount = MinorUnitsField()
    used = MinorUnitsField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=8, default="open")
    entered_by = models.CharField(max_length=64)
    entered_at = InstantField()
    ended_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """It never answers for more than its reference amount."""

        constraints = (
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("reference_amount")),
                name="guarantee_not_overdrawn",
            ),
        )

    @property
    def available(self) -> int:
        """What it can still answer for: its reference amount less what is open."""
        return int(self.reference_amount - self.used)


class DeferredAccount(models.Model):
    """An account on which a holder's duties are gathered and paid by statement.

    It stands on a guarantee, which holds every charge until its statement is paid. ``state`` is
    open, blocked (a statement is overdue) or closed.
    """

    number = models.CharField(max_length=35, unique=True)
    holder = models.TextField(db_index=True)
    guarantee = models.OneToOneField(Guarantee, on_delete=models.PROTECT, related_name="account")
    state = models.CharField(max_length=7, default="open")
    opened_by = models.CharField(max_length=64)
    opened_at = InstantField()


class Statement(models.Model):
    """What a deferred account owes for a month (``month`` its first day), due on a day.

    ``state`` is due, paid or overdue. What of it is paid stands with its notices.
    """

    account = models.ForeignKey(
        DeferredAccount, on_delete=models.PROTECT, related_name="statements"
    )
    month = models.DateField()
    amount = MinorUnitsField()
    due = models.DateField()
    state = models.CharField(max_length=7, default="due")
    made_at = InstantField()
    reminded_at = InstantField(null=True)

    class Meta:
        """One for a month."""

        constraints = (models.UniqueConstraint("account", "month", name="statement_month_once"),)


class GuaranteeUse(models.Model):
    """What a guarantee holds for one declaration.

    ``liability`` is the debt it covers, ``amount`` what it takes of the reference amount: less
    where the holder has a reduction, nothing where he has a waiver. ``state`` is reserved (before
    release), drawn (the goods have gone), discharged (given back) or called (the guarantor pays);
    ``account`` and ``statement`` where it is a charge of a deferred account. ``subject`` is empty
    for what is owed; else it is held for what may yet be owed (``value_doubt:7``, ``securities``).
    """

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="uses")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    liability = MinorUnitsField()
    amount = MinorUnitsField()
    subject = models.CharField(max_length=96, blank=True)
    state = models.CharField(max_length=10, default="reserved")
    account = models.ForeignKey(DeferredAccount, on_delete=models.PROTECT, null=True)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True)
    actor = models.CharField(max_length=64)
    at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        """A guarantee holds one open amount for a declaration and each thing it may yet owe."""

        constraints = (
            models.UniqueConstraint(
                fields=["guarantee", "declaration", "subject"],
                condition=Q(state__in=["reserved", "drawn"]),
                name="guarantee_use_open_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, liability__gte=F("amount")),
                name="guarantee_use_amounts",
            ),
        )


class Security(models.Model):
    """What is to cover a debt that may yet arise: asked for, covered, then drawn or released.

    ``subject`` is what it depends on, with its kind before a colon (``value_doubt:7``). ``amount``
    in minor units of ``currency``; ``use`` is the guarantee's that covers it, else deposits do.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=96, unique=True)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    use = models.ForeignKey(GuaranteeUse, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=8, default="asked")
    asked_at = InstantField()
    ended_at = InstantField(null=True)

    @property
    def number(self) -> str:
        """What who deposits it quotes."""
        return security_number(self.subject)


class BankFile(models.Model):
    """A file of the bank's lines as it was read: camt054, csv, or online (a provider's).

    Of its ``lines``, ``new`` were booked and ``parked`` of these; ``faults`` (JSON) tells those
    that could not be used.
    """

    name = models.CharField(max_length=200)
    form = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64, db_index=True)
    lines = models.IntegerField()
    new = models.IntegerField()
    parked = models.IntegerField()
    faults = models.TextField(blank=True)
    read_by = models.CharField(max_length=64)
    read_at = InstantField(db_index=True)


class BankLine(models.Model):
    """Money that reached our account, once for each of the bank's references.

    ``first`` is false for a line that came under a reference already used with another content
    (``digest`` is the content's). ``told`` is what the payer wrote. ``state`` is matched,
    suspended (``why``: ``matching.WHY``), assigned (a cashier gave it to a notice), returned or
    reversed: the bank took it back by a ``debit``, a line of its own that names it in ``reverses``
    (``returns`` is the reference that the bank gave). Amounts in minor units of ``currency``,
    which may be a foreign one.
    """

    account = models.CharField(max_length=34)
    reference = models.CharField(max_length=70)
    digest = models.CharField(max_length=64)
    first = models.BooleanField(default=True)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    value_day = models.DateField()
    payer_name = models.CharField(max_length=175, blank=True)
    payer_iban = models.CharField(max_length=34, blank=True)
    told = models.CharField(max_length=350, blank=True)
    debit = models.BooleanField(default=False)
    returns = models.CharField(max_length=70, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="entries")
    state = models.CharField(max_length=9)
    why = models.CharField(max_length=20, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True)
    received_at = InstantField()
    settled_by = models.CharField(max_length=64, blank=True)
    settled_at = InstantField(null=True)

    class Meta:
        """A reference pays once; the same line twice is one line."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "reference"], condition=Q(first=True), name="bank_line_once"
            ),
            models.UniqueConstraint("account", "reference", "digest", name="bank_line_same_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_amount"),
        )
        indexes = (
            models.Index(
                fields=["received_at", "id"],
                condition=Q(state="suspended"),
                name="bank_line_parked",
            ),
        )


class Deposit(models.Model):
    """Money of a bank line that covers a security; ``left`` of it is neither drawn nor released."""

    security = models.ForeignKey(Security, on_delete=models.PROTECT, related_name="deposits")
    line = models.OneToOneField(BankLine, on_delete=models.PROTECT)
    payer = models.TextField()
    amount = MinorUnitsField()
    left = MinorUnitsField()
    at = InstantField()

    class Meta:
        """Nothing of it is given twice."""

        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")),
                name="deposit_given_once",
            ),
        )


class Payment(models.Model):
    """What of some money paid a notice, and how it can go back.

    ``method`` is bank, online, guarantee (the guarantor paid), deposit (a security was drawn) or
    carried (from the notice that this one replaces). ``payer_iban`` is where the money came from;
    of ``amount``, ``refunded`` went back.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=9)
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, null=True)
    reference = models.CharField(max_length=70, blank=True)
    payer_name = models.CharField(max_length=175, blank=True)
    payer_iban = models.CharField(max_length=34, blank=True)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    refunded = MinorUnitsField(default=0)
    at = InstantField()

    class Meta:
        """Nothing goes back twice."""

        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0, refunded__gte=0, refunded__lte=F("amount")),
                name="payment_refunded_once",
            ),
        )


class Refund(models.Model):
    """Money that goes back, by two persons: a refund of duty, or parked money returned.

    ``kind`` is overpaid (the duty became less), cancelled (the declaration was invalidated),
    returned (``line``: parked money goes back whole) or deposit (a security is released; ``line``
    is what had been deposited). ``state`` is
    requested, approved (a first person), refunded (a second) or refused.
    """

    kind = models.CharField(max_length=9)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, null=True)
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, null=True)
    payer = models.TextField(db_index=True, blank=True)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    reason = models.CharField(max_length=512)
    state = models.CharField(max_length=9, default="requested")
    requested_by = models.CharField(max_length=64)
    requested_at = InstantField(db_index=True)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = InstantField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)

    class Meta:
        """Parked money is returned once; an amount goes back, not nothing."""

        constraints = (
            models.UniqueConstraint(
                fields=["line"],
                condition=~Q(line=None) & ~Q(state="refused"),
                name="refund_of_a_line_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
        )


class RefundPart(models.Model):
    """One way on which a refund went back: to the account that had paid."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True)
    amount = MinorUnitsField()
    iban = models.CharField(max_length=34, blank=True)
    name = models.CharField(max_length=175, blank=True)
    reference = models.CharField(max_length=70, blank=True)


class Order(models.Model):
    """A call on a guarantee that a first person proposed and a second confirms.

    ``state`` is open, confirmed or sent_back.
    """

    use = models.ForeignKey(GuaranteeUse, on_delete=models.PROTECT)
    reason = models.CharField(max_length=512)
    state = models.CharField(max_length=9, default="open")
    proposed_by = models.CharField(max_length=64)
    proposed_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)

    class Meta:
        """One call of a use is open at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["use"], condition=Q(state="open"), name="call_open_once"
            ),
        )
