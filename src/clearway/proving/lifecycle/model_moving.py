"""What the model knows of a container of several houses, and of its way to a freight station."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Life, Moved
from clearway.proving.lifecycle.model_base import DECIDERS, Base

_OPEN = {"authorised", "under_way"}
_KEEPER = "terminal"


class Moving(Base):
    """It leaves wholly free, or under control; while it is on its way nothing of it leaves."""

    def houses(self) -> list[Life]:
        """Return those that are reported to be in the container, void ones too."""
        return [life for life in self.lives if life.boxed and self.reported.get(life.name)]

    def authorise_move(self, who: str) -> bool:
        """Let the container go under control: all is here, nothing of it is held."""
        houses = self.houses()
        here = houses and all(self.reported[life.name] == "arrived" for life in houses)
        standing = [life for life in houses if life.state != "invalidated"]
        if who not in {*DECIDERS, "far"} or not here or self.move in _OPEN:
            return False
        if any(self.is_kept(life) for life in standing):
            return False
        self.moves.append(Moved())
        return True

    def box_out(self) -> bool:
        """Let the container out, with all that is in it, or under control where that was said."""
        houses = self.houses()
        standing = [life for life in houses if life.state != "invalidated"]
        here = [life for life in standing if life.goods != "gated_out"]
        kept = any(self.is_kept(life) for life in here)
        if not houses or kept or self.move == "under_way":
            return False
        whole = len(standing) == len(houses) and here
        if whole and all(life.goods == "released" for life in here):
            for life in here:
                life.left, life.goods = 0, "gated_out"
            return True
        if self.move != "authorised":
            return False
        self.moves[-1].state = "under_way"
        return True

    def receive_move(self, who: str, one: Moved) -> bool:
        """Take in what came under control: the station's keeper alone."""
        if who != _KEEPER or one.state not in _OPEN:
            return False
        one.state = "arrived"
        return True

    def cancel_move(self, who: str, one: Moved) -> bool:
        """Take the word back while it is here."""
        if who not in {*DECIDERS, "far"} or one.state != "authorised":
            return False
        one.state = "cancelled"
        return True
