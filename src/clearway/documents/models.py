"""Tables of issued documents. One writer: ``documents.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField
from clearway.documents.kinds import PREFIXES


class IssuedDocument(models.Model):
    """A document that was issued: what it says, and whether it still holds.

    ``subject`` is what it is about, as events name it (``declaration:26XP…``, ``permit:7``);
    ``record`` the subject on whose page it is listed beside others. ``organisation`` is the
    holder's id; ``office`` that of the customs office or the agency that issued it. ``data`` is
    the content in canonical JSON (RFC 8785), ``sha256`` its hash. ``token`` is its public
    address: who knows it holds the paper. ``language`` is that in which it was first issued; it
    may be printed in any. ``state`` is valid or void, ``reason`` one of ``kinds.REASONS``;
    ``replaces`` is the one that its issue made void.
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=96)
    record = models.CharField(max_length=96, db_index=True)
    organisation = models.BigIntegerField()
    office = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    token = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=5, default="valid")
    issued_at = InstantField()
    issued_by = models.CharField(max_length=64)
    void_at = InstantField(null=True)
    void_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=16, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )

    class Meta:
        """One valid document of a kind says what is to be said of a subject."""

        constraints = (
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=models.Q(state="valid"),
                name="issued_document_valid_once",
            ),
        )

    @property
    def number(self) -> str:
        """Its number, as it is printed.

        >>> from datetime import datetime, UTC
        >>> IssuedDocument(pk=17, kind="permit", issued_at=datetime(2026, 3, 1, tzinfo=UTC)).number
        'PM-26-0000017'
        """
        return f"{PREFIXES[self.kind]}-{self.issued_at:%y}-{self.pk:07d}"


class Reader(models.Model):
    """An organisation that may read a document: its holder, and whom else it concerns."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="readers")
    organisation = models.BigIntegerField()

    class Meta:
        """Once each; found by organisation, the latest first."""

        constraints = (
            models.UniqueConstraint("organisation", "document", name="document_reader_once"),
        )


class Rendering(models.Model):
    """A file that was given out of a document in a language, known again by its hash."""

    document = models.ForeignKey(
        IssuedDocument, on_delete=models.PROTECT, related_name="renderings"
    )
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """The same file is noted once."""

        constraints = (
            models.UniqueConstraint("document", "sha256", name="document_rendering_once"),
        )
