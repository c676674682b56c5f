"""Who trades over the border: firms with habits, those of them that brokers speak for, and keys."""

from __future__ import annotations

from random import Random

from clearway.accounts.ready import READY
from clearway.simulators.market import Market
from clearway.simulators.traders import Trader, traders

FIRMS = 24
READY_TRADERS = ("trader", "trader2", "trader3")
BROKERS = ("broker", "broker2")
CARRIER, AIRLINE, TERMINAL, PARCELS = "carrier", "airline", "terminal", "platform"
OFFICER, SUPERVISOR, REGISTRAR, OPERATOR = "officer", "supervisor", "registrar", "operator"
ANALYST, SECOND_ANALYST = "analyst", "analyst2"
_READY = {ready.name: ready for ready in READY}
IDENTIFIERS = {ready.name: ready.identifier for ready in READY}
"""The trader identification number of each ready actor; empty for officials."""
_SIMPLIFIED = 4
_OWN_DECLARANTS = 0.25


class Firm:
    """A firm of the border: its habits, who holds its key, who declares for it.

    ``name`` is the actor's name in ``Platform.keys``; ``lodger`` the name of whoever lodges for
    it, its own or a broker's. ``simplified`` firms are authorised for simplified declarations.
    """

    def __init__(self, name: str, habits: Trader, lodger: str, *, simplified: bool) -> None:
        self.name = name
        self.habits = habits
        self.lodger = lodger
        self.simplified = simplified


def firms_of(market: Market, seed: int, count: int = FIRMS) -> list[Firm]:
    """Return the firms of a seed; the first of them are the demonstration's ready traders."""
    rng = Random(f"border firms:{seed}:{market.reference.country}")
    found = []
    for number, habits in enumerate(traders(market, seed, count)):
        name = READY_TRADERS[number] if number < len(READY_TRADERS) else f"firm{number + 1}"
        if name in _READY:
            ready = _READY[name]
            habits = habits._replace(id=ready.identifier, name=ready.organisation)  # noqa: PLW2901
        own = number >= len(READY_TRADERS) and rng.random() < _OWN_DECLARANTS
        lodger = name if own or number == 0 else rng.choice(BROKERS)
        declarant = _READY.get(lodger)
        found.append(
            Firm(
                name,
                habits._replace(
                    declarant=habits.id if declarant is None else declarant.identifier,
                    declarant_name=habits.name if declarant is None else declarant.organisation,
                    activity=min(40, max(4, habits.activity)),
                ),
                lodger,
                simplified=number < _SIMPLIFIED,
            )
        )
    return found
