"""Customs do not wait for the trader to explain a value."""

from clearway.inspection import doubting


def at_once(until, now):
    return None


doubting._refuse_within = at_once
