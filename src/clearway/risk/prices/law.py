"""What a pack says of prices and of perishable goods: its settings ``risk.*``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

_log = logging.getLogger("clearway.risk")
_WINDOW, _LEAST = "risk.price_window_days", "risk.price_least"
_PERISHABLE: Final = "risk.perishable"


class PriceLaw(msgspec.Struct, frozen=True):
    """Over how many days prices are learnt, and from how many at least."""

    window: int = 180
    least: int = 12


def price_law(settings: Mapping[str, str]) -> PriceLaw:
    """Return a pack's law of prices; what it does not say, or says amiss, is the usual.

    >>> price_law({"risk.price_least": "30"})
    PriceLaw(window=180, least=30)
    """
    usual = PriceLaw()
    return PriceLaw(
        _whole(settings.get(_WINDOW, ""), usual.window),
        _whole(settings.get(_LEAST, ""), usual.least),
    )


def perishables(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return with what the commodity codes of perishable goods begin; empty where none is said."""
    return _codes(settings.get(_PERISHABLE, ""))


@lru_cache(maxsize=16)
def _codes(listed: str) -> tuple[str, ...]:
    return tuple(code for one in listed.split(";") if (code := one.strip()))


@lru_cache(maxsize=16)
def _whole(written: str, usual: int) -> int:
    if not written:
        return usual
    if written.strip().isdecimal() and int(written) > 0:
        return int(written)
    _log.warning("a setting risk.price_* of the pack is no whole number above 0; the usual counts")
    return usual
