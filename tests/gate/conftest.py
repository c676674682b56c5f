"""A terminal with two gates on the border of the declarations' tests, and goods in containers."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.clearance.conftest import people  # noqa: F401 - fixture
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.cargo.models import Container
from clearway.clearance import deciding
from clearway.clearance.releasing import Order
from clearway.events.service import act
from clearway.gate import issuing, opening
from clearway.gate.rules import Bound, Shown, key_of, plate_of

CONTAINER, PLATE = "CSQU3054383", "XP 12 AB 34"
TERMINAL = "XP4000000001"
SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


class Terminal:
    """The terminal's clerk, its gates ``one`` and ``two``, and how goods come to them."""

    def __init__(self, border, people):  # noqa: F811
        self.border, self.people, self.actors = border, people, border.actors
        self.clerk = border.actors["terminal"]
        self.one = opening.open_gate(self.clerk, "G1", "Main gate")
        self.two = opening.open_gate(self.clerk, "g-2")

    def boxed(self, number="HBL-1", box=CONTAINER, **how):
        """Declare goods of a document that lie in a container; return the MRN."""
        document = self.border.report(number, arrived=True)
        Container.objects.create(document=document, number=box)
        return self.border.lodged(document=number, **how)

    def release(self, mrn):
        """Let an officer release goods."""
        return deciding.release(self.people.ann, mrn, SEEN)

    def wanted(self, number=CONTAINER, **how):
        told = {"direction": "out", "kind": "container", "terminal": TERMINAL, "plate": PLATE}
        return issuing.Wanted(**{**told, "number": number, **how})

    def token(self, number=CONTAINER, *, by="trader", **how):
        """Give a token for goods that are released: declared and released here, if nobody did."""
        if not Container.objects.filter(number=number).exists():
            self.release(self.boxed(f"HBL-{number}", number))
        return issuing.issue(self.actors[by], self.wanted(number, **how))

    def signed(self, number, *, hours=72, by="trader", **how):
        """Sign a token for whatever it is, without asking whether it may leave."""
        told = {"direction": "out", "kind": "container", "packages": None, "gate": "", **how}
        with act(self.actors[by]) as doing:
            bound = Bound(
                serial="", key=key_of(number), plate=plate_of(told.pop("plate", PLATE)),
                terminal=self.clerk.organisation, expires_at=doing.at + timedelta(hours=hours),
                **told,
            )  # fmt: skip
            return issuing.make(doing, bound, number, ())

    @staticmethod
    def shown(token, unit=CONTAINER, plate=PLATE, direction="out", packages=None):
        return Shown(token.code, direction, unit, plate, packages)


@pytest.fixture
def terminal(border, people):  # noqa: F811
    return Terminal(border, people)


@pytest.fixture
def dispatched(border):  # noqa: F811
    """Tell the gate's consumers what happened, as the dispatcher does."""
    from clearway.audit import sequencer
    from clearway.events.dispatch import Dispatcher
    from clearway.site.subscriptions import SUBSCRIPTIONS

    mine = [one for one in SUBSCRIPTIONS if one.name.startswith("gate.")]
    dispatcher = Dispatcher(mine)

    def tell():
        while sequencer.place():
            pass
        while any(dispatcher.step(one) for one in mine):
            pass

    return SimpleNamespace(tell=tell)
