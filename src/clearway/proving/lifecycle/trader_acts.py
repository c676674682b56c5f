# ruff: noqa: D102 - a rule's name says what is done
"""What a trader asks for, and how officers decide on it."""

from __future__ import annotations

from django.conf import settings as platform
from hypothesis import strategies as st
from hypothesis.stateful import rule

from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.declarations.queries import open_request
from clearway.intake import asking
from clearway.intake import deciding as requests
from clearway.intake.submission import JSON, Submission
from clearway.proving.lifecycle.judged import ASKED, DESKS, SOME, WHICH, Judged
from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.messages import message
from clearway.vocabulary.errors import ActRefused


class TraderActs(Judged):
    """Cancelling, amending, and requests."""

    @SOME
    @rule(who=st.sampled_from(("trader", "trader", "trader", "stranger")), which=WHICH)
    def cancel(self, who: str, which: int) -> None:
        life = self.life(which)
        self.judge(
            f"cancel {who} {life.name}",
            self.model.cancel(who, life),
            lambda: declarations.cancel(self.scene.actor(who), life.mrn, "Sold"),
        )

    @SOME
    @rule(which=WHICH)
    def amend(self, which: int) -> None:
        life = self.life(which)
        self.prices += 1
        lrn = f"L{life.name[3:]}"
        document = life.name if life.has_lot else ""
        completed = next((one.mrn for one in self.model.lives if one.name == life.completes), "")
        body = message(life.kind, lrn, document, self.prices, life.mrn, completed)
        submission = Submission(
            actor=self.scene.people.trader,
            door="api",
            media_type=JSON,
            body=body,
            received_at=platform.CLOCK.now(),
            purpose="amend",
            declaration=life.mrn,
            reason="Price",
        )
        asks = self.model.asks_to_amend(life)

        def do() -> None:
            if asks is False:
                self.through(submission, life)
                self.model.amended(life, *self.found(life))
                return
            row = Declaration.objects.get(pk=life.row)
            answer = asking.ask_to_amend(submission, row, declarations.AMENDMENT)
            if answer.status != 202:
                raise ActRefused(str(answer.status))
            life.asked = "amendment"

        self.judge(f"amend {life.name}", asks is not None, do)

    @ASKED
    @rule(who=st.sampled_from(("trader", "trader", "stranger")), which=WHICH)
    def withdraw(self, who: str, which: int) -> None:
        life, number = self.life(which), self.request(self.life(which))
        self.judge(
            f"withdraw {who} {life.name}",
            self.model.withdraw(who, life),
            lambda: declarations.withdraw(self.scene.actor(who), number),
        )

    @ASKED
    @rule(who=DESKS, which=WHICH, grant=st.booleans())
    def decide(self, who: str, which: int, grant: bool) -> None:  # noqa: FBT001
        life, number = self.life(which), self.request(self.life(which))
        amends = grant and life.asked == "amendment"

        def do() -> None:
            now = platform.CLOCK.now()
            actor = self.scene.actor(who)
            with self.scene.standing():
                decided = requests.decide(actor, number, grant=grant, reason="Because", at=now)
            if decided.failed is not None:
                raise ActRefused(str(decided.failed.status))
            if amends:
                self.model.amended(life, *self.found(life))

        self.judge(
            f"decide {who} {life.name} {grant}", self.model.decide(who, life, grant=grant), do
        )

    def request(self, life: Life) -> int:
        """Return the number of the open request about a declaration; one of none otherwise."""
        found = open_request(Declaration(pk=life.row))
        return 2**40 if found is None else found.pk
