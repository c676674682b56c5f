"""Tables of what operators may do and of what they have done. Writers: ``service``, ``history``."""

from __future__ import annotations

from django.db import models

from clearway.accounts.models import Organisation
from clearway.audit.fields import InstantField


class Mandate(models.Model):
    """That an agent may lodge for a principal (card C10), from a day until a day (exclusive).

    ``direction`` is IM, EX or empty for both; ``procedures`` are the requested procedures it
    covers (WCO 166), joined by blanks, empty for all. ``state`` is asked, granted, refused,
    revoked or expired; what counts on a day is ``rules.MandateRow.covers``.
    """

    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="given")
    agent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="held")
    direction = models.CharField(max_length=2, blank=True)
    procedures = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.CharField(max_length=64)
    granted_by = models.CharField(max_length=64, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=512, blank=True)
    changed_at = InstantField()


class Authorisation(models.Model):
    """What customs has allowed an operator: AEO status, simplified declarations, deferred payment.

    ``type`` is a code of the pack's list ``authorisation`` (``AEOC``, ``SDE``, ``DPO`` …),
    ``reference`` what declarations cite. ``state`` is granted, suspended or revoked, and counts
    from the moment it is entered.
    """

    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    type = models.CharField(max_length=4)
    reference = models.CharField(max_length=35, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, default="granted")
    granted_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=512, blank=True)
    changed_at = InstantField()


class Tally(models.Model):
    """What was accepted so far of one party in one role, of a route, or of a pair of them.

    ``id`` is a hash of what is counted (``history.key_of``): parties are declared data of any
    length and script. Days are days since 1970-01-01; ``value`` is in thousandths of the pack's
    currency.
    """

    id = models.BigIntegerField(primary_key=True)
    first_day = models.IntegerField()
    last_day = models.IntegerField()
    declarations = models.BigIntegerField()
    value = models.BigIntegerField()


class TallyDay(models.Model):
    """What a tally stood at when its first declaration of a day came.

    The sum over any window is then one subtraction: the tally now, less what it stood at on the
    first day of the window.
    """

    pk = models.CompositePrimaryKey("tally", "day")
    tally = models.BigIntegerField()
    day = models.IntegerField()
    declarations = models.BigIntegerField()
    value = models.BigIntegerField()


class YearlyUse(models.Model):
    """What a buyer has used of the yearly limit of low-value regimes, thousandths of currency.

    ``buyer`` is a hash of his identity as declared (``yearly_limit.buyer_key``).
    """

    pk = models.CompositePrimaryKey("buyer", "year")
    buyer = models.BinaryField(max_length=16)
    year = models.SmallIntegerField()
    used = models.BigIntegerField()
