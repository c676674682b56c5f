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
