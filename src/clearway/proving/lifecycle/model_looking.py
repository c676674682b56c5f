"""What the model knows of looks at goods: who was drawn looks, a second person closes a finding."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Life, Look
from clearway.proving.lifecycle.model_base import Base

_JOINED = {"assigned", "started"}
_NOT_HERE = {"unmatched", "reported"}


class Looking(Base):
    """The newest open look is meant by every act."""

    def order_look(self, life: Life) -> None:
        """Have the goods looked at; a look that is not over yet is joined."""
        if life.look not in _JOINED:
            life.opened += 1
            life.in_order = 0
            life.looks.append(Look(number=life.opened, version=life.version))

    def look_again(self, life: Life) -> None:
        """Let the goods of an amended declaration under control be looked at by what it says now.

        A look that is not over goes on by it; what was found in order is looked at anew.
        """
        for look in life.looks:
            if look.state in _JOINED:
                look.version = life.version
        again = not life.looks and 0 < life.in_order < life.version
        if again and life.state == "under_control":
            self.order_look(life)

    def start_look(self, life: Life, *, drawn: bool) -> bool:
        """Begin to look: somebody who was drawn, when the goods are here."""
        if not drawn or life.look != "assigned" or life.goods in _NOT_HERE:
            return False
        life.looks[-1].state = "started"
        return True

    def note(self, life: Life, *, drawn: bool) -> bool:
        """Note what differs, while one looks."""
        if not drawn or life.look != "started":
            return False
        life.looks[-1].noted += 1
        return True

    def end_look(self, life: Life, *, drawn: bool) -> bool:
        """Find the goods in order: the lane then has what it asked for, if nobody else looks."""
        if not drawn or life.look != "started" or life.looks[-1].noted:
            return False
        over = life.looks.pop()
        if over.number == life.opened:
            life.in_order = over.version
        free = life.kind != "dear" and not life.asked and not life.looks
        if life.state == "under_control" and free:
            life.state, life.desk = "assessed", ""
        return True

    def differ(self, life: Life, *, drawn: bool) -> bool:
        """Say that they differ: something was noted, and a second person has to see it."""
        if not drawn or life.look != "started" or not life.looks[-1].noted:
            return False
        life.looks[-1].state, life.looks[-1].version = "discrepancy", life.version
        return True

    def approve(self, who: str, life: Life, *, drawn: bool, yes: bool) -> bool:
        """Close a discrepancy, or have it looked at again: a supervisor who did not look."""
        if who not in {"supervisor", "chief"} or drawn or life.look != "discrepancy":
            return False
        if yes and life.looks[-1].version != life.version:
            return False
        if not yes and any(one.state in _JOINED for one in life.looks):
            return False
        if yes:
            life.looks.pop()
        else:
            life.looks[-1].state = "started"
        return True
