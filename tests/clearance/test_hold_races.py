"""A hold and a release, or a hold and a gate, at one moment, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from tests.clearance.test_holds import BOX, LAW, inside  # noqa: F401

from clearway.clearance import deciding, holds, moving
from clearway.clearance.leaving import standing
from clearway.clearance.models import Hold
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events.service import act
from clearway.vocabulary.errors import StateForbids

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


def both(*works):
    together = threading.Barrier(len(works))

    def do(work):
        try:
            together.wait(20)
            work()
        except StateForbids:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(do, works))


def test_held_goods_are_never_free_whoever_comes_first(both_databases, people, border, inside):  # noqa: F811
    for number in range(4):
        mrn = inside(f"HBL-{number}", f"BOX{number}")
        both(
            lambda mrn=mrn: deciding.release(people.ann, mrn, SEEN),
            lambda mrn=mrn: holds.place(people.ben, mrn, LAW),
        )
        row = Declaration.objects.get(mrn=mrn)
        assert (row.state, row.goods_state) in {("released", "recalled"), ("assessed", "held")}
        assert Hold.objects.filter(declaration=row, lifted_at=None).count() == 1
    assert both_databases


def test_at_the_gate_the_hold_or_the_passage_wins_and_never_both(
    both_databases,
    people,
    border,
    inside,  # noqa: F811
):
    for number in range(4):
        box = type(BOX)("container", f"BOX{number}")
        mrn = inside(f"HBL-{number}", box.number)
        deciding.release(people.ann, mrn, SEEN)

        def leave(box=box):
            with act(border.actors["terminal"]) as doing:
                moving.gate_out(doing, box)

        passed, held = both(leave, lambda mrn=mrn: holds.place(people.ben, mrn, LAW))
        assert {passed, held} == {"done", "refused"}
        state = Declaration.objects.get(mrn=mrn).goods_state
        assert state == ("gated_out" if passed == "done" else "recalled")
        assert not standing(box).may_leave
    assert both_databases
