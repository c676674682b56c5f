"""The machine whole: everybody's acts in any order (``judged`` says how they are held to it)."""

from __future__ import annotations

from clearway.proving.lifecycle.goods_acts import GoodsActs
from clearway.proving.lifecycle.officer_acts import OfficerActs
from clearway.proving.lifecycle.trader_acts import TraderActs


class Lifecycle(GoodsActs, OfficerActs, TraderActs):
    """One run of a few declarations from lodging to the end of their lives."""
