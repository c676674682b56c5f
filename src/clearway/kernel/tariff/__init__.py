"""Tariff: which measures apply to an item on a day, and what they cost, to the minor unit.

``price`` serves one declaration and explains every line; ``bulk.price_bulk`` serves encoded
columns of many and gives the same amounts. The names below are looked up when first used,
because the measure table's shapes, which the reference is made of, live in this room too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clearway.kernel.tariff.pricing import Pricing, Relief, price

__all__ = ["Pricing", "Relief", "price"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module("clearway.kernel.tariff.pricing"), name)
    globals()[name] = found
    return found
