"""Sums of days that are over. One writer: ``supervision.days``, which can make them anew."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField


class SummedUntil(models.Model):
    """Up to which place in the news, and when, all sums were held against the record: one row."""

    position = models.BigIntegerField()
    at = InstantField()


class SummedDay(models.Model):
    """A day of lodgements whose sums are kept: days since 1970-01-01 by the country's clocks.

    ``begins`` and ``ends`` are its microseconds; ``lodged`` how many declarations it has.
    """

    day = models.IntegerField(unique=True)
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()
    lodged = models.IntegerField()


class _Sums(models.Model):
    """Of a day, an office and a direction; empty where all are taken together."""

    day = models.IntegerField()
    office = models.CharField(max_length=17)
    direction = models.CharField(max_length=2)

    class Meta:
        """No table of its own."""

        abstract = True


class DrawSum(_Sums):
    """What declarations that had the same chances came to: the columns ``statements.DRAW``."""

    rate = models.IntegerField(null=True)
    chance = models.IntegerField(null=True)
    alone = models.SmallIntegerField()
    declarations = models.BigIntegerField()
    inspected = models.BigIntegerField()
    found = models.BigIntegerField()
    checked = models.BigIntegerField()
    on_paper = models.BigIntegerField()
    revenue = models.BigIntegerField()
    officer_time = models.BigIntegerField()
    later = models.BigIntegerField()
    later_revenue = models.BigIntegerField()
    without_chance = models.BigIntegerField()
    largest = models.BigIntegerField()
    hits = models.BigIntegerField()
    lots = models.BigIntegerField()
    lots_looked = models.BigIntegerField()
    lots_hits = models.BigIntegerField()
    lots_revenue = models.FloatField()
    lots_squares = models.FloatField()
    drawn = models.BigIntegerField()
    drawn_looked = models.BigIntegerField()
    drawn_found = models.BigIntegerField()
    drawn_stake = models.FloatField()
    drawn_squares = models.FloatField()

    class Meta:
        """Read by place and day."""

        indexes = (
            models.Index(fields=["office", "direction", "day"], name="draw_sum_by_place"),
            models.Index(fields=["day"], name="draw_sum_by_day"),
        )


class LineSum(_Sums):
    """What a line of the ledger came to: the columns ``statements.LINE``."""

    channel = models.CharField(max_length=16)
    profile = models.CharField(max_length=128)
    version = models.IntegerField()
    asks = models.SmallIntegerField()
    selected = models.BigIntegerField()
    inspected = models.BigIntegerField()
    found = models.BigIntegerField()
    waiting = models.BigIntegerField()
    checked = models.BigIntegerField()
    on_paper = models.BigIntegerField()
    revenue = models.BigIntegerField()
    officer_time = models.BigIntegerField()
    alone = models.BigIntegerField()
    alone_revenue = models.BigIntegerField()
    later = models.BigIntegerField()
    largest = models.BigIntegerField()
    red = models.BigIntegerField()
    red_inspected = models.BigIntegerField()
    red_found = models.BigIntegerField()
    drawn_inspected = models.BigIntegerField()
    drawn_found = models.BigIntegerField()

    class Meta:
        """Read by place and day."""

        indexes = (
            models.Index(fields=["office", "direction", "day"], name="line_sum_by_place"),
            models.Index(fields=["day"], name="line_sum_by_day"),
        )
