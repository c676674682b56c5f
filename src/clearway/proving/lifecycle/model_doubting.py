"""What the model knows of doubts about a value (WTO Valuation Agreement, Decision 6.1)."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Doubt, Life
from clearway.proving.lifecycle.model_base import A_DAY, DECIDERS, Base

_OPEN = {"asked", "replied", "grounds_told", "heard"}
_BEFORE = {"accepted", "assessed", "documents_requested", "under_control"}
_SURELY_WITHIN, _SURELY_OVER = 10, 25


class Doubting(Base):
    """A period of ten working days is surely running for ten days, and surely over after 25."""

    def is_unsure(self, life: Life) -> bool:
        """Tell whether the model does not know if the trader's period is over."""
        doubt = life.doubt
        if doubt is None:
            return False
        asked, told = ((self.now - at) / A_DAY for at in (doubt.asked_at, doubt.told_at))
        return any(_SURELY_WITHIN < days < _SURELY_OVER for days in (asked, told))

    def doubt(self, who: str, life: Life) -> bool:
        """Doubt the value, before the release and one doubt at a time."""
        if who not in DECIDERS or life.state not in _BEFORE:
            return False
        if life.doubt is not None and life.doubt.state in _OPEN:
            return False
        life.doubt = Doubt(asked_at=self.now, told_at=self.now)
        return True

    def reply(self, who: str, life: Life) -> bool:
        """Explain, or respond to the grounds: whoever lodged it."""
        doubt = life.doubt
        if who != "trader" or doubt is None or doubt.state not in {"asked", "grounds_told"}:
            return False
        doubt.replied = True
        doubt.state = "replied" if doubt.state == "asked" else "heard"
        return True

    def tell_grounds(self, who: str, life: Life) -> bool:
        """Say why it is still doubted: after the reply, or the period without one."""
        doubt = life.doubt
        if who not in DECIDERS or doubt is None or doubt.state not in {"asked", "replied"}:
            return False
        if doubt.state == "asked" and not self._is_over(doubt.asked_at):
            return False
        doubt.state, doubt.told_at = "grounds_told", self.now
        return True

    def fix(self, who: str, life: Life) -> bool:
        """Fix the security against which the goods may leave."""
        doubt = life.doubt
        if who not in DECIDERS or doubt is None or doubt.state not in _OPEN or doubt.secured:
            return False
        doubt.fixed = True
        return True

    def cover(self, who: str, life: Life) -> bool:
        """Note what covers that security: the doubt keeps the goods no longer."""
        doubt = life.doubt
        if who not in DECIDERS or doubt is None or doubt.state not in _OPEN:
            return False
        if not doubt.fixed or doubt.secured:
            return False
        doubt.secured = True
        return True

    def accept_value(self, who: str, life: Life) -> bool:
        """Accept the declared value."""
        doubt = life.doubt
        if who not in DECIDERS or doubt is None or doubt.state not in _OPEN:
            return False
        doubt.state = "closed"
        return True

    def determine(self, who: str, life: Life) -> bool:
        """Determine another value: the grounds were told, and answered or left unanswered."""
        doubt = life.doubt
        if who not in DECIDERS or doubt is None or doubt.state not in {"grounds_told", "heard"}:
            return False
        if doubt.state == "grounds_told" and not self._is_over(doubt.told_at):
            return False
        doubt.state = "determined"
        return True

    def _is_over(self, since: int) -> bool:
        return (self.now - since) / A_DAY >= _SURELY_OVER
