"""Tables of the intake line. Writers: the line (``assembling``) and ``service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class Answered(models.Model):
    """What was answered to an idempotency key of an organisation: a repeat gets the very same.

    ``digest`` is SHA-256 over purpose, object and body: another body under the key is refused.
    """

    pk = models.CompositePrimaryKey("organisation", "key")
    organisation = models.BigIntegerField()
    key = models.CharField(max_length=128)
    digest = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    media_type = models.CharField(max_length=40)
    answer = models.BinaryField()
    at = InstantField()


class Quarantined(models.Model):
    """A lodgement that the line could not process, kept as it came until an operator decides.

    ``failure`` is the kind of our failure, never its text, which may hold trade data. ``state``
    is held, lodged (sent through the line again and taken) or dismissed.
    """

    organisation = models.BigIntegerField()
    actor = models.CharField(max_length=64)
    identifier = models.CharField(max_length=17, blank=True)
    roles = models.CharField(max_length=120, blank=True)
    door = models.CharField(max_length=12)
    purpose = models.CharField(max_length=12)
    target = models.CharField(max_length=20, blank=True)
    why = models.CharField(max_length=512, blank=True)
    media_type = models.CharField(max_length=40)
    idempotency_key = models.CharField(max_length=128, blank=True)
    body = models.BinaryField()
    size = models.IntegerField()
    step = models.CharField(max_length=16)
    failure = models.CharField(max_length=80)
    at = InstantField()
    state = models.CharField(max_length=10, default="held")
    resolved_by = models.CharField(max_length=64, blank=True)
    resolved_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)


class Alarm(models.Model):
    """Something that an operator has to know of: one open row for each kind and subject."""

    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=96)
    count = models.IntegerField(default=1)
    first_at = InstantField()
    last_at = InstantField()
    acknowledged_by = models.CharField(max_length=64, blank=True)
    acknowledged_at = InstantField(null=True)


class BulkJob(models.Model):
    """A file of declarations on its way through the line.

    The file lies in the data folder under its SHA-256. ``done`` counts the rows that have their
    answer; after a restart the job goes on behind it, and rows in flight are known by their key.
    ``state`` is waiting, running, finished or failed (the file cannot be read at all). The file is
    thrown away at ``discarded_at``; what became of its rows stays.
    """

    organisation = models.BigIntegerField(db_index=True)
    actor = models.CharField(max_length=64)
    identifier = models.CharField(max_length=17, blank=True)
    roles = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, default="en")
    door = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=8)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="waiting")
    received_at = InstantField()
    finished_at = InstantField(null=True)
    done = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unreadable = models.IntegerField(default=0)
    quarantined = models.IntegerField(default=0)
    share = models.SmallIntegerField(default=0)
    failure = models.CharField(max_length=512, blank=True)
    discarded_at = InstantField(null=True)

    class Meta:
        """One organisation hands in one file once; a repeat finds the job that is there."""

        constraints = (
            models.UniqueConstraint("organisation", "sha256", name="bulk_job_file_once"),
        )


class BulkRow(models.Model):
    """A row of a bulk file that was not accepted: where it stands and each thing wrong with it."""

    job = models.ForeignKey(BulkJob, on_delete=models.PROTECT)
    row = models.IntegerField()
    lrn = models.TextField(blank=True)
    code = models.CharField(max_length=10)
    severity = models.CharField(max_length=8)
    pointer = models.TextField(blank=True)
    parameters = models.BinaryField()


class BulkTaken(models.Model):
    """The accepted rows of one chunk of a bulk file: JSON ``[[row, lrn, mrn], …]``.

    One record a chunk, since one a row would cost the line more than they are worth.
    """

    job = models.ForeignKey(BulkJob, on_delete=models.PROTECT)
    rows = models.BinaryField()
