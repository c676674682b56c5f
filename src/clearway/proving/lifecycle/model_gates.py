"""What the model knows of gate tokens: one for packages that are free, and it opens once."""

from __future__ import annotations

from clearway.proving.lifecycle.lives import Life, Pass
from clearway.proving.lifecycle.model_base import Base

_HOURS = 72


class Gates(Base):
    """Tokens for a lot out, and for an export in."""

    def given(self, life: Life) -> int:
        """Return how many packages of a lot tokens are out for that are good still."""
        return sum(one.packages for one in self.passes if one.life is life and self._is_good(one))

    def issue(
        self, who: str, life: Life, packages: int | None, plate: str, *, way: str
    ) -> Pass | None:
        """Give a token to whom it concerns, for what is free and no other token was given for.

        Imports go out by the gate and exports come in, never the other way.
        """
        mine = who == "trader" or (who == "carrier" and bool(self.reported.get(life.name)))
        free = max(0, self.free(life) - self.given(life))
        wanted = free if packages is None else packages
        if not mine or not 0 < wanted <= free or life.away != (way == "in"):
            return None
        for one in self.passes:
            if one.life is life and one.state == "live" and not self._is_good(one):
                one.state = "expired"
        made = Pass(
            life=life, asked_by=who, packages=wanted, plate=plate, way=way,
            until=self.now + _HOURS * 60,
        )  # fmt: skip
        self.passes.append(made)
        return made

    def show(self, one: Pass, *, right_unit: bool, plate: str, gate: str, way: str) -> bool:
        """Let it through: live, in time, here, for this unit and vehicle, and the goods still free.

        What passed is gone, and the token with it. An export is in with its first part, and the
        others follow.
        """
        life = one.life
        fits = right_unit and plate in {one.plate, one.plate or plate} and gate == "here"
        fits = fits and way == one.way
        if not (self._is_good(one) and fits and one.packages <= self.free(life)):
            return False
        one.state = "used"
        if life.away:
            life.entered += one.packages
            life.goods = "gated_in" if life.goods == "released" else life.goods
            return True
        life.left -= one.packages
        if not life.left:
            life.goods = "gated_out"
        return True

    def recall(self, who: str, one: Pass) -> bool:
        """Recall it: who asked for it, or customs, while it is live."""
        customs = who in {"ann", "ben", "chief", "far", "supervisor"}
        if not (customs or who == one.asked_by) or one.state != "live":
            return False
        one.state = "recalled"
        return True

    def _is_good(self, one: Pass) -> bool:
        return one.state == "live" and self.now < one.until

    def recall_all(self, life: Life) -> None:
        """End the tokens of what somebody holds now, or what is void, as the news of it do."""
        for one in self.passes:
            if one.life is life and one.state == "live":
                one.state = "recalled"
