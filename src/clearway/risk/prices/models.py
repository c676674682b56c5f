"""Tables of prices. One writer: ``risk.prices.service``."""

from __future__ import annotations

from django.db import models


class PriceSeen(models.Model):
    """The unit price of one goods item of an accepted declaration, as it was last assessed.

    ``declaration`` is its row number, ``item`` a position from 1. The next four columns are
    ``rules.Goods``, with the HS6 beside them; ``price`` is in millionths of the currency, ``day``
    (since 1970-01-01) that on which the version was lodged.
    """

    declaration = models.BigIntegerField()
    item = models.SmallIntegerField()
    direction = models.CharField(max_length=60)
    subheading = models.CharField(max_length=6)
    commodity = models.CharField(max_length=60)
    origin = models.CharField(max_length=60)
    unit = models.CharField(max_length=60)
    price = models.BigIntegerField()
    day = models.IntegerField(db_index=True)

    class Meta:
        """An item is seen once; it is learnt from subheading by subheading."""

        constraints = (models.UniqueConstraint("declaration", "item", name="price_seen_once"),)
        indexes = (
            models.Index(fields=["direction", "unit", "subheading"], name="price_seen_goods"),
        )


class PriceReference(models.Model):
    """What goods under one key cost, from a day on: the newest row up to a day counts on it.

    ``key`` is of ``rules.keys_of``. ``day`` is counted from 1970-01-01. ``median`` and
    ``deviation`` (MAD) are millionths of the currency for one unit, ``prices`` how many they were
    learnt from. A row without a median says that there are too few by now. No row is ever changed,
    so that any decision can be explained by what it was compared with.
    """

    key = models.CharField(max_length=250)
    day = models.IntegerField()
    median = models.BigIntegerField(null=True)
    deviation = models.BigIntegerField(null=True)
    prices = models.IntegerField()

    class Meta:
        """A key is learnt once for a day."""

        constraints = (models.UniqueConstraint("key", "day", name="price_reference_of_a_day"),)


class PriceRound(models.Model):
    """One row: how far the record was read (a version's number), and for which day was learnt."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seen_to = models.BigIntegerField(default=0)
    learnt_for = models.IntegerField(default=0)
