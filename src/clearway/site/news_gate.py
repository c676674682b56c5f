"""What news of holds and cancellations do to the gate: tokens are recalled at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clearway.cargo import events as cargo
from clearway.clearance import events as clearance
from clearway.clearance.units import units_of
from clearway.declarations import events as declarations
from clearway.declarations.queries import by_key
from clearway.events.queries import Told
from clearway.gate import direct, recalling

_UNIT: Final = "unit:"
RECALLS: Final = (
    clearance.GOODS_RECALLED,
    clearance.GOODS_HELD,
    clearance.DECLARATION_RECALLED,
    clearance.DECLARATION_HELD,
    declarations.INVALIDATED,
)


def recall_tokens(news: Told) -> None:
    """Recall the tokens of a unit, or of every unit with goods of a declaration."""
    kind, _, number = news.subject.partition(":")
    reason = recalling.INVALIDATED if news.kind == declarations.INVALIDATED else recalling.HELD
    if f"{kind}:" == _UNIT:
        of, _, key = number.partition("-")
        recalling.on_unit(of, key, reason)
        return
    found = by_key(number)
    if found is not None:
        recalling.on_declaration(found.pk, reason)


BOOKINGS: Final = (
    cargo.CONVEYANCE_REPORTED,
    cargo.CONVEYANCE_ARRIVED,
    declarations.ACCEPTED,
    declarations.ASSESSED,
    declarations.RELEASED,
    declarations.SECURED,
    declarations.UNDER_CONTROL,
    declarations.INVALIDATED,
    clearance.DECLARATION_HELD,
    clearance.DECLARATION_HOLD_LIFTED,
)


def any_booked(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out everything while nobody has booked a way past the yard."""
    return news if direct.anything_booked() else ()


def follow_bookings(news: Told) -> None:
    """Move slots with their vessel; look again at bookings of what was decided or held."""
    kind, _, number = news.subject.partition(":")
    if kind == "conveyance":
        direct.follow_vessel(int(number))
        return
    found = by_key(number)
    if found is not None:
        direct.look_again(one.number for one in units_of(found))
