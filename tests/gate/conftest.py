"""A terminal with a gate, and tokens for it, on the border of the declarations' tests."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.declarations.conftest import _packs, border  # noqa: F401 - fixtures

from clearway.events.service import act
from clearway.gate import issuing
from clearway.gate.rules import Bound, Shown, key_of, plate_of

CONTAINER, PLATE = "CSQU3054383", "XP 12 AB 34"


@pytest.fixture
def terminal(border):  # noqa: F811
    """The terminal's clerk and its gates G1 and G2, and ``token()`` for a unit there."""
    clerk = border.actors["terminal"]
    one, two = issuing.open_gate(clerk, "G1"), issuing.open_gate(clerk, "g-2")

    def token(number=CONTAINER, *, kind="container", hours=72, plate=PLATE, gate="", by="trader",
              direction="out", packages=None, declarations=()):  # fmt: skip
        with act(border.actors[by]) as doing:
            bound = Bound(
                serial="", direction=direction, kind=kind, key=key_of(number), packages=packages,
                plate=plate_of(plate), terminal=clerk.organisation, gate=gate,
                expires_at=doing.at + timedelta(hours=hours),
            )  # fmt: skip
            return issuing.make(doing, bound, number, declarations)

    def shown(token, unit=CONTAINER, plate=PLATE, direction="out", packages=None):
        return Shown(token.code, direction, unit, plate, packages)

    return SimpleNamespace(
        clerk=clerk, one=one, two=two, token=token, shown=shown, border=border,
        actors=border.actors,
    )  # fmt: skip
