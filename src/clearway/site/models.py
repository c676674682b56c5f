"""The shell's one table. One writer: ``site.processes``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class Process(models.Model):
    """A server process that runs, or did until it was killed.

    ``name`` is drawn at its start. A background job that was under way in a process that is no
    longer seen is begun again (``site.jobs``).
    """

    name = models.CharField(max_length=32, primary_key=True)
    started_at = InstantField()
    seen_at = InstantField()
