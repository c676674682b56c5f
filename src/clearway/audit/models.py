"""Tables of the audit log. Writers: ``audit.service`` and, after commit, ``audit.sequencer``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, KeyField


class Leaf(models.Model):
    """One thing done, as a salted commitment: it proves what was written and tells nothing.

    ``commitment`` is SHA-256 over the byte 0, the salt and the sorted msgpack of what was done,
    which is just the hash that RFC 6962 gives a leaf. ``salt`` is kept apart from what it salts,
    so that erasing it makes the leaf mute for ever. What an act did stands in its events; of a
    note ``detail`` keeps the salted digest of what else it says.
    """

    id = KeyField(primary_key=True)
    kind = models.CharField(max_length=16)
    at = InstantField()
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=96)
    detail = models.BinaryField(max_length=32, null=True)
    salt = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)

    class Meta:
        """Auditors ask who did something, and what was done to something, of millions of leaves."""

        indexes = (
            models.Index(fields=["subject", "id"], name="audit_leaf_of_subject"),
            models.Index(fields=["actor", "id"], name="audit_leaf_of_actor"),
            models.Index(fields=["kind", "id"], name="audit_leaf_of_kind"),
        )


class Entry(models.Model):
    """The outbox row of a leaf, written with it; after commit, its place in the tree.

    ``position`` is absent until the sequencer gives it: consecutive from 0, in no transaction's
    gift. It orders the Merkle tree and the news alike, so readers page by it and nothing else.
    """

    leaf = models.OneToOneField(
        Leaf, primary_key=True, on_delete=models.PROTECT, db_constraint=False
    )
    position = models.BigIntegerField(null=True, unique=True)


class Subtree(models.Model):
    """The hash of ``256 ** level`` complete leaves: what proofs need without reading them all."""

    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    root = models.BinaryField(max_length=32)

    class Meta:
        """Each subtree is complete once and for ever."""

        constraints = (models.UniqueConstraint("level", "number", name="audit_subtree_once"),)


class Checkpoint(models.Model):
    """The tree's root at a size, signed.

    ``note`` is the signed note (C2SP ``tlog-checkpoint``) with the platform's signature; each
    witness's countersignature is a line of ``witnessed``.
    """

    size = KeyField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = InstantField()
    note = models.TextField()
    witnessed = models.TextField(default="")


class Number(models.Model):
    """The next free number of a table whose rows are written in bulk (see ``audit.numbers``)."""

    name = models.CharField(max_length=32, primary_key=True)
    next = models.BigIntegerField(default=1)
