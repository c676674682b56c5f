"""Tables of models. One writer: ``risk.learning.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField
from clearway.risk.learning.life_cycle import SERVING


class ModelVersion(models.Model):
    """One model, from the order to learn it to its end. Numbers count from 1 and are never reused.

    ``state`` is one of ``life_cycle.STATES``. ``content`` is ``Generaliser.to_bytes`` and
    ``digest`` its SHA-256 in hex; both are empty until it is trained. ``card`` is JSON of
    ``cards.Card``: what it was trained on, and its figures on what it had not seen. ``until`` is
    the first day (since 1970-01-01) whose inspections it has not learnt from, 0 for all.
    ``work`` is the job that is at it (``train`` or ``test``), empty where none is; ``trouble`` why
    the last one failed. ``watched_to`` is the greatest version number of a declaration that it has
    judged in the shadow.
    ``asked_by`` proposed it, or asked to retire it, ``asked_reason`` says why; ``decided_by`` let
    it live, ``decision`` says why; ``reason`` is why it was refused, or why it ended.
    """

    number = models.IntegerField(unique=True)
    state = models.CharField(max_length=10)
    content = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64, blank=True)
    card = models.BinaryField(default=b"")
    until = models.IntegerField(default=0)
    work = models.CharField(max_length=5, blank=True)
    trouble = models.CharField(max_length=512, blank=True)
    watched_to = models.BigIntegerField(default=0)
    made_by = models.CharField(max_length=64)
    made_at = InstantField()
    trained_at = InstantField(null=True)
    tested_by = models.CharField(max_length=64, blank=True)
    tested_at = InstantField(null=True)
    asked_by = models.CharField(max_length=64, blank=True)
    asked_at = InstantField(null=True)
    asked_reason = models.CharField(max_length=512, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decision = models.CharField(max_length=512, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """One model serves at a time."""

        constraints = (
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=SERVING), name="model_serves_once"
            ),
        )


class ModelGeneration(models.Model):
    """One row with a token that is new after every change of what serves or is in the shadow."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)


class ShadowChance(models.Model):
    """What the model in the shadow said of one goods item, and what the one that served said.

    Written by a round after the decision, of which it is no part. ``declaration`` and ``version``
    are row numbers, ``item`` a position; chances are in millionths, ``beside`` that of the model
    which served then, absent where none did.
    """

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="shadow")
    declaration = models.BigIntegerField(db_index=True)
    version = models.BigIntegerField()
    item = models.SmallIntegerField()
    chance = models.IntegerField()
    beside = models.IntegerField(null=True)
    at = InstantField()

    class Meta:
        """An item is judged once by each model."""

        constraints = (
            models.UniqueConstraint("model", "version", "item", name="shadow_chance_once"),
        )


class ModelWatch(models.Model):
    """How a model fared on one day: ``figures`` is JSON of ``watching.Figures``.

    ``day`` is counted from 1970-01-01; ``alarm`` tells whether a threshold was passed.
    """

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="watches")
    day = models.IntegerField()
    figures = models.BinaryField()
    alarm = models.BooleanField()
    at = InstantField()

    class Meta:
        """A day is looked at once for each model."""

        constraints = (models.UniqueConstraint("model", "day", name="model_watch_once"),)
