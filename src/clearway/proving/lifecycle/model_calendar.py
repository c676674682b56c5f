"""What the model knows of days: what lapses, and which exports somebody asks after."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.model_base import DECIDERS, Base

EXIT_DAYS = 90
_LAPSES_AFTER = 30


class Calendar(Base):
    """Days go by from morning to morning."""

    def lapsing(self) -> list[Life]:
        """Return what was declared in advance and never presented in its time."""
        waiting = [life for life in self.lives if life.state == "received"]
        return [life for life in waiting if self.day >= life.came_on + _LAPSES_AFTER]

    def lapse(self, life: Life) -> None:
        """Let it lapse: it never had a lane, a debt or goods."""
        life.state, life.goods, life.debt = "invalidated", "none", "none"

    def ask_after_exports(self) -> None:
        """Ask where the exports are that should be out by now."""
        for life in self.lives:
            if life.awaits_exit and self.day >= life.out_by:
                life.enquired = True

    def may_give_up(self, who: str, life: Life) -> bool:
        """Tell whether an enquiry may end with the goods still here: asked, and none aboard."""
        free = life.goods in {"released", "gated_in"} and life.state in {"released", "cleared"}
        return who in DECIDERS and life.awaits_exit and life.enquired and free
