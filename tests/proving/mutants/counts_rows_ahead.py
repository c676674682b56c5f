"""Bulk files whose rows count as done when they are sent: a kill leaves out those on their way."""

from django.db.models import F

from clearway.intake.bulk import Bulk
from clearway.intake.models import BulkJob

TRIAL = "kills on sqlite"
SHOWS_AS = "lost"

_submit = Bulk._submit


def count_and_submit(self, chunk, job, actor):
    BulkJob.objects.filter(pk=job.pk).update(done=F("done") + len(chunk))
    return _submit(self, chunk, job, actor)


Bulk._submit = count_and_submit
