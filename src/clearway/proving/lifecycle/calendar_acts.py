# ruff: noqa: D102 - a rule's name says what is done
"""Days that go by, what falls due on them, and the enquiry about exports that never left."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.clearance import exits
from clearway.clearance.models import Exit
from clearway.proving.lifecycle.judged import DESKS, EXPORT, SOME, WHICH, Judged
from clearway.proving.lifecycle.model_base import A_DAY
from clearway.site import rounds
from clearway.vocabulary.errors import DefectFound


class CalendarActs(Judged):
    """The platform's own rounds, after some days."""

    @SOME
    @rule(days=st.sampled_from((0, 0, 0, 1, 1, 4, 8, 27, 70)))
    def days(self, days: int) -> None:
        if not days:
            return
        self.scene.pass_minutes(days * A_DAY)
        self.model.now += days * A_DAY
        for life in self.model.lapsing():
            self.model.lapse(life)
        self.model.ask_after_exports()

        def do() -> None:
            for job in rounds.ROUND:
                job()

        self.refused = set()
        self.judge(f"days {days}", True, do)  # noqa: FBT003
        asked = Exit.objects.filter(ended="").exclude(enquired_at=None)
        if asked.filter(declaration__state="invalidated").exists():
            raise DefectFound(f"GUARD PASSED: an enquiry about a void export; {self.picture()}")

    @EXPORT
    @rule(who=DESKS, which=WHICH)
    def give_up(self, who: str, which: int) -> None:
        life = self.life(which)
        self.judge(
            f"give_up {who} {life.name}",
            self.model.give_up(who, life),
            lambda: exits.give_up(self.scene.actor(who), life.mrn, "It never left"),
        )
