"""Tables of published reference data. One writer: ``reference.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class PublishedPack(models.Model):
    """A compiled country pack on its way into force (card C01): two persons answer for it.

    ``state`` is proposed, approved or withdrawn. An approved pack rules from ``valid_from`` until
    the instant from which a later one does: in force and expired are read from that, not stored.
    ``hash`` is the SHA-256 of the content; ``folder`` the snapshot's name in the data folder.
    ``changes`` is the digest of what it changes (``comparing.Changes``) that the approver has seen.
    """

    name = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    hash = models.CharField(max_length=64)
    folder = models.CharField(max_length=160)
    state = models.CharField(max_length=9, default="proposed")
    proposed_by = models.CharField(max_length=64)
    proposed_at = InstantField()
    valid_from = InstantField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = InstantField(null=True)
    changes = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """No two packs rule from one instant."""

        constraints = (
            models.UniqueConstraint(
                "valid_from",
                name="one_pack_from_one_instant",
                condition=models.Q(state="approved"),
            ),
        )
