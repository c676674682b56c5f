"""The machine whole: everybody's acts in any order (``judged`` says how they are held to it).

Acts that are merely drawn seldom bring goods to a gate; ``onward`` does what a declaration waits
for, as its people would, and now and then tries first what must be refused there. Runs begin some
way into a life, so that its later parts are met as often as the first.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from clearway.proving.lifecycle.calendar_acts import CalendarActs
from clearway.proving.lifecycle.correcting_acts import PRICED, CorrectingActs
from clearway.proving.lifecycle.doubting_acts import DoubtingActs
from clearway.proving.lifecycle.gate_acts import GateActs
from clearway.proving.lifecycle.goods_acts import GoodsActs
from clearway.proving.lifecycle.judged import HERE, SOME, WHICH
from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.looking_acts import LookingActs
from clearway.proving.lifecycle.messages import LODGED, PACKAGES
from clearway.proving.lifecycle.model import AFTER, OFFICE_OF, WAITING
from clearway.proving.lifecycle.model_base import USABLE
from clearway.proving.lifecycle.money_acts import MoneyActs
from clearway.proving.lifecycle.moving_acts import MovingActs
from clearway.proving.lifecycle.officer_acts import OfficerActs
from clearway.proving.lifecycle.trader_acts import TraderActs

_FAR = st.sampled_from((0, 0, 2, 4, 6, 8, 10, 12, 16))
"""Steps towards the end of a life with which a run begins."""

_LATE = st.sampled_from((0, 0, 0, 0, 0, 0, 31))
"""Days that go by before anything is lodged: the permit and the guarantee may be over by then."""

_SALT = st.integers(0, 9)
"""In the names of a run's consignments, by which teams are drawn: else all runs have the same."""

_DIFFERING = "shirts"
"""The kind that is sent to control on its way, and whose goods are not as declared."""
_OF_TWO = "two"
"""The kind of two goods items, of which one may be held and the other go."""
_DOUBTED = "bicycles"
"""The kind whose value is doubted at times."""
_SENT_TO_CONTROL = {_DIFFERING, "dear"}
_LOOKED_INTO = {"assessed", "documents_requested"}
_RED = 3


class Lifecycle(
    GoodsActs,
    MoneyActs,
    OfficerActs,
    TraderActs,
    LookingActs,
    GateActs,
    DoubtingActs,
    CorrectingActs,
    MovingActs,
    CalendarActs,
):
    """One run of a few declarations from lodging to the end of their lives."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    @initialize(kind=st.sampled_from(LODGED), here=HERE, far=_FAR, salt=_SALT, late=_LATE)
    def first(self, kind: str, here: int, far: int = 0, salt: int = 0, late: int = 0) -> None:
        """Begin with one declaration, as far into its life as is drawn."""
        self.salt = salt
        self.days(late)
        self.lodge(kind, here)
        for _ in range(far):
            self.onward(0)

    @SOME
    @rule(which=WHICH)
    def onward(self, which: int) -> None:
        """Do what a declaration waits for."""
        life = self.life(which)
        if life.asked:
            if life.asked == "cancellation" and life.left < PACKAGES:
                self.decide("ann", which, grant=True)
            self.decide("ben", which, grant=life.asked == "amendment")
        elif life.proposed_by:
            self.confirm("ben" if life.proposed_by == "ann" else "ann", which, yes=True)
        elif life.state == "received" and life.away:
            self.present("trader", which)
        elif life.has_lot and self.model.reported.get(life.name) != "arrived":
            self._bring(life, which)
        elif self._in_its_way(life, which):
            pass
        elif self.model.is_kept(life):
            self._lift_one(life)
        elif life.state in AFTER:
            self._leave(life, which)
        else:
            self._towards_release(life, which)

    @SOME
    @rule(which=WHICH)
    def onward_again(self, which: int) -> None:
        """Do it again: one rule of many is drawn too seldom."""
        self.onward(which)

    def at_times(self, every: int) -> bool:
        """Tell whether what must be refused is tried first: not always, since it costs an act."""
        self.tries += 1
        return self.tries % every == 0

    def _bring(self, life: Life, which: int) -> None:
        """Let the goods come; at times somebody waits to hold them."""
        known = any(held.life is life for held in self.model.holds)
        if not known and self.at_times(3):
            self.hold("plants", which, lot=False)
        (self.arrive if self.model.reported.get(life.name) else self.report)(which)

    def _in_its_way(self, life: Life, which: int) -> bool:
        """Do what is done with its kind alone; tell whether anything was."""
        if life.boxed:
            return self._move_box(life, which)
        return life.kind == _OF_TWO and self._apart(life, which)

    def _apart(self, life: Life, which: int) -> bool:
        """Release the item of two that is not held and let it leave; tell whether it was so."""
        desk, known = life.desk or "ann", any(held.life is life for held in self.model.holds)
        if life.state in {"assessed", *WAITING} and not known and self.salt % 3:
            self.hold("plants", which, lot=False, item=2)
        if self.model.held_items(life) != {2} or self.model.is_held(life) or life.left < PACKAGES:
            return False
        if life.released:
            self.gate_out(which, 6)
            self.gate_out(which, 4)
            return True
        if life.state == "assessed":
            self.ask_documents(desk, which)
        desk = life.desk or "ann"
        self.pay(which, "rest")
        self.release_items(desk, which, (2,), "goods", secured=False)
        self.release_items(desk, which, (1,), "nothing", secured=False)
        self.release_items(desk, which, (1,), "goods", secured=False)
        return bool(life.released)

    def _move_box(self, life: Life, which: int) -> bool:
        """Let the container go under control and come to its station once this house is released.

        Return whether anything was to be done.
        """
        move = self.model.move
        if move == "under_way" and life.goods == "released":
            self.gate_out(which, None)
            self.receive_move("carrier", 0)
            self.receive_move("terminal", 0)
        elif move == "authorised":
            self.box_out()
            return self.model.move == "under_way"
        elif not move and life.state in {"assessed", *WAITING} and self.salt % 3:
            self.authorise_move("ann")
        else:
            return False
        return True

    def _lift_one(self, life: Life) -> None:
        for place, held in enumerate(self.model.holds):
            if held.open and held.life is life:
                owner = next(who for who, at in OFFICE_OF.items() if at == held.owner)
                self.lift("plants" if owner == "animals" else "animals", place, "")
                self.lift(owner, place, "")
                return

    def _towards_release(self, life: Life, which: int) -> None:
        if life.looks:
            self._look_on(life, which)
        elif life.kind in _SENT_TO_CONTROL and life.state in _LOOKED_INTO and life.lane != _RED:
            self.control(life.desk or "ann", which)
        elif life.is_doubted:
            self._despite_doubt(life, which)
        elif life.kind == _DOUBTED and life.doubt is None and self.salt % 2:
            self.doubt("ann", which)
        elif life.state in WAITING:
            self.accept(life.desk or "ann", which, "nothing", secured=False)
            self.accept(life.desk or "ann", which, "goods", secured=False)
        elif life.owed > life.paid:
            if self.model.day > USABLE:
                self.accept(life.desk or "ann", which, "goods", secured=True)
            self.pay(which, "rest")
        elif life.permit not in {"", "granted"}:
            self.judge_paper("plants", which, "confirm")

    def _despite_doubt(self, life: Life, which: int) -> None:
        """Do all else that it waits for, so that the doubt alone keeps it; then end the doubt."""
        if life.state in WAITING:
            self.accept(life.desk or "ann", which, "goods", secured=False)
        elif life.owed > life.paid:
            self.pay(which, "rest")
        else:
            self._end_doubt(life, which)

    def _end_doubt(self, life: Life, which: int) -> None:
        """Determine the value of every other doubt, once the trader was heard; accept the rest."""
        if life.doubt is None or self.count % 2 == 0:
            self.accept_value("ann", which)
        elif life.doubt.state == "heard":
            self.determine("ann", which)
        elif life.doubt.state == "replied":
            self.tell_grounds("ann", which)
        else:
            self.reply("trader", which)

    def _leave(self, life: Life, which: int) -> None:
        if (life.kind in PRICED and self._correct(life, which)) or life.goods == "gated_out":
            return
        if life.kind == "simplified" and self.at_times(2):
            self.complete(which, -4000 if self.at_times(2) else 5000)
        elif life.owed > life.paid and self.at_times(2):
            self.pay(which, "rest")
        elif life.has_lot:
            self._fetch(life, which)
        elif life.completes:
            self.cancel("trader", which)
        elif life.goods == "released":
            if self.at_times(2):
                self.give_up("ann", which)
            self._take_in(life, which)
        elif life.goods == "gated_in" and life.entered < PACKAGES and self.at_times(2):
            self._take_in(life, which)
        elif life.goods == "gated_in":
            self.load(which, 4)
        else:
            self.depart(which)

    def _fetch(self, life: Life, which: int) -> None:
        """Let every other lot go by a token, in two parts."""
        live = self._tokens(life)
        if self.count % 2 == 0:
            self.gate_out(which, None)
        elif live:
            self.show(live[0])
            self.show(live[0])
        elif life.left < PACKAGES and self.at_times(3):
            self.cancel("trader", which)
        else:
            if self.at_times(2):
                self.issue("stranger", which, None, "")
            self.issue("trader", which, 4 if life.left == PACKAGES else None, "XP12AB34")

    def _take_in(self, life: Life, which: int) -> None:
        """Take every other export in by tokens, in two parts; none is given to let it out again."""
        live = self._tokens(life)
        if self.count % 2 == 0:
            self.gate_in(which)
        elif live:
            self.show(live[0], right_way=False)
            self.show(live[0])
        else:
            self.issue("trader", which, None, "", right_way=False)
            self.issue("trader", which, None if life.entered else 4, "")

    def _tokens(self, life: Life) -> list[int]:
        """Return the places of its tokens that are good still."""
        now, passes = self.model.now, enumerate(self.model.passes)
        mine = [(i, one) for i, one in passes if one.life is life and one.state == "live"]
        return [i for i, one in mine if now < one.until]

    def _correct(self, life: Life, which: int) -> bool:
        """Let customs correct what they released, by two persons, and the trader appeal.

        Return whether anything was to be done.
        """
        made = [(i, one) for i, one in enumerate(self.model.changes) if one.life is life]
        if not made:
            begun = life.goods == "gated_out" or self.at_times(2)
            if begun:
                self.propose("ann", which)
            return begun
        place, one = made[-1]
        step = {"lodged": "admit", "admitted": "hear", "heard": "decide"}.get(one.appeal, "")
        if one.state == "proposed":
            second = "ben" if one.by == "ann" else "ann"
            self.confirm_change(one.by, place, yes=True)
            self.confirm_change(second, place, yes=True)
            if one.state == "proposed":
                self.confirm_change(second, place, yes=False)
        elif step:
            self.judge_appeal(one.second or one.by, place, step)
            self.judge_appeal(min({"ann", "ben", "chief"} - {one.by, one.second}), place, step)
        elif one.state == "done" and not one.appeal:
            self.appeal("trader", place)
        else:
            return False
        return True

    def _look_on(self, life: Life, which: int) -> None:
        place = self.place_drawn(life)
        if life.look == "discrepancy":
            self.approve(which, "chief", yes=False)
        if life.look == "discrepancy":
            self.approve(which, "supervisor", yes=life.looks[-1].version == life.version)
        elif life.look == "assigned":
            self.start_look(which, place)
        elif life.looks[-1].noted:
            self.differ(which, place)
        elif life.kind == _DIFFERING:
            self.note(which, place)
        else:
            self.end_look(which, place)

    def place_drawn(self, life: Life) -> int:
        """Return the place of one of the officers who were drawn to look."""
        return next(
            (i for i, who in enumerate(("ann", "ben", "chief")) if self.is_drawn(life, who)), 3
        )
