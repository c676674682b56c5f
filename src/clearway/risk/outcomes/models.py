"""What looking at goods showed. One writer: ``risk.outcomes.service``."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField, MinorUnitsField


class Outcome(models.Model):
    """What looking at one goods item showed, told by inspection as it closes an opening.

    ``declaration`` is a row number; ``differs`` whether anything was found; ``at_stake`` what was
    declared too little, in minor units. A declaration that was opened twice has rows of both.
    """

    declaration = models.BigIntegerField(db_index=True)
    item = models.SmallIntegerField()
    differs = models.BooleanField()
    at_stake = MinorUnitsField()
    at = InstantField(db_index=True)


class ProfileWorth(models.Model):
    """What looks at a profile's hits showed, up to an outcome (``WorthUntil``): sums of a round.

    ``on_trial`` tells hits of a version on trial from those of one that selects. Without a profile
    it is what the random draw chose, with the taxes at stake in minor units.
    """

    on_trial = models.BooleanField()
    profile = models.CharField(max_length=128)
    version = models.IntegerField()
    inspected = models.IntegerField()
    found = models.IntegerField()
    at_stake = MinorUnitsField(default=0)

    class Meta:
        """One row each."""

        constraints = (
            models.UniqueConstraint("on_trial", "profile", "version", name="profile_worth_once"),
        )


class WorthUntil(models.Model):
    """Up to which outcome, by its row number, the sums of ``ProfileWorth`` were made: one row."""

    outcome = models.BigIntegerField()
    at = InstantField()
