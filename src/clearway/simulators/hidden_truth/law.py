"""A made-up tariff: goods with rates and prices, countries with preferences, what is owed when.

Prices and rates are drawn from the seed alone and are nobody's. Codes have the shape of the
Harmonized System: chapter, heading, subheading.
"""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from math import exp
from random import Random
from typing import NamedTuple

import numpy as np

from clearway.simulators.goods import CHAPTERS, is_parcel_good, kind_of
from clearway.simulators.hidden_truth.settings import Parameters
from clearway.simulators.partners import TRADE

NO_PREFERENCE, PREFERENCE = "100", "300"
ORDINARY, LOW_VALUE, PROCESSING = "4000", "C07", "5100"
HUBS = ("AE", "SG", "HK", "NL", "PA")
_PREFERRED = ("VN", "TR", "MA", "EG", "KE", "BD", "KR", "MX")
_RATES = (0.0, 2.5, 5.0, 8.0, 12.0, 16.0, 20.0, 30.0)
_DEAR_CHAPTERS = frozenset({2, 4, 17, 22, 24, 33, 42, 61, 62, 63, 64, 69, 87, 95})
"""Chapters whose duties are high, as in most tariffs."""
_FLOOR = 0.5


class Goods(NamedTuple):
    """One subheading: kg of an order, kg of a piece, and how much it is traded."""

    code: str
    kilograms: float
    piece: float
    share: float


class Tariff:
    """Goods, rates by week, world prices by week and origin; the same for the same seed."""

    def __init__(self, parameters: Parameters, seed: int) -> None:
        self._law = parameters.law
        rng = Random(f"tariff:{seed}")
        self.goods: dict[str, Goods] = {}
        self.by_heading: dict[str, list[str]] = {}
        self._rates: dict[str, list[tuple[int, float]]] = {}
        self._price: dict[str, float] = {}
        for chapter, headings in _headings(parameters.border.headings, rng):
            for heading in headings:
                self._add_heading(chapter, heading, rng)
        self.codes = sorted(self.goods)
        self._weights = list(accumulate(self.goods[code].share for code in self.codes))
        self.parcel_codes = [one for one in self.codes if is_parcel_good(one)] or self.codes
        self.changes: dict[int, list[str]] = {}
        if parameters.drift.on:
            for change in sorted(parameters.drift.tariff, key=lambda one: one.week):
                self._change(change.week, change.headings, change.points, rng)
        self.countries = sorted(TRADE)
        self._traded = list(accumulate(TRADE[one] for one in self.countries))
        draw = np.random.default_rng([seed, 1])
        steps = draw.normal(0.0, parameters.trade.world_prices, (parameters.border.weeks + 1, 97))
        self._moved = np.exp(np.cumsum(steps, axis=0)).tolist()
        levels = draw.normal(0.0, 0.25, (len(self.codes), len(self.countries)))
        self._level = {
            (code, country): exp(levels[at, place])
            for at, code in enumerate(self.codes)
            for place, country in enumerate(self.countries)
        }

    def rate(self, commodity: str, week: int) -> float:
        """Return the third-country duty in per cent in a week, counted from 1."""
        held = self._rates[commodity]
        return held[bisect(held, (week, 1e9)) - 1][1]

    def rate_applied(self, commodity: str, week: int, preference: str) -> float:
        """Return the duty in per cent with or without a claim of preference: nothing with it."""
        return 0.0 if preference == PREFERENCE else self.rate(commodity, week)

    def is_preferred(self, country: str) -> bool:
        """Tell whether goods that originate there may claim the preference."""
        return country in _PREFERRED

    @property
    def preferred(self) -> tuple[str, ...]:
        """The countries whose goods may claim the preference."""
        return _PREFERRED

    def taxes(self, rate: float, value: int, procedure: str) -> float:
        """Return duty and value added tax in whole currency and its fractions.

        Args:
            rate: the duty that applies, per cent.
            value: customs value in whole currency.
            procedure: goods relieved as of low value or under processing owe nothing.
        """
        if procedure != ORDINARY:
            return 0.0
        duty = value * rate / 100
        return duty + (value + duty) * self._law.vat / 100

    def price(self, commodity: str, origin: str, week: int) -> float:
        """Return the honest price of a kg in a week, in currency, before a trader's own level."""
        moved = self._moved[min(week, len(self._moved) - 1)][int(commodity[:2]) - 1]
        price: float = self._price[commodity] * self._level[commodity, origin] * moved
        return price

    def floor(self, commodity: str) -> float:
        """Return the reference price of a kg below which officers are known to ask questions."""
        return self._price[commodity] * _FLOOR

    def neighbours(self, commodity: str, week: int) -> list[str]:
        """Return codes as which such goods could pass and that pay at least 4 points less.

        First those of the same heading; else those of the same chapter.
        """
        limit = self.rate(commodity, week) - 4
        near = [one for one in self.by_heading[commodity[:4]] if self.rate(one, week) <= limit]
        if near:
            return near
        chapter = commodity[:2]
        return [
            one for one in self.codes if one.startswith(chapter) and self.rate(one, week) <= limit
        ]

    def any_goods(self, rng: Random) -> str:
        """Draw goods, each by its share of trade."""
        return self.codes[bisect(self._weights, rng.random() * self._weights[-1])]

    def any_country(self, rng: Random) -> str:
        """Draw a country of origin, each by its share of trade."""
        return self.countries[bisect(self._traded, rng.random() * self._traded[-1])]

    def dear_goods(self, rng: Random, week: int) -> str:
        """Draw goods that pay at least 12 per cent in a week: worth cheating with."""
        found = rng.choice(self.codes)
        for _ in range(40):
            if self.rate(found, week) >= 12:
                break
            found = rng.choice(self.codes)
        return found

    def _add_heading(self, chapter: int, heading: str, rng: Random) -> None:
        kind = kind_of(heading)
        typical = kind.cents_per_kg / 100 * rng.lognormvariate(0, 0.4)
        middle = rng.choice(range(3, 8) if chapter in _DEAR_CHAPTERS else range(6))
        self.by_heading[heading] = []
        for sub in range(rng.randint(3, 6)):
            code = f"{heading}{(sub + 1) * 10 + rng.choice((0, 1, 9)):02d}"
            price = typical * rng.lognormvariate(0, 0.3)
            self._price[code] = price
            at = min(len(_RATES) - 1, max(0, middle + rng.choice((-3, -1, -1, 0, 0, 0, 1, 2))))
            self._rates[code] = [(0, _RATES[at])]
            piece = min(1_500.0, max(0.1, 12.0 / price * rng.lognormvariate(0, 0.5)))
            kilograms = kind.kilograms * 0.4 * rng.lognormvariate(0, 0.4)
            self.goods[code] = Goods(code, kilograms, piece, kind.share * rng.uniform(0.3, 1.7))
            self.by_heading[heading].append(code)

    def _change(self, week: int, count: int, points: float, rng: Random) -> None:
        headings = rng.sample(sorted(self.by_heading), min(count, len(self.by_heading)))
        touched = self.changes.setdefault(week, [])
        for heading in headings:
            for code in self.by_heading[heading]:
                now = max(0.0, self._rates[code][-1][1] + points)
                self._rates[code].append((week, now))
                self._rates[code].sort()
                touched.append(code)


def _headings(count: int, rng: Random) -> list[tuple[int, list[str]]]:
    """Return so many headings, spread over the chapters by their share of trade."""
    chapters = sorted(CHAPTERS)
    found: dict[int, list[str]] = {}
    weights = [CHAPTERS[one].share for one in chapters]
    while sum(map(len, found.values())) < count:
        chapter = rng.choices(chapters, weights)[0]
        heading = f"{chapter:02d}{rng.randint(1, 12):02d}"
        if heading not in found.setdefault(chapter, []):
            found[chapter].append(heading)
    return sorted(found.items())
