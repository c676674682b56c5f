"""Who cheats and when: fraudsters in firms, vanishing importers, hijackers, splitting rings.

Each answers to what an inspection finds (``looked_at``). Those who adapt move after they were
caught, never before; what they did is told to the truth keeper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from clearway.simulators.hidden_truth.law import HUBS, LOW_VALUE, ORDINARY
from clearway.simulators.hidden_truth.schemes import (
    Smuggling,
    Splitting,
    schemes_of_papers,
)
from clearway.simulators.hidden_truth.settings import SCHEMES
from clearway.simulators.hidden_truth.trade import (
    Consignment,
    Firm,
    Order,
    Parcels,
    like,
    new_order,
    redeclared,
    ship,
)
from clearway.simulators.hidden_truth.world import World, poisson

STEADY, TURNING, RETURNING, TEMPTED = "steady", "turning", "returning", "tempted"
HIJACKER, RING = "hijacker", "ring"
MOVES = ("goods", "origin", "broker", "office", "scheme")
PAPERS = SCHEMES[:4]
"""Schemes that misdeclare what a firm ships under its own name."""


class Temper:
    """How somebody takes it when he is caught: gives up, lies low, moves, or goes on.

    He reacts once a week at most, however many of his consignments were found.
    """

    def __init__(self, world: World, key: str, career: str) -> None:
        self.world = world
        self.key = key
        self.career = career
        rng = world.dice("temper", key)
        self.adaptive = rng.random() < world.parameters.fraud.adaptive
        self.stopped = False
        self.quiet_until = 0
        self._reacted = 0

    def is_active(self, week: int) -> bool:
        """Tell whether he cheats in this week."""
        return not self.stopped and week >= self.quiet_until

    def caught(self, week: int) -> Random | None:
        """Take being caught; return the dice of his moves where he moves, else None."""
        if week == self._reacted or self.stopped:
            return None
        self._reacted = week
        fraud, keeper = self.world.parameters.fraud, self.world.keeper
        keeper.note(week, self.key, self.career, "caught")
        rng = self.world.dice("caught", self.key, week)
        if rng.random() < fraud.gives_up:
            self.stopped = True
            keeper.note(week, self.key, self.career, "gives up")
            return None
        if not self.adaptive:
            return None
        if rng.random() < 0.5:
            self.quiet_until = week + 1 + rng.randint(*fraud.lies_low)
            keeper.note(week, self.key, self.career, "lies low")
        return rng


class Fraudster:
    """The mind of a firm that cheats with its own shipments: from a week on, by one scheme.

    One who adapts sends some consignments by other offices, to learn where nobody looks. Caught,
    he changes his goods, their origin, the broker, the office or the scheme, or lies low.
    """

    def __init__(self, firm: Firm, scheme: str, career: str, *, since: int = 1) -> None:
        world = self._world = firm.world
        self.key = f"fraudster:{firm.key}"
        self.career = career
        self.since = since
        self._firm = firm
        self._temper = Temper(world, self.key, career)
        rng = world.dice("fraudster", firm.key)
        self._greedy = rng.random() < world.parameters.fraud.greed
        self._scheme = schemes_of_papers(scheme, greedy=self._greedy)
        self._crooked = rng.choice(world.crooked_brokers) if rng.random() < 0.5 else ""
        self._sent: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()

    def wants(self, order: Order, week: int) -> bool:
        """Tell whether a standing order is worth cheating with."""
        return self._scheme.fits(order, self._world, week)

    def misdeclare(self, made: Consignment, order: Order, week: int, rng: Random) -> bool:
        """Misdeclare a consignment of the firm if he wants to; tell whether he did."""
        world = self._world
        if week < self.since:
            return False
        made.culprit = self
        self._sent[made.office] += 1
        scheme, fraud = self._scheme, world.parameters.fraud
        if not self._temper.is_active(week) or not scheme.fits(order, world, week):
            return False
        if order.prepared_for != scheme.name:
            self._prepare(made, order)
        wish = min(0.97, fraud.intensity * world.fashion(scheme.name, week))
        if rng.random() >= wish or not scheme.misdeclare(made, world, week, rng):
            return False
        made.intent, made.career = scheme.name, self.career
        if self._temper.adaptive and rng.random() < fraud.probes:
            self._sent[made.office] -= 1
            made.office = rng.choice(world.cargo_offices)
            self._sent[made.office] += 1
        return True

    def looked_at(self, made: Consignment, week: int, *, found: bool) -> None:
        """Remember where somebody looked; caught, react."""
        self._seen[made.office] += 1
        if not found:
            return
        rng = self._temper.caught(week)
        if rng is not None:
            for move in rng.sample(MOVES, rng.choice((1, 1, 2))):
                self._move(move, week, rng)
                self._world.keeper.note(week, self.key, self.career, f"changes {move}")

    def _prepare(self, made: Consignment, order: Order) -> None:
        """Let the goods of an order travel as the scheme needs it, from now on."""
        order.prepared_for = self._scheme.name
        before = order.departure
        self._scheme.prepare(order, self._world.dice("prepare", self.key, order.commodity))
        if self._crooked:
            order.declarant = made.declarant = self._crooked
        if made.departure == before:
            made.departure = order.departure

    def _move(self, move: str, week: int, rng: Random) -> None:
        world, firm = self._world, self._firm
        if move == "scheme":
            others = [one for one in PAPERS if one != self._scheme.name]
            weights = [world.fashion(one, week) + 0.1 for one in others]
            name = rng.choices(others, weights)[0]
            self._scheme = schemes_of_papers(name, greedy=self._greedy)
        broker = rng.choice(world.brokers)
        office = min(world.cargo_offices, key=lambda one: (self._share_seen(one), rng.random()))
        for at, order in enumerate(firm.orders):
            if not self._scheme.fits(order, world, week):
                continue
            if move == "goods":
                dear = world.tariff.dear_goods(rng, week)
                firm.orders[at] = self._reordered(order, rng, week, dear, order.origin)
            elif move == "origin":
                firm.orders[at] = self._reordered(order, rng, week, order.commodity, "")
            elif move == "broker":
                self._crooked = broker
                order.declarant = broker
            elif move == "office":
                order.office = office

    def _reordered(
        self, order: Order, rng: Random, week: int, commodity: str, origin: str
    ) -> Order:
        fresh = new_order(self._firm, rng, week, order.weekly, commodity, origin)
        return like(fresh, declarant=order.declarant, office=order.office, procedure=ORDINARY)

    def _share_seen(self, office: str) -> float:
        """Return how often somebody looked at an office, as far as he knows; a little at first."""
        return (self._seen[office] + 0.5) / (self._sent[office] + 2.0)


class Returning:
    """A new importer who cheats from his first day, vanishes, and comes back under another name.

    Wants the gain of a few weeks before anybody has a picture of him. What he keeps from one name
    to the next are the seller or the broker. Caught, he vanishes at once.
    """

    career = RETURNING

    def __init__(self, world: World, key: str, scheme: str, *, begins: int) -> None:
        self._world = world
        self.key = key
        self._scheme = scheme
        self._rng = world.dice("returning", key)
        self._temper = Temper(world, key, RETURNING)
        self._lives = 0
        self._seller = world.name("SE", f"behind:{key}")
        self._broker = self._rng.choice(world.crooked_brokers)
        self._firm: Firm | None = None
        self._mind: Fraudster | None = None
        self._begins, self._ends = begins, 0

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Ship under the present name, or take a new one."""
        if self._firm is None:
            if week < self._begins or self._temper.stopped:
                return
            self._firm = self._appear(week)
        if week >= self._ends:
            self._vanish(week)
            return
        for made in self._firm.traffic(week):
            made.culprit = self
            yield made

    def looked_at(self, made: Consignment, week: int, *, found: bool) -> None:
        """Caught, vanish: the name is burnt."""
        del made
        if found and self._firm is not None:
            self._temper.caught(week)
            self._ends = min(self._ends, week + 1)

    def _appear(self, week: int) -> Firm:
        world, rng, settings = self._world, self._rng, self._world.parameters.returning
        self._lives += 1
        if self._lives > 1 and rng.random() >= settings.keeps_seller:
            self._seller = world.name("SE", f"behind:{self.key}:{self._lives}")
        if self._lives > 1 and rng.random() >= settings.keeps_broker:
            self._broker = rng.choice(world.brokers)
        firm = Firm(world, f"{self.key}:{self._lives}", rng.uniform(2.0, 4.5), since=week)
        dear = [world.tariff.dear_goods(rng, week) for _ in range(2)]
        for at, order in enumerate(firm.orders):
            fresh = new_order(firm, rng, 0, order.weekly, dear[at % 2])
            fresh = like(fresh, seller=self._seller, declarant=self._broker, claims=False)
            firm.orders[at] = fresh
        fitting = [
            one
            for one in (self._scheme, *PAPERS)
            if all(
                schemes_of_papers(one, greedy=False).fits(order, world, week)
                for order in firm.orders
            )
        ]
        name = fitting[0] if fitting else "undervaluation"
        firm.mind = Fraudster(firm, name, RETURNING, since=week)
        self._ends = week + rng.randint(*settings.life)
        world.keeper.note(week, self.key, RETURNING, "appears")
        return firm

    def _vanish(self, week: int) -> None:
        self._firm = None
        self._begins = week + self._rng.randint(*self._world.parameters.returning.rest)
        self._world.keeper.note(week, self.key, RETURNING, "vanishes")


class Hijacker:
    """A smuggler who sends his goods in the name of a clean importer, at whom nobody looks.

    He copies what the victim buys, so that the papers look like another consignment of his; what he
    cannot always copy is the broker, the office, the seller or the route. After some weeks, or when
    he is caught and adapts, he takes another victim.
    """

    career = HIJACKER

    def __init__(
        self, world: World, key: str, victims: Sequence[Firm], *, begins: int, weekly: float
    ) -> None:
        self._world = world
        self.key = key
        self._victims = victims
        self._weekly = weekly
        self._rng = world.dice("hijacker", key)
        self._temper = Temper(world, key, HIJACKER)
        self._scheme = Smuggling()
        self._hub = self._rng.choice(HUBS)
        self._victim: Firm | None = None
        self._begins, self._ends = begins, 0

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Send some loads in the victim's name."""
        if week < self._begins or not self._temper.is_active(week):
            return
        if self._victim is None or week >= self._ends:
            self._choose(week)
        world, victim = self._world, self._victim
        assert victim is not None
        rng = world.dice("hijack", self.key, week)
        fashion = world.fashion(self._scheme.name, week)
        for number in range(poisson(self._weekly * fashion, rng)):
            order = rng.choice(victim.orders)
            order = like(
                order,
                declarant=self._broker or order.declarant,
                office=self._office or order.office,
                seller=self._seller or order.seller,
                departure=self._by or order.departure,
            )
            made = ship(victim, order, week, number, rng)
            made.key = f"{self.key}:{week}:{number}"
            self._scheme.hide(made, world.parameters.hijack.stake, rng)
            made.culprit, made.intent, made.career = self, self._scheme.name, HIJACKER
            yield made

    def looked_at(self, made: Consignment, week: int, *, found: bool) -> None:
        """Caught, take another victim, if he is one who moves."""
        del made
        if found and self._temper.caught(week) is not None:
            self._ends = week
            self._world.keeper.note(week, self.key, HIJACKER, "changes victim")

    def _choose(self, week: int) -> None:
        rng, settings = self._rng, self._world.parameters.hijack
        self._victim = rng.choice(self._victims)
        self._ends = week + rng.randint(*settings.run)
        world = self._world
        self._broker = rng.choice(world.brokers) if rng.random() < settings.own_broker else ""
        self._office = world.office(rng) if rng.random() < settings.own_office else ""
        self._seller = (
            world.name("SE", f"front:{self.key}:{week}")
            if rng.random() < settings.own_seller
            else ""
        )
        self._by = self._hub if rng.random() < settings.via_hub else ""


class Ring:
    """A seller abroad who cuts consignments into parcels below the limit of the relief.

    The parcels go to addresses that work for him. Caught and adapting, he sells under another name,
    and other goods.
    """

    career = RING

    def __init__(self, world: World, key: str, parcels: Parcels, *, weekly: float) -> None:
        self._world = world
        self.key = key
        self._parcels = parcels
        self._weekly = weekly
        self._scheme = Splitting()
        self._temper = Temper(world, key, RING)
        self._rng = world.dice("ring", key)
        self._addresses = [world.name("IM", f"address:{key}:{at}") for at in range(14)]
        self._origin = self._rng.choice(("CN", "CN", "US", "TR", "TH"))
        self._names = 0
        self._rename(1)

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Send what the week brings, in parts."""
        if not self._temper.is_active(week):
            return
        world = self._world
        rng = world.dice("split", self.key, week)
        limit = world.parameters.law.low_value_limit
        fashion = world.fashion(self._scheme.name, week)
        for number in range(poisson(self._weekly * fashion, rng)):
            worth = round(limit * rng.uniform(3.5, 10))
            code, first = rng.choice(self._goods), rng.randrange(6)
            for part, value in enumerate(self._scheme.parts(worth, limit, rng)):
                key = f"{self.key}:{week}:{number}:{part}"
                made = self._parcels.parcel(key, self._seller, self._origin, code, value, week, rng)
                made.day = world.first_day + 7 * (week - 1) + first + rng.randrange(2)
                made.importer = (
                    rng.choice(self._addresses) if rng.random() < 0.7 else self._parcels.person(rng)
                )
                made.real = made.real._replace(procedure=ORDINARY)
                redeclared(made, procedure=LOW_VALUE)
                made.culprit, made.intent, made.career = self, self._scheme.name, RING
                yield made

    def looked_at(self, made: Consignment, week: int, *, found: bool) -> None:
        """Caught, sell under another name, if he is one who moves."""
        del made
        if found and self._temper.caught(week) is not None:
            self._rename(week)
            self._world.keeper.note(week, self.key, RING, "changes seller")

    def _rename(self, week: int) -> None:
        self._names += 1
        world = self._world
        self._seller = world.name("SE", f"front:{self.key}:{self._names}")
        codes = [
            one for one in world.tariff.parcel_codes if world.tariff.rate(one, week) >= 8
        ] or world.tariff.parcel_codes
        self._goods = self._rng.sample(codes, min(2, len(codes)))
