"""Who of the firms cheats, when, how, and what he does when he was caught."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from clearway.kernel.reference import Reference
from clearway.simulators.border.border import Border
from clearway.simulators.border.deeds import DEEDS, UNDERVALUES, USUAL, Situation, items_of
from clearway.simulators.border.firms import Firm
from clearway.simulators.border.shipments import Shipment
from clearway.simulators.market import Market

LEAST = 11
"""So many firms cheat at least, the one that turns included: with a part of their goods, so that
about one import in seven is declared wrongly. Fewer would give a month of a small border nothing to
learn from."""
_TURNS = (4, 12)
"""Days after the first between which a firm with a clean past turns."""
_BOLD, _TIMID = 0.95, 0.9
_PART = 0.34
"""Of the kinds of goods that a firm brings, the part with which it cheats."""
_ADAPTS, _GIVES_UP, _LIES_LOW = 0.6, 0.1, (3, 8)
_EPOCH = date(1970, 1, 1)


class Mind:
    """A firm's mind to cheat: by which deed, how often, from which day on, and with which goods.

    Nobody cheats with all that he brings: he has one seller's second invoice, or one kind of goods
    that pays enough. ``goods`` are commodity codes; without any, all of his.
    """

    def __init__(
        self, rng: Random, share: float, since: date, goods: frozenset[str] = frozenset()
    ) -> None:
        self.goods = goods
        self.deed = rng.choices(tuple(USUAL), tuple(USUAL.values()))[0]
        self.share = share
        self.since = since
        self.adapts = rng.random() < _ADAPTS
        self.reacted: date | None = None

    def react(self, on: date, rng: Random) -> str:
        """Take being caught, once a day at most, and return what he does then."""
        if self.reacted == on:
            return ""
        self.reacted = on
        drawn = rng.random()
        if drawn < _GIVES_UP:
            self.share = 0.0
            return "gives up"
        if not self.adapts:
            return "goes on"
        if drawn < (1 + _GIVES_UP) / 2:
            self.since = on + timedelta(days=rng.randint(*_LIES_LOW))
            return "lies low"
        self.deed = rng.choice([one for one in DEEDS if one != self.deed])
        return "changes the deed"


class Minds:
    """The minds of all firms; most have none to cheat."""

    def __init__(
        self, border: Border, reference: Reference, firms: Sequence[Firm], first: date
    ) -> None:
        self._border = border
        self._reference = reference
        self._market: Market | None = None
        rng = Random(f"border minds:{border.seed}:{reference.country}")
        self.minds: dict[str, Mind] = {}
        for firm in firms:
            if firm.habits.boldness:
                share = _BOLD if firm.habits.boldness > 10 else _TIMID
                self.minds[firm.habits.id] = Mind(rng, share, first, _tempting(firm, rng))
        clean = [one for one in firms if one.habits.id not in self.minds and not one.habits.aeo]
        missing = max(1, min(LEAST - len(self.minds), len(clean)))
        for number, firm in enumerate(rng.sample(clean, min(missing, len(clean)))):
            since = first + timedelta(days=rng.randint(*_TURNS)) if number == 0 else first
            self.minds[firm.habits.id] = Mind(rng, _BOLD, since, _tempting(firm, rng))

    def consider(self, shipment: Shipment, at: datetime) -> None:
        """Let who is minded to cheat misdeclare an import before he lodges it first."""
        mind = self.minds.get(shipment.firm.id)
        if mind is None or shipment.cargo is None or shipment.tries or shipment.differences:
            return
        rng = self._border.draw(shipment.lrn.removesuffix("T"), "minded")
        wants = rng.random() < mind.share and at.date() >= mind.since
        if not wants:
            return
        market = self._market_of(at.date())
        declared = [shipment.sound]
        if shipment.declaration is not shipment.sound:
            declared.append(shipment.declaration)
        now = Situation(market, rng, mind.goods)
        if not any(now.tempts(item) for item in items_of(shipment.sound)):
            return
        for deed in dict.fromkeys((mind.deed, UNDERVALUES)):
            found = DEEDS[deed](declared, now)
            if found:
                shipment.differences = found
                shipment.behaviours = (*shipment.behaviours, deed)
                self._border.figures.counts["cheated"] += 1
                return

    def caught(self, importer: str, at: datetime) -> str:
        """Let a firm react to what was found; return what it does, empty for nothing."""
        mind = self.minds.get(importer)
        if mind is None:
            return ""
        rng = self._border.draw(importer, "caught", at.date().isoformat())
        return mind.react(at.date(), rng)

    def _market_of(self, on: date) -> Market:
        day = (on - _EPOCH).days
        if self._market is None or self._market.day != day:
            self._market = Market(self._reference, day)
        return self._market


def _tempting(firm: Firm, rng: Random) -> frozenset[str]:
    """Draw the goods with which a firm cheats."""
    codes = sorted({line.code for line in firm.habits.goods})
    return frozenset(rng.sample(codes, max(1, round(_PART * len(codes)))))
