"""Tables of budgets and scores. One writer: ``risk.scoring.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class OfficeCapacity(models.Model):
    """How many declarations an office can inspect on a day, and how a model may spend the rest.

    The newest row of an office counts; the others tell what counted before. The shares are per
    cent of what is left beside law, lists, profiles and the random draw; they add up to 100.
    """

    office = models.CharField(max_length=17)
    per_day = models.IntegerField()
    chance = models.SmallIntegerField()
    stake = models.SmallIntegerField()
    new = models.SmallIntegerField()
    reason = models.CharField(max_length=512)
    set_by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """Asked for by office, the newest first."""

        indexes = (models.Index(fields=["office", "-id"], name="office_capacity_newest"),)


class DayPlan(models.Model):
    """By which cuts an office spends its budget on a day, for one model (0 where none serves).

    ``day`` is counted from 1970-01-01. ``plan`` is JSON of ``planning.Plan``, with the sample on
    which the cuts were set.
    """

    office = models.CharField(max_length=17)
    day = models.IntegerField()
    model = models.IntegerField()
    plan = models.BinaryField()
    at = InstantField()

    class Meta:
        """A day is planned once for each office and model."""

        constraints = (
            models.UniqueConstraint("office", "model", "day", name="office_day_planned_once"),
        )


class ItemScore(models.Model):
    """What the model in force said of one goods item when its declaration was decided.

    ``model`` is its number. ``chance`` of a violation in millionths; ``stake`` the charges on the
    item in minor units, absent where unknown. ``inspections`` and ``violations`` are those of the
    very same goods that the chance already counts in. ``share`` names what asked for an inspection
    (chance, stake or new), empty where the points only add. ``propensity`` is the probability, in
    millionths, with which its declaration was to be inspected before any lot was drawn: that of
    the random draw and, where the lot of new parties could make it red, of either; 1,000,000 where
    anything else asked for an inspection.
    """

    assessment = models.BigIntegerField(db_index=True)
    item = models.SmallIntegerField()
    model = models.IntegerField()
    chance = models.IntegerField()
    stake = models.BigIntegerField(null=True)
    inspections = models.IntegerField()
    violations = models.IntegerField()
    points = models.SmallIntegerField()
    share = models.CharField(max_length=6, blank=True)
    propensity = models.IntegerField()
    day = models.IntegerField()

    class Meta:
        """Drift is watched by model and day."""

        indexes = (models.Index(fields=["model", "day"], name="item_score_by_day"),)
