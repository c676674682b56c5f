"""What inspections showed under each key, day by day. One writer: ``risk.memory.service``."""

from __future__ import annotations

from django.db import models


class Evidence(models.Model):
    """Inspections and violations under one value of a key, of one day.

    ``rung`` is a name of ``keys.RUNGS``, ``key`` its value in words, ``day`` counted from
    1970-01-01. By the day what was known then can be said again, and what is old left out.
    """

    rung = models.CharField(max_length=24)
    key = models.CharField(max_length=200)
    day = models.IntegerField()
    inspections = models.IntegerField()
    violations = models.IntegerField()

    class Meta:
        """One row for each value and day; a look-up reads a value's days in one go."""

        constraints = (
            models.UniqueConstraint(fields=["rung", "key", "day"], name="evidence_of_a_day"),
        )
