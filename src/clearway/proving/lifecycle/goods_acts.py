# ruff: noqa: D102 - a rule's name says what is done
"""Lodging, the cargo report, and the goods' way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings as platform
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clearway.cargo import service as cargo
from clearway.clearance import exits, loading, moving
from clearway.declarations import access
from clearway.declarations.models import Declaration
from clearway.events.service import act
from clearway.intake.submission import Submission
from clearway.proving.lifecycle.judged import (
    DESKS,
    EXPORT,
    HERE,
    MOST,
    PARTS,
    SOME,
    WHICH,
    Judged,
    some,
)
from clearway.proving.lifecycle.lives import Life
from clearway.proving.lifecycle.messages import BOX, LODGED, message
from clearway.vocabulary.errors import ActRefused, DefectFound


class GoodsActs(Judged):
    """What carriers, terminals and whoever lodges do."""

    @precondition(lambda self: len(self.model.lives) < MOST)
    @rule(kind=st.sampled_from(LODGED), here=HERE)
    def lodge(self, kind: str, here: int) -> None:
        self.count += 1
        life = Life(name=f"HBL{self.salt}{self.count}", kind=kind)
        if here and not life.away:
            box = BOX if life.boxed else ""
            may = self.model.report(life.name)
            self.judge("report", may, lambda: self.scene.report(life.name, box))
            if here > 1:
                self.judge(
                    "arrive", self.model.arrive(life.name), lambda: self.scene.arrive(life.name)
                )
        document = "" if life.away else life.name
        answer = self.scene.submit("lodge", message(kind, f"L{self.salt}{self.count}", document))
        if answer.status != 201:
            raise DefectFound(f"WRONGLY REFUSED: lodge {kind}: {answer.body.decode()[:600]}")
        life.mrn = msgspec.json.decode(answer.body)["mrn"]
        life.row = Declaration.objects.values_list("pk", flat=True).get(mrn=life.mrn)
        self.model.lodged(life, *self.found(life))
        self.rest(f"lodge {kind}", "done")

    @some(lambda life: life.kind == "simplified")
    @rule(which=WHICH, more=st.sampled_from((0, 5000, -4000)))
    def complete(self, which: int, more: int) -> None:
        """Lodge the supplementary declaration of a simplified one, at another price or the same."""
        life = self.life(which)
        may = self.model.may_complete(life)
        if life.kind != "simplified" or (may and len(self.model.lives) >= MOST):
            return
        self.count += 1
        made = Life(name=f"HBL{self.salt}{self.count}", kind="supplement", completes=life.name)
        lrn = f"L{self.salt}{self.count}"

        def do() -> None:
            body = message("supplement", lrn, "", more, completes=life.mrn)
            answer = self.scene.submit("lodge", body)
            if answer.status != 201:
                raise ActRefused(str(answer.status))
            made.mrn = msgspec.json.decode(answer.body)["mrn"]
            made.row = Declaration.objects.values_list("pk", flat=True).get(mrn=made.mrn)
            self.model.lodged(made, *self.found(made))

        self.judge(f"complete {life.name} {more}", may, do)

    @SOME
    @rule(which=WHICH)
    def report(self, which: int) -> None:
        life = self.life(which)
        if life.has_lot and not self.model.reported.get(life.name):
            self.judge(
                f"report {life.name}",
                self.model.report(life.name),
                lambda: self.scene.report(life.name, BOX if life.boxed else ""),
            )

    @SOME
    @rule(which=WHICH)
    def arrive(self, which: int) -> None:
        life = self.life(which)
        if self.model.reported.get(life.name) == "reported":
            self.judge(
                f"arrive {life.name}",
                self.model.arrive(life.name),
                lambda: self.scene.arrive(life.name),
            )

    @some(lambda life: not life.away)
    @rule(which=WHICH)
    def cancel_report(self, which: int) -> None:
        life = self.life(which)
        found = self.scene.document(life.name)
        if found is not None:
            carrier = self.scene.people.carrier
            self.judge(
                f"cancel_report {life.name}",
                self.model.cancel_report(life.name),
                lambda: cargo.cancel_document(carrier, found, "Not aboard"),
            )

    @some(lambda life: "advance" in life.kind)
    @rule(who=DESKS, which=WHICH)
    def present(self, who: str, which: int) -> None:
        life = self.life(which)
        may = self.model.may_present(who, life)

        def do() -> None:
            actor = self.scene.actor(who)
            access.declaration_for(actor, life.mrn, to="present")
            self.through(
                Submission(
                    actor=actor,
                    door="api",
                    media_type="",
                    body=b"",
                    purpose="present",
                    received_at=platform.CLOCK.now(),
                    declaration=life.mrn,
                ),
                life,
            )
            self.model.presented(life, *self.found(life))

        self.judge(f"present {who} {life.name}", may, do)

    @SOME
    @rule(which=WHICH, packages=PARTS)
    def gate_out(self, which: int, packages: int | None) -> None:
        life = self.life(which)
        if not life.away:
            self.pass_gate(
                f"gate_out {life.name} {packages}",
                self.model.gate_out(life, packages),
                lambda doing: moving.gate_out(doing, self.lot(life), packages),
            )

    @EXPORT
    @rule(which=WHICH)
    def gate_in(self, which: int) -> None:
        life = self.life(which)
        self.pass_gate(
            f"gate_in {life.name}",
            self.model.gate_in(life),
            lambda doing: exits.gate_in(doing, self.lot(life)),
        )

    def pass_gate(self, told: str, expected: bool, do: Callable[[Any], object]) -> None:  # noqa: FBT001
        """Do what a gate does, within an act of the terminal's."""

        def passing() -> None:
            with act(self.scene.people.terminal) as doing:
                do(doing)

        self.judge(told, expected, passing)

    @EXPORT
    @rule(which=WHICH, packages=PARTS)
    def load(self, which: int, packages: int | None) -> None:
        life, who = self.life(which), self.scene.people.terminal
        self.judge(
            f"load {life.name} {packages}",
            self.model.load(life, packages),
            lambda: loading.load(who, self.lot(life), packages, "9074729"),
        )

    @EXPORT
    @rule(which=WHICH)
    def depart(self, which: int) -> None:
        life, who = self.life(which), self.scene.people.carrier
        self.judge(
            f"depart {life.name}",
            self.model.depart(life),
            lambda: loading.depart(who, self.lot(life)),
        )

    @EXPORT
    @rule(who=DESKS, which=WHICH, proof=st.sampled_from(("", "Bill of lading 7")))
    def prove_exit(self, who: str, which: int, proof: str) -> None:
        life = self.life(which)
        self.judge(
            f"prove_exit {who} {life.name} {proof[:4]}",
            self.model.prove_exit(who, life, proof),
            lambda: exits.confirm(self.scene.actor(who), life.mrn, proof),
        )
