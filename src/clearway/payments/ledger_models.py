"""The ledger's accounts and entries: rows that are added, and never changed or removed."""

from __future__ import annotations

from typing import Any

from django.db import models

from clearway.audit.fields import InstantField
from clearway.vocabulary.errors import DefectFound


class Kept(models.QuerySet[Any]):
    """Rows of the ledger: they are added, and never changed or removed."""

    def update(self, **_: Any) -> int:
        """Refuse: an entry is put right by another entry."""
        raise DefectFound("The ledger is not changed; it is put right by another entry.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: an entry stays."""
        raise DefectFound("The ledger keeps its entries.")


class LedgerAccount(models.Model):
    """An account of the ledger, in one currency.

    ``kind`` is bank, receivable (what payers owe), revenue (by tax), suspense (unknown money),
    refundable (what payers get back), guarantor (what guarantors owe), provider (electronic
    payments under way) or deposit (what covers a debt that may yet arise). ``key`` names whose or
    of what: a payer, a tax, a guarantee, a security's subject.
    """

    kind = models.CharField(max_length=12)
    key = models.TextField(blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        """One account for each kind, key and currency."""

        constraints = (
            models.UniqueConstraint("kind", "key", "currency", name="ledger_account_once"),
        )


class Entry(models.Model):
    """One entry of the ledger: lines whose debits equal their credits. Nothing of it changes.

    ``kind`` says what happened (``ledger.KINDS``), ``subject`` what it was about.
    """

    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=96)
    actor = models.CharField(max_length=64)
    at = InstantField(db_index=True)

    objects = models.Manager.from_queryset(Kept)()
