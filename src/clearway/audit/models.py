"""Tables of the audit log. One writer: ``audit.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class Leaf(models.Model):
    """One thing done, as a salted commitment: it proves what was written and tells nothing.

    ``commitment`` is SHA-256 over the byte 0, the salt and the sorted msgpack of what was done;
    ``salt`` is kept apart from what it salts, so that erasing it makes the leaf mute for ever.
    ``entry`` numbers it in the tree; until the sequencer has done so it is absent.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16)
    at = InstantField()
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=96)
    commitment = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)


class Entry(models.Model):
    """The place of a leaf in the Merkle tree: consecutive from 0, given after commit."""

    position = models.BigIntegerField(primary_key=True)
    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, db_constraint=False)


class Checkpoint(models.Model):
    """The tree's root at a size, signed. Witnesses add their signatures beside it."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = InstantField()
    note = models.TextField()


class Number(models.Model):
    """The next free number of a table whose rows are written in bulk (see ``audit.numbers``)."""

    name = models.CharField(max_length=32, primary_key=True)
    next = models.BigIntegerField(default=1)
