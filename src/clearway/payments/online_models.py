"""Payments that are begun with a provider of electronic payment."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField


class OnlinePayment(models.Model):
    """A payment that was begun with a provider: what it is for, and how it ended.

    ``token`` names it to the provider; ``state`` is begun, succeeded, failed or parked (it
    succeeded and could not be put to its notice: the money is in suspense).
    """

    token = models.CharField(max_length=43, unique=True)
    provider = models.CharField(max_length=16)
    notice = models.ForeignKey("payments.Notice", on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    amount = MinorUnitsField()
    state = models.CharField(max_length=9, default="begun")
    begun_by = models.CharField(max_length=64)
    begun_at = InstantField()
    ended_at = InstantField(null=True)
