"""Honest trade: standing orders, firms that ship by them again and again, parcels, and mistakes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple, Protocol

from clearway.simulators.hidden_truth.law import (
    HUBS,
    LOW_VALUE,
    NO_PREFERENCE,
    ORDINARY,
    PREFERENCE,
    PROCESSING,
)
from clearway.simulators.hidden_truth.world import World, poisson

POST, AIR, SEA, ROAD = "5", "4", "1", "3"
_PERSONS, _SHOPS = 3_000, 60
MISTAKE = "mistake"


class Culprit(Protocol):
    """Somebody who answers for wrong declarations."""

    key: str
    career: str

    def looked_at(self, made: Consignment, week: int, *, found: bool) -> None:
        """Take note that one of his consignments was inspected, and react."""


class Mind(Culprit, Protocol):
    """A fraudster's mind in a firm; see ``careers.Fraudster``."""

    def misdeclare(self, made: Consignment, order: Order, week: int, rng: Random) -> bool:
        """Misdeclare a consignment of the firm if he wants to; tell whether he did."""

    def wants(self, order: Order, week: int) -> bool:
        """Tell whether a standing order is worth cheating with."""


class Goods(NamedTuple):
    """Goods of one item, as they are or as they are declared; value in whole currency."""

    commodity: str
    origin: str
    preference: str
    procedure: str
    kilograms: float
    quantity: int
    value: int


@dataclass(slots=True)
class Order:
    """A standing order: what a firm buys where, how it comes, and how often a week.

    ``prepared_for`` is the scheme for which a fraudster has changed how the goods travel.
    """

    commodity: str
    origin: str
    seller: str
    departure: str
    mode: str
    office: str
    declarant: str
    kilograms: float
    level: float
    weekly: float
    claims: bool
    procedure: str = ORDINARY
    prepared_for: str = ""


@dataclass(slots=True)
class Consignment:
    """One declared item and what it really is.

    ``hidden`` is the duty on goods that nobody declared, ``intent`` a scheme, a mistake or nothing,
    ``culprit`` who answers for it. The declared table is made of ``declared`` and of who, where
    and how; the rest is the truth.
    """

    key: str
    day: int
    importer: str
    seller: str
    declarant: str
    office: str
    mode: str
    payment: str
    departure: str
    declared: Goods
    real: Goods
    hidden: int = 0
    intent: str = ""
    career: str = ""
    culprit: Culprit | None = None


class Firm:
    """An importer with habits. ``mind`` is that of a fraudster, or None for an honest one."""

    def __init__(self, world: World, key: str, weekly: float, *, since: int = 0) -> None:
        self.world = world
        self.key = key
        self.importer = world.name("IM", f"firm:{key}")
        self.since = since
        self.until = 10_000
        self.weekly = weekly
        self.mind: Mind | None = None
        rng = world.dice("firm", key)
        self.payment = "A" if since or rng.random() < 0.35 else rng.choice(("D", "G"))
        self.carelessness = rng.choice((0.3, 0.6, 1.0, 1.5, 1.6))
        self.home = world.office(rng)
        self.mode = rng.choices((SEA, AIR, ROAD), (60, 22, 18))[0]
        self.broker = world.broker(rng) if rng.random() < 0.8 else self.importer
        count = rng.randint(1, 3) + min(4, int(weekly / 3))
        weights = [rng.paretovariate(1.3) for _ in range(count)]
        self.orders = [
            new_order(self, rng, 1, weekly * weight / sum(weights)) for weight in weights
        ]

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Ship what the week brings, and misdeclare it where there is a mind to."""
        if not self.since <= week < self.until:
            return
        world = self.world
        rng = world.dice("traffic", self.key, week)
        number = 0
        for at, order in enumerate(self.orders):
            if rng.random() < world.parameters.trade.new_goods:
                order = self.orders[at] = self._other_goods(order, week, rng)  # noqa: PLW2901
            mean = order.weekly * world.season(order.commodity[:2], week)
            for _ in range(poisson(mean, rng)):
                number += 1
                made = ship(self, order, week, number, rng)
                if self.mind is not None and self.mind.misdeclare(made, order, week, rng):
                    yield made
                    continue
                err(made, world, self.carelessness, rng)
                yield made

    def _other_goods(self, order: Order, week: int, rng: Random) -> Order:
        """Return what the firm buys instead; who cheats looks for goods that are worth it."""
        for _ in range(6):
            fresh = new_order(self, rng, week, order.weekly)
            if self.mind is None or self.mind.wants(fresh, week):
                break
        return fresh


def new_order(
    firm: Firm, rng: Random, week: int, weekly: float, commodity: str = "", origin: str = ""
) -> Order:
    """Return a standing order of a firm, of goods and from a country that it chooses."""
    world, trade = firm.world, firm.world.parameters.trade
    commodity = commodity or world.tariff.any_goods(rng)
    origin = origin or world.tariff.any_country(rng)
    seller = world.name("SE", f"seller:{origin}:{int(rng.paretovariate(0.6)) % 60}")
    tons = world.tariff.goods[commodity].kilograms
    tons *= {SEA: 1.0, ROAD: 0.7, AIR: 0.15}[firm.mode] * rng.lognormvariate(0, 0.6)
    return Order(
        commodity=commodity,
        origin=origin,
        seller=seller,
        departure=rng.choice(HUBS) if rng.random() < trade.via_hub else origin,
        mode=firm.mode,
        office=firm.home if rng.random() < 0.85 else world.office(rng),
        declarant=firm.broker if rng.random() < 0.9 else world.broker(rng),
        kilograms=rounded(tons),
        level=rng.lognormvariate(0, trade.price_level),
        weekly=weekly,
        claims=world.tariff.is_preferred(origin) and rng.random() < 0.8,
        procedure=PROCESSING if rng.random() < 0.04 and week else ORDINARY,
    )


def ship(firm: Firm, order: Order, week: int, number: int, rng: Random) -> Consignment:
    """Return one consignment of a standing order, declared as it is."""
    world = firm.world
    trade = world.parameters.trade
    kilograms = order.kilograms
    if rng.random() >= trade.repeats:
        kilograms = rounded(kilograms * rng.lognormvariate(0, 0.35))
    piece = world.tariff.goods[order.commodity].piece
    quantity = max(1, round(kilograms / piece))
    price = world.tariff.price(order.commodity, order.origin, week) * order.level
    goods = Goods(
        order.commodity,
        order.origin,
        PREFERENCE if order.claims else NO_PREFERENCE,
        order.procedure,
        kilograms,
        quantity,
        invoiced(quantity, kilograms * price * rng.lognormvariate(0, trade.price_noise)),
    )
    return Consignment(
        key=f"{firm.key}:{week}:{number}",
        day=world.first_day + 7 * (week - 1) + rng.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5)),
        importer=firm.importer,
        seller=order.seller,
        declarant=order.declarant,
        office=order.office,
        mode=order.mode,
        payment=firm.payment,
        departure=order.departure,
        declared=goods,
        real=goods,
    )


def invoiced(quantity: int, amount: float) -> int:
    """Return the customs value of an invoice: so many pieces at a price in cents, at least 1."""
    return max(1, round(quantity * round(amount / quantity, 2)))


def rounded(kilograms: float) -> float:
    """Return a mass as it is declared: tenths of a kg below 100 kg, else whole kg."""
    return max(0.1, round(kilograms, 1)) if kilograms < 100 else float(round(kilograms))


def err(made: Consignment, world: World, carelessness: float, rng: Random) -> None:
    """Make an honest mistake now and then: a miscount, a slip of the pen, a wrong neighbour."""
    mistakes = world.parameters.mistakes
    if rng.random() >= mistakes.share * carelessness:
        return
    goods, size = made.real, mistakes.size * rng.lognormvariate(0, 0.6)
    size *= rng.choice((-1, 1))
    kind = rng.random()
    if kind < 0.45:
        quantity = max(1, round(goods.quantity * (1 + size)))
        value = invoiced(quantity, goods.value * quantity / goods.quantity)
        made.declared = goods._replace(quantity=quantity, value=value)
    elif kind < 0.8:
        made.declared = goods._replace(value=max(1, round(goods.value * (1 + size))))
    else:
        code = rng.choice(world.tariff.by_heading[goods.commodity[:4]])
        made.declared = goods._replace(commodity=code)
    if made.declared != goods:
        made.intent = MISTAKE


class Parcels:
    """Parcels to persons: many small ones, from shops abroad, by express operators and the post."""

    def __init__(self, world: World, weekly: float) -> None:
        self.world = world
        self.weekly = weekly
        self._shops = [
            (
                world.name("SE", f"shop:{at}"),
                world.dice("shop", at).choice(("CN", "CN", "US", "DE")),
            )
            for at in range(_SHOPS)
        ]
        self._weights = list(accumulate(1 / (1 + at) for at in range(_SHOPS)))

    def person(self, rng: Random) -> str:
        """Draw who receives a parcel; some order often."""
        return self.world.name("IM", f"person:{int(_PERSONS * rng.random() ** 2)}")

    def traffic(self, week: int) -> Iterator[Consignment]:
        """Return the parcels of a week."""
        world = self.world
        rng = world.dice("parcels", week)
        for number in range(poisson(self.weekly * (1 + 0.3 * (week % 52 > 44)), rng)):
            at = bisect(self._weights, rng.random() * self._weights[-1])
            seller, origin = self._shops[at]
            code = rng.choice(world.tariff.parcel_codes)
            value = min(2_000.0, rng.lognormvariate(4.1, 0.75))
            made = self.parcel(f"parcel:{week}:{number}", seller, origin, code, value, week, rng)
            err(made, world, 0.6, rng)
            yield made

    def parcel(
        self, key: str, seller: str, origin: str, code: str, worth: float, week: int, rng: Random
    ) -> Consignment:
        """Return one parcel of goods that are worth so much, declared as it is."""
        world = self.world
        price = world.tariff.price(code, origin, week) * 1.5 * rng.lognormvariate(0, 0.3)
        quantity = max(1, round(worth / (price * world.tariff.goods[code].piece)))
        value = invoiced(quantity, worth)
        relief = value <= world.parameters.law.low_value_limit
        goods = Goods(
            code,
            origin,
            NO_PREFERENCE,
            LOW_VALUE if relief else ORDINARY,
            rounded(worth / price),
            quantity,
            value,
        )
        return Consignment(
            key=key,
            day=world.first_day + 7 * (week - 1) + rng.randrange(7),
            importer=self.person(rng),
            seller=seller,
            declarant=rng.choice(world.operators),
            office=world.offices[-1],
            mode=rng.choice((POST, POST, AIR)),
            payment="A",
            departure=origin,
            declared=goods,
            real=goods,
        )


def redeclared(made: Consignment, **changes: Any) -> None:
    """Declare something else than there is; what is not named stays as it is declared."""
    made.declared = made.declared._replace(**changes)


def like(order: Order, **changes: Any) -> Order:
    """Return a standing order that differs in some points."""
    return replace(order, **changes)
