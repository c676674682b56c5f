"""The room's tables: what is drawn of each quota in each of its periods, and by whom.

How much a quota opens with is the law's and stands in the country pack; only what is drawn stands
here, so that a pack which enlarges a quota needs nothing to be carried over. Quantities are whole
numbers, millionths of the quota's unit. ``opens`` is the first day of the quota's period, in days
since 1970-01-01.
"""

from __future__ import annotations

from django.db import models


class Balance(models.Model):
    """How much of a quota is drawn in one of its periods."""

    pk = models.CompositePrimaryKey("quota_order", "opens")
    quota_order = models.CharField(max_length=32)
    opens = models.IntegerField()
    drawn = models.BigIntegerField()

    class Meta:
        """Nothing below zero is ever drawn; the most is the law's and tested by the draw."""

        constraints = (
            models.CheckConstraint(condition=models.Q(drawn__gte=0), name="quota_drawn_not_below"),
        )


class Draw(models.Model):
    """What one declaration, by the version that stands, has drawn of a quota.

    ``declaration`` is its row number, ``organisation`` that of who lodged it. What was given back
    has no row: the log has both acts.
    """

    pk = models.CompositePrimaryKey("declaration", "quota_order", "opens")
    declaration = models.BigIntegerField()
    quota_order = models.CharField(max_length=32)
    opens = models.IntegerField()
    quantity = models.BigIntegerField()
    mrn = models.CharField(max_length=18)
    organisation = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """A quota's draws are read by quota, a declaration's by declaration."""

        indexes = (models.Index(fields=["quota_order", "opens"], name="quotas_draw_of_quota"),)
