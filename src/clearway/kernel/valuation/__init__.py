"""Customs value: what the goods are worth for duty, item by item, exactly and explained."""

from clearway.kernel.valuation.method import Valuation, value

__all__ = ["Valuation", "value"]
