"""What must be so, told naively: plain fields, and for each act whether it must be refused.

Nothing here asks the rooms. A method is called before its act is done: it returns whether the act
must succeed and, where it must, changes the fields as the record must change. ``settle`` then does
what the platform does by itself. What only the kernel can know (the lane, what is payable) is
told to the model from the answer.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from clearway.proving.lifecycle.lives import Held, Life
from clearway.proving.lifecycle.messages import PACKAGES
from clearway.proving.lifecycle.model_base import COMING, DECIDERS, USABLE
from clearway.proving.lifecycle.model_calendar import EXIT_DAYS, Calendar
from clearway.proving.lifecycle.model_correcting import Correcting
from clearway.proving.lifecycle.model_doubting import Doubting
from clearway.proving.lifecycle.model_gates import Gates
from clearway.proving.lifecycle.model_looking import Looking
from clearway.proving.lifecycle.model_money import Money
from clearway.proving.lifecycle.model_moving import Moving

WAITING: Final = {"documents_requested", "under_control"}
BEFORE: Final = {"received", "accepted", "assessed", *WAITING}
AFTER: Final = {"released", "cleared", "exited"}
COVERED: Final = {"none", "secured", "paid", "final", "refunded"}
OFFICE_OF: Final = {
    "ann": "office", "ben": "office", "chief": "office", "far": "elsewhere", "supervisor": "head",
    "plants": "plants", "animals": "animals",
}  # fmt: skip
GONE: Final = {"gated_out", "departed", "exit_confirmed"}
_BY_LANE: Final = ("assessed", "assessed", "documents_requested", "under_control")


class Model(Money, Looking, Doubting, Gates, Correcting, Moving, Calendar):
    """Every declaration of a run, its cargo report, its holds, and what the permit has left."""

    # What is asked of several acts.

    def is_permitted(self, life: Life) -> bool:
        """Tell whether every agency has granted what it asks for."""
        return life.permit in {"", "granted"}

    def _in_the_way(self, life: Life, *, secured: bool = False, apart: bool = False) -> bool:
        here = life.goods in {"none", "arrived", "presented"} and (apart or not self.is_kept(life))
        free = here and not life.looks and not life.is_doubted
        covered = life.debt in COVERED or (secured and life.debt == "assessed")
        return not (free and self.is_permitted(life) and covered)

    # Lodging and cargo.

    def lodged(self, life: Life, lane: int | None, payable: int) -> None:
        """Take in what the line accepted."""
        advance = "advance" in life.kind
        life.lane, life.debt = lane, "assessed" if payable else "none"
        life.came_on = self.day
        life.state = "received" if advance or lane is None else _BY_LANE[lane]
        document = self.reported.get(life.name, "")
        if life.away:
            life.goods = "unmatched" if advance else "presented"
        elif advance:
            life.goods = "unmatched"
        elif life.completes:
            life.goods = "none"
        else:
            life.goods = {"": "unmatched"}.get(document, document)
        self.lives.append(life)
        if not advance:
            self._accepted(life, payable)

    def report(self, name: str) -> bool:
        """Report a transport document; declarations that wait for it are matched."""
        if self.reported.get(name):
            return False
        self.reported[name] = "reported"
        for life in self._of(name):
            if life.goods == "unmatched" and life.state not in {"received", "invalidated"}:
                life.goods = "reported"
        return True

    def cancel_report(self, name: str) -> bool:
        """Cancel a report before the goods arrive: what was matched waits again."""
        if self.reported.get(name) != "reported":
            return False
        self.reported[name] = ""
        for life in self._of(name):
            if life.goods == "reported":
                life.goods = "unmatched"
        return True

    def arrive(self, name: str) -> bool:
        """Bring the goods of a report; what was lodged in advance still has to be presented."""
        if self.reported.get(name) != "reported":
            return False
        self.reported[name] = "arrived"
        for life in self._of(name):
            if life.goods == "reported":
                life.goods = "arrived"
        return True

    def _of(self, name: str) -> list[Life]:
        return [life for life in self.lives if life.name == name and life.has_lot]

    def may_present(self, who: str, life: Life) -> bool:
        """Tell whether goods that were declared in advance may be presented."""
        return who in {"trader", *DECIDERS} and life.state == "received"

    def presented(self, life: Life, lane: int, payable: int) -> None:
        """Take effect: the lane is told, the goods are here or where the report says."""
        life.lane = lane
        life.state = _BY_LANE[lane]
        life.version += 1
        life.debt = "assessed" if payable else "none"
        life.goods = "presented" if life.away else self.reported.get(life.name) or "unmatched"
        self._accepted(life, payable)

    def _accepted(self, life: Life, payable: int, *, looks: bool = True) -> None:
        """Let every room follow an accepted version."""
        self._examine(life)
        self._charge(life, payable)
        if life.state == "under_control" and looks:
            self.order_look(life)

    def _examine(self, life: Life) -> None:
        """Let the agency concerned say what it says of an accepted version."""
        if life.kind == "permit" and life.permit != "granted":
            good = self.permitted and life.came_on < USABLE
            life.permit = "granted" if good else "refused"
            self.permitted -= life.permit == "granted"
        elif life.kind == "paper" and not life.permit:
            life.permit = "paper"

    def give_up(self, who: str, life: Life) -> bool:
        """End an enquiry about an export: it never left, and the declaration is void."""
        return self.may_give_up(who, life) and self._void(life)

    # What the trader asks for.

    def cancel(self, who: str, life: Life) -> bool:
        """Cancel, or ask for it where a lane was told."""
        if who != "trader" or life.asked or life.state not in BEFORE | AFTER:
            return False
        if life.state in BEFORE and life.lane is None:
            return self._void(life)
        life.asked = "cancellation"
        return True

    def asks_to_amend(self, life: Life) -> bool | None:
        """Tell whether an amendment is a request (True), is done at once (False), or neither."""
        if life.state in BEFORE and life.lane is None:
            return False
        return None if life.asked or life.state not in BEFORE | AFTER else True

    def amended(self, life: Life, lane: int | None, payable: int) -> None:
        """Take in another version: the lane never becomes lighter, the debt is adjusted."""
        life.version += 1
        before = life.state
        if lane is not None and life.lane is not None:
            life.lane = max(life.lane, lane)
            # What was found in order was another version: a lane that asks for anything asks anew.
            if life.lane > 1 and life.state in {"assessed", "documents_requested"}:
                life.state = _BY_LANE[life.lane]
        if not payable and life.debt in {"none", "assessed", "secured"}:
            life.debt = "none"
        elif life.debt in {"none", "assessed", "secured"}:
            life.debt = "assessed"
        elif life.debt in {"paid", "final", "adjusted", "refunded"}:
            life.debt = "adjusted"
        if life.state != "received":
            self._accepted(life, payable, looks=before != "under_control")
            self.look_again(life)

    def withdraw(self, who: str, life: Life) -> bool:
        """Take a request back."""
        if who != "trader" or not life.asked:
            return False
        life.asked = ""
        return True

    def decide(self, who: str, life: Life, *, grant: bool) -> bool:
        """Decide on a request. What an amendment brings is told by ``amended``."""
        if who not in DECIDERS or not life.asked:
            return False
        if grant and life.state not in BEFORE | AFTER:
            return False
        if grant and life.asked == "cancellation" and not self._void(life):
            return False
        life.asked = ""
        return True

    def _void(self, life: Life) -> bool:
        if life.state in {"exited", "invalidated"}:
            return False
        kept = {"held", "recalled", "loaded", *GONE}
        if life.goods in kept or life.left < PACKAGES:
            return False
        life.debt = "refunded" if life.debt in {"paid", "final", "adjusted", "refunded"} else "none"
        life.state, life.goods, life.desk, life.proposed_by = "invalidated", "none", "", ""
        life.asked = ""
        if life.kind == "permit" and life.permit == "granted":
            self.permitted += 1
        life.permit = ""
        life.looks.clear()
        if life.is_doubted or (life.doubt is not None and life.doubt.secured):
            life.doubt = None
        life.owed = life.paid = life.reserved = life.departs = 0
        if life.completes:
            self._determine(life)
        return True

    # What officers decide.

    def _before(self, who: str, life: Life) -> bool:
        """Tell whether it lies before an officer: his office, nobody else's desk, no request."""
        mine = who in DECIDERS and life.desk in {"", who}
        return mine and not life.proposed_by and not life.asked

    def ask_documents(self, who: str, life: Life) -> bool:
        """Ask for documents: it stays on the officer's desk."""
        known = {"accepted", "assessed", "documents_requested"}
        if not self._before(who, life) or life.state not in known:
            return False
        life.state, life.desk = "documents_requested", who
        return True

    def control(self, who: str, life: Life) -> bool:
        """Send the goods to control: the lane is red from then on."""
        known = {"accepted", "assessed", "documents_requested"}
        if not self._before(who, life) or life.state not in known:
            return False
        life.state, life.lane, life.desk = "under_control", 3, ""
        self.order_look(life)
        return True

    def accept(self, who: str, life: Life, seen: str, *, secured: bool) -> bool:
        """Find what the lane asked for in order: ``seen`` is nothing, documents or goods."""
        if not self._before(who, life) or life.state not in {*WAITING, "assessed"}:
            return False
        if life.state == "under_control" and seen == "goods" and life.kind == "dear":
            if life.look:
                return False
            life.proposed_by, life.proposed_version, life.desk = who, life.version, ""
            life.proposes_security = secured
            return True
        return self._accept(life, seen, secured=secured)

    def _accept(self, life: Life, seen: str, *, secured: bool) -> bool:
        if life.state in WAITING and not self._satisfies(life, seen):
            return False
        if life.state == "assessed" and self._in_the_way(life, secured=secured):
            return False
        if self.is_short(life, secured=secured):
            return False
        self._secure(life, secured=secured)
        life.state, life.desk = "assessed", ""
        return True

    def release(self, who: str, life: Life, seen: str, *, secured: bool) -> bool:
        """Release, or nothing at all."""
        if not self._before(who, life):
            return False
        if life.state == "under_control" and seen == "goods" and life.kind == "dear":
            return False
        done = life.state == "assessed" or self._satisfies(life, seen)
        if not done or self._in_the_way(life, secured=secured):
            return False
        if self.is_short(life, secured=secured):
            return False
        self._secure(life, secured=secured)
        life.desk = ""
        self._release(life)
        return True

    def release_items(
        self, who: str, life: Life, items: tuple[int, ...], seen: str, *, secured: bool
    ) -> bool:
        """Release some goods items before the others; with the last of them all is released."""
        wanted, known = set(items), set(range(1, len(life.parts) + 1))
        if not self._before(who, life) or wanted - known or wanted & set(life.released):
            return False
        if wanted | set(life.released) == known:
            return self.release(who, life, seen, secured=secured)
        done = life.state == "assessed" or self._satisfies(life, seen)
        kept = self.is_held(life) or wanted & self.held_items(life)
        if not done or kept or self._in_the_way(life, secured=secured, apart=True):
            return False
        if self.is_short(life, secured=secured):
            return False
        self._secure(life, secured=secured)
        life.released.extend(wanted)
        return True

    def confirm(self, who: str, life: Life, *, yes: bool) -> bool:
        """Confirm what another proposed, or send it back."""
        seated = who in DECIDERS
        if not seated or not life.proposed_by or life.proposed_by == who:
            return False
        if yes and (life.proposed_version != life.version or life.asked):
            return False
        if yes and not self._accept(life, "goods", secured=life.proposes_security):
            return False
        life.proposed_by = ""
        return True

    def _satisfies(self, life: Life, seen: str) -> bool:
        enough = {"documents_requested": {"documents", "goods"}, "under_control": {"goods"}}
        if life.state == "under_control" and life.look:
            return False
        return seen in enough.get(life.state, set())

    def _release(self, life: Life) -> None:
        life.state = "released"
        if life.goods != "none":
            life.goods = "released"
        life.awaits_exit = life.away
        life.out_by = self.day + EXIT_DAYS

    # Holds and agencies.

    def hold(self, who: str, life: Life, *, lot: bool, item: int = 0) -> bool:
        """Hold a declaration's goods or one item of them, or the lot that they are.

        An item's hold keeps that item alone, until the goods are released: then it recalls them.
        """
        customs = who in DECIDERS or (lot and who == "far")
        if not customs and who not in {"plants", "animals"}:
            return False
        if life.goods in GONE and (not lot or life.state != "invalidated"):
            return False
        if item > len(life.parts):
            return False
        self.holds.append(Held(life=life, owner=OFFICE_OF[who], item=item))
        self.recall_all(life)
        if life.goods in {"arrived", "presented"} and not item:
            life.goods = "held"
        elif life.goods == "released":
            life.goods = "recalled"
        return True

    def lift(self, who: str, held: Held, order: str) -> bool:
        """Lift a hold: its owner, or the supervisor on a court's order."""
        own = OFFICE_OF.get(who) == held.owner
        if not held.open or not (own or (who == "supervisor" and order)):
            return False
        held.open = False
        life = held.life
        if life.goods == "held" and not self.is_held(life):
            life.goods = "presented" if life.away else "arrived"
        elif life.goods == "recalled" and not self.is_kept(life):
            life.goods = "released"
        return True

    def judge_paper(self, who: str, life: Life, decision: str) -> bool:
        """Let an agency confirm or refuse a paper, or a permit, until the release."""
        if who != "plants" or not life.permit or life.state not in BEFORE:
            return False
        life.permit = {"confirm": "granted", "refuse": "refused"}[decision]
        return True

    # The goods' way.

    def gate_out(self, life: Life, packages: int | None) -> bool:
        """Let the lot of an import out, or some of its packages."""
        free = self.free(life)
        whole = packages is None and life.goods == "released"
        if life.away or not free or (packages is None and not whole) or (packages or 0) > free:
            return False
        life.left -= life.left if packages is None else packages
        if not life.left:
            life.goods = "gated_out"
        return True

    def gate_in(self, life: Life) -> bool:
        """Take an export's lot in for loading."""
        if not self._ships(life, COMING) or life.entered == PACKAGES:
            return False
        life.entered = PACKAGES
        life.goods = "gated_in" if life.goods == "released" else life.goods
        return True

    def load(self, life: Life, packages: int | None) -> bool:
        """Load an export's lot, or some of its packages."""
        loaded = PACKAGES if packages is None else life.loaded + packages
        if not self._ships(life, COMING) or loaded > PACKAGES:
            return False
        life.goods, life.loaded = "loaded", loaded
        return True

    def depart(self, life: Life) -> bool:
        """Let what was loaded depart; the demo country takes that for the exit's confirmation."""
        if not self._ships(life, {"loaded"}):
            return False
        life.goods, life.state, life.awaits_exit = "exit_confirmed", "exited", False
        return True

    def prove_exit(self, who: str, life: Life, proof: str) -> bool:
        """Take a proof that goods have left which nobody reported."""
        seated = who in DECIDERS
        going = life.goods in COMING and life.state in AFTER
        if not (seated and proof and life.awaits_exit and going) or self.is_kept(life):
            return False
        life.goods, life.state, life.awaits_exit = "exit_confirmed", "exited", False
        return True

    def _ships(self, life: Life, states: AbstractSet[str]) -> bool:
        ready = life.away and life.awaits_exit and life.goods in states
        return ready and not self.is_kept(life)

    # What the platform does by itself.

    def settle(self) -> None:
        """Hold what came and was waited for, release what is ready, clear what owes nothing."""
        for life in self.lives:
            if life.state == "invalidated":
                self.recall_all(life)
            if life.state == "received" and self.reported.get(life.name) == "arrived":
                continue  # presented by the arrival: the kernel's answer is told by the machine
            if self.is_held(life) and life.goods in {"arrived", "presented"}:
                life.goods = "held"
            if life.state == "assessed" and not life.asked and not self._in_the_way(life):
                self._release(life)
            settled = life.debt in {"none", "paid", "final", "refunded"}
            settled = settled and not (life.doubt is not None and life.doubt.is_open)
            settled = settled and (life.kind != "simplified" or self.completed(life) is not None)
            if life.state == "released" and settled:
                life.state = "cleared"
            if life.state in {"cleared", "exited"} and life.debt == "paid":
                life.debt = "final"
