"""Bulk files that have been finished for long are thrown away; their rows are on record."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction

from clearway.audit.actor import Actor
from clearway.events.service import act
from clearway.intake import bulk
from clearway.intake.models import BulkJob

_SETTLED_AFTER = 86_400
"""Seconds after which a file that belongs to no job is not one that is just being handed in."""


def discard(actor: Actor, before: datetime) -> None:
    """Throw away the files of jobs that ended before an instant, and say so in the record.

    The record is written first: a file that a fall leaves behind is found by the next round.
    """
    due = BulkJob.objects.filter(discarded_at=None, finished_at__lt=before)
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            job = due.select_for_update(skip_locked=True).filter(pk=number).first()
            if job is None:  # another process was quicker
                continue
            with act(actor) as doing:
                job.discarded_at = doing.at
                job.save(update_fields=["discarded_at"])
                body = {"job": job.pk, "sha256": job.sha256}
                concerned = (job.organisation,)
                doing.announce("bulk.discarded", f"bulk:{job.pk}", body, concerns=concerned)
    _sweep()


def _sweep() -> None:
    """Take away the files that no job needs; two organisations may have handed in the same."""
    needed = set(BulkJob.objects.filter(discarded_at=None).values_list("sha256", flat=True))
    settled = time.time() - _SETTLED_AFTER
    for path in bulk.folder().iterdir():
        if path.name not in needed and path.stat().st_mtime < settled:
            path.unlink(missing_ok=True)
