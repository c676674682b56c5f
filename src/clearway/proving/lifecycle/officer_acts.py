# ruff: noqa: D102 - a rule's name says what is done
"""What officers and agencies decide, and who holds what."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.clearance import deciding, holds, lines, queries
from clearway.clearance.releasing import Order
from clearway.permits import papers
from clearway.permits.models import Need
from clearway.proving.lifecycle.judged import DESKS, HOLDERS, SOME, WHICH, Judged, some
from clearway.proving.lifecycle.lives import Held
from clearway.proving.lifecycle.scene import GUARANTEE

SEEN = st.sampled_from(("nothing", "documents", "goods", "goods"))


def order_of(seen: str, *, secured: bool) -> Order:
    """Return an officer's order: what he has seen, and what covers the debt."""
    return Order(
        documents_checked=seen == "documents",
        goods_controlled=seen == "goods",
        security=GUARANTEE if secured else "",
    )


class OfficerActs(Judged):
    """Lanes, release, second persons, holds, agencies' papers."""

    @SOME
    @rule(who=DESKS, which=WHICH)
    def ask_documents(self, who: str, which: int) -> None:
        life, do = self.life(which), deciding.ask_for_documents
        self.judge(
            f"ask_documents {who} {life.name}",
            self.model.ask_documents(who, life),
            lambda: do(self.scene.actor(who), life.mrn, "The invoice"),
        )

    @SOME
    @rule(who=DESKS, which=WHICH)
    def control(self, who: str, which: int) -> None:
        life = self.life(which)
        self.judge(
            f"control {who} {life.name}",
            self.model.control(who, life),
            lambda: deciding.control(self.scene.actor(who), life.mrn, "Weight"),
        )

    @SOME
    @rule(who=DESKS, which=WHICH, seen=SEEN, secured=st.booleans())
    def accept(self, who: str, which: int, seen: str, secured: bool) -> None:  # noqa: FBT001
        life, order = self.life(which), order_of(seen, secured=secured)
        self.judge(
            f"accept {who} {life.name} {seen} {secured}",
            self.model.accept(who, life, seen, secured=secured),
            lambda: deciding.accept(self.scene.actor(who), life.mrn, order),
        )

    @SOME
    @rule(who=DESKS, which=WHICH, seen=SEEN, secured=st.booleans())
    def release(self, who: str, which: int, seen: str, secured: bool) -> None:  # noqa: FBT001
        life, order = self.life(which), order_of(seen, secured=secured)
        self.judge(
            f"release {who} {life.name} {seen} {secured}",
            self.model.release(who, life, seen, secured=secured),
            lambda: deciding.release(self.scene.actor(who), life.mrn, order),
        )

    @some(lambda life: len(life.parts) > 1)
    @rule(
        who=DESKS,
        which=WHICH,
        items=st.sampled_from(((1,), (1,), (2,), (2,), (1, 2), (3,))),
        seen=SEEN,
        secured=st.booleans(),
    )
    def release_items(
        self,
        who: str,
        which: int,
        items: tuple[int, ...],
        seen: str,
        secured: bool,  # noqa: FBT001
    ) -> None:
        life, order = self.life(which), order_of(seen, secured=secured)
        self.judge(
            f"release_items {who} {life.name} {items} {seen} {secured}",
            self.model.release_items(who, life, items, seen, secured=secured),
            lambda: lines.release_items(self.scene.actor(who), life.mrn, items, order),
        )

    @some(lambda life: life.kind == "dear")
    @rule(who=DESKS, which=WHICH, yes=st.booleans())
    def confirm(self, who: str, which: int, yes: bool) -> None:  # noqa: FBT001
        life = self.life(which)
        found = queries.proposal(life.row)
        number = 2**40 if found is None else found.pk
        do = deciding.confirm
        self.judge(
            f"confirm {who} {life.name} {yes}",
            self.model.confirm(who, life, yes=yes),
            lambda: do(self.scene.actor(who), number, confirmed=yes, reason="Weigh"),
        )

    @SOME
    @rule(who=HOLDERS, which=WHICH, lot=st.booleans(), item=st.sampled_from((0, 0, 0, 1, 2)))
    def hold(self, who: str, which: int, lot: bool, item: int = 0) -> None:  # noqa: FBT001
        life = self.life(which)
        on = self.lot(life) if lot else life.mrn
        item = 0 if lot else item
        wanted = holds.Wanted(legal_reason="Section 12", item=item or None)
        made: list[int] = []
        do = lambda: made.append(  # noqa: E731 - one act
            holds.place(self.scene.actor(who), on, wanted).pk
        )
        may = self.model.hold(who, life, lot=lot, item=item)
        if self.judge(f"hold {who} {life.name} {lot} {item}", may, do):
            self.model.holds[-1].number = made[0]

    @precondition(lambda self: bool(self.model.holds))
    @rule(who=HOLDERS, which=WHICH, order=st.sampled_from(("", "", "C-1/26")))
    def lift(self, who: str, which: int, order: str) -> None:
        held: Held = self.model.holds[which % len(self.model.holds)]
        self.judge(
            f"lift {who} {held.life.name} {order}",
            self.model.lift(who, held, order),
            lambda: holds.lift(self.scene.actor(who), held.number, "In order", order),
        )

    @SOME
    @rule(
        who=st.sampled_from(("plants", "plants", "animals", "ann")),
        which=WHICH,
        decision=st.sampled_from(("confirm", "refuse")),
    )
    def judge_paper(self, who: str, which: int, decision: str) -> None:
        life = self.life(which)
        need = Need.objects.filter(declaration=life.row).first()
        if need is None and not life.permit:
            return
        number = 2**40 if need is None else need.pk
        self.judge(
            f"judge_paper {who} {life.name} {decision}",
            self.model.judge_paper(who, life, decision),
            lambda: papers.decide(self.scene.actor(who), number, decision, "Seen"),
        )
