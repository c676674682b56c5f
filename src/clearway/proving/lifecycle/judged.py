"""The machine: acts of everybody in any order, each told by the model beforehand.

An act that the model refuses must be refused and change nothing; one that it lets must be done
and leave the three states that the model says. ``GUARD PASSED`` in an error's text means that the
platform did what had to be refused. Each step is one line of the transcript.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition

from clearway.assessment.queries import newest
from clearway.clearance.leaving import Unit
from clearway.declarations.models import Declaration
from clearway.intake.submission import Submission
from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.model import Model
from clearway.proving.lifecycle.scene import PERMITTED, Scene, standing_of
from clearway.vocabulary.errors import ActRefused, DefectFound

MOST = 3
"""Declarations in one run."""
WHICH = st.integers(0, MOST - 1)
DESKS = st.sampled_from((*["ann"] * 6, "ben", "ben", "chief", "supervisor", "far", "trader"))
HOLDERS = st.sampled_from(("ann", "ben", "far", "supervisor", "plants", "animals", "trader"))
HERE = st.sampled_from((2, 2, 1, 0))
"""Whether goods are here before they are declared, reported, or neither."""
PARTS = st.sampled_from((None, None, 4, 6, 10, 11))


def some(fits: Callable[[Life], object]) -> Callable[[Any], Any]:
    """Let a rule be drawn only where some declaration fits: most steps should mean something."""
    return precondition(lambda self: any(fits(life) for life in self.model.lives))


SOME = some(lambda _: True)
EXPORT = some(lambda life: life.away)
ASKED = some(lambda life: life.asked or life.state in {"released", "under_control"})


class Judged(RuleBasedStateMachine):
    """One run. ``scene`` and ``write`` are set by whoever runs the machine."""

    scene: Scene
    write: Callable[[str], object]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(PERMITTED)
        self.count = self.prices = self.salt = 0
        self.refused: set[str] = set()
        self.scene.begin()
        self.write("begin")

    def teardown(self) -> None:
        """Undo the run."""
        self.scene.end()

    # How an act is held to the model.

    def judge(self, told: str, expected: bool, do: Callable[[], object]) -> bool:  # noqa: FBT001
        """Do an act, let the news be told, and hold outcome and states to the model.

        What was refused just now is not asked again before something was done.
        """
        if not expected and told in self.refused:
            return False
        self.scene.pass_minutes(1)
        self.model.now += 1
        outcome, done = "done", True
        try:
            do()
        except ActRefused as refused:
            outcome, done = type(refused).__name__, False
        if done != expected:
            wrong = "GUARD PASSED" if done else "WRONGLY REFUSED"
            raise DefectFound(f"{wrong}: {told}: {outcome}; {self.picture()}")
        self.refused = set() if done else self.refused | {told}
        self.rest(told, outcome)
        return done

    def rest(self, told: str, outcome: str) -> None:
        """Tell the news, let the model do what happens by itself, and compare."""
        self.scene.tell()
        for life in self.model.lives:
            here = not life.away and self.model.reported.get(life.name) == "arrived"
            if life.state == "received" and here:
                self.model.presented(life, *self.found(life))
        self.model.settle()
        found = standing_of([life.row for life in self.model.lives])
        self.write(f"{told} -> {outcome} {' '.join('/'.join(states) for states in found)}")
        wanted = [life.states for life in self.model.lives]
        if found != wanted:
            raise DefectFound(f"NOT AS TOLD: {told}: {found}; {self.picture()}")

    def picture(self) -> str:
        """Return what the model holds to be so."""
        return " | ".join(str(msgspec.to_builtins(life)) for life in self.model.lives)

    def life(self, which: int) -> Life:
        """Return a declaration of the run."""
        return self.model.lives[which % len(self.model.lives)]

    def found(self, life: Life) -> tuple[Any, int]:
        """Return what the kernel found: the lane that was told, and what is payable."""
        lane = Declaration.objects.values_list("lane", flat=True).get(pk=life.row)
        decided = newest(life.row)
        return lane, 0 if decided is None else decided.payable or 0

    def lot(self, life: Life) -> Unit:
        """Return the lot of packages that a declaration's goods are."""
        return Unit("packages", life.name if life.has_lot else life.mrn)

    def through(self, submission: Submission, life: Life) -> None:
        """Send something through the line; what it refuses is refused like any act."""
        answer = self.scene.line.submit(submission).result(0)
        if answer.status != 200:
            said = msgspec.json.decode(answer.body)
            told = f"{life.name}: {answer.status} {said.get('title')}"
            raise ActRefused(told)
