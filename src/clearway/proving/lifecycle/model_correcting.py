"""What the model knows of corrections by customs after release, and of appeals against them."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Change, Life
from clearway.proving.lifecycle.model_base import A_DAY, DECIDERS, Base

_AFTER = {"released", "cleared", "exited"}
_APPEAL_DAYS = 60


class Correcting(Base):
    """Where money changes, a second person confirms; who decided hears no appeal."""

    def propose(self, who: str, life: Life) -> Change | None:
        """Propose what a released declaration should have said, one correction at a time.

        What the trader asks for is decided first.
        """
        waits = any(one.life is life and one.state == "proposed" for one in self.changes)
        if who not in DECIDERS or life.state not in _AFTER or life.asked or waits:
            return None
        made = Change(life=life, version=life.version, by=who)
        self.changes.append(made)
        return made

    def confirm_change(self, who: str, one: Change, *, yes: bool) -> bool:
        """Confirm another's correction of the version that stands, or send it back."""
        if who not in DECIDERS or one.state != "proposed" or one.by == who:
            return False
        life = one.life
        if yes and (one.version != life.version or life.asked or life.state not in _AFTER):
            return False
        one.state, one.second, one.done_at = "done" if yes else "sent_back", who, self.now
        return True

    def appeal(self, who: str, one: Change) -> bool:
        """Appeal against a correction that was made: the party, in time, once at a time."""
        late = self.now // A_DAY > one.done_at // A_DAY + _APPEAL_DAYS
        if who != "trader" or one.state != "done" or late:
            return False
        if one.appeal in {"lodged", "admitted", "heard"}:
            return False
        one.appeal = "lodged"
        return True

    def judge_appeal(self, who: str, one: Change, step: str) -> bool:
        """Admit, hear or decide it: an officer of the office who had no part in the correction."""
        before = {"admit": "lodged", "hear": "admitted", "decide": "heard"}[step]
        if who not in DECIDERS - {one.by, one.second} or one.appeal != before:
            return False
        one.appeal = {"admit": "admitted", "hear": "heard", "decide": "decided"}[step]
        return True

    def withdraw_appeal(self, who: str, one: Change) -> bool:
        """Take an appeal back while it is not decided."""
        if who != "trader" or one.appeal not in {"lodged", "admitted", "heard"}:
            return False
        one.appeal = "withdrawn"
        return True
