"""What all agents share: parameters, tariff, dice, names, offices, brokers and fashions."""

from __future__ import annotations

import hashlib
from bisect import bisect
from datetime import date
from itertools import accumulate
from math import pi, sin
from random import Random

from clearway.simulators.hidden_truth.law import Tariff
from clearway.simulators.hidden_truth.settings import Parameters
from clearway.simulators.hidden_truth.truth import TruthKeeper

_EPOCH = date(1970, 1, 1)
_OPERATORS = 3


class World:
    """The common ground of one border.

    Every question has dice of its own (``dice``), so that what one agent does differently does not
    move the draws of another: two policies with the same seed meet the same people.
    """

    def __init__(self, parameters: Parameters, seed: int, keeper: TruthKeeper) -> None:
        self.parameters = parameters
        self.seed = seed
        self.keeper = keeper
        self.tariff = Tariff(parameters, seed)
        size = parameters.border
        self.first_day = (size.first_day - _EPOCH).days
        self.brokers = [self.name("CB", f"broker:{at}") for at in range(size.brokers)]
        self._broker_weights = list(accumulate(1 / (2 + at) for at in range(size.brokers)))
        crooked = max(1, round(parameters.fraud.crooked_brokers * size.brokers))
        self.crooked_brokers = self.dice("crooked").sample(self.brokers, crooked)
        self.operators = [self.name("CB", f"operator:{at}") for at in range(_OPERATORS)]
        self.offices = [f"XP{at + 1:03d}10" for at in range(size.offices)]
        self.cargo_offices = self.offices[:-1]
        self._office_weights = list(accumulate(0.75**at for at in range(size.offices - 1)))

    def dice(self, *about: object) -> Random:
        """Return the dice of one question about one thing."""
        return Random(f"{self.seed}:{':'.join(map(str, about))}")

    def name(self, prefix: str, about: str) -> str:
        """Return an identifier that tells nothing: two letters and eight digits."""
        told = hashlib.blake2b(f"{self.seed}:{about}".encode(), digest_size=8).digest()
        return f"{prefix}{int.from_bytes(told, 'big') % 10**8:08d}"

    def broker(self, rng: Random) -> str:
        """Draw a broker, the large ones oftener."""
        return self.brokers[bisect(self._broker_weights, rng.random() * self._broker_weights[-1])]

    def office(self, rng: Random) -> str:
        """Draw an office for cargo, the large ones oftener."""
        drawn = rng.random() * self._office_weights[-1]
        return self.cargo_offices[bisect(self._office_weights, drawn)]

    def season(self, chapter: str, week: int) -> float:
        """Return how lively a trade is in a week: 1 on the average of the year."""
        swing = self.parameters.trade.season
        return 1 + swing * sin(2 * pi * (week / 52 + int(chapter) * 0.37))

    def fashion(self, scheme: str, week: int) -> float:
        """Return how many times as often as usual a scheme is done in a week."""
        times = 1.0
        if self.parameters.drift.on:
            for wave in self.parameters.drift.waves:
                if wave.scheme == scheme and wave.weeks[0] <= week <= wave.weeks[1]:
                    times *= wave.times
        return times


def poisson(mean: float, rng: Random) -> int:
    """Draw how often something happens whose mean is known (Knuth, halved while it is large)."""
    found = 0
    while mean > 20:
        half = mean / 2
        found += max(0, round(rng.gauss(half, half**0.5)))
        mean -= half
    limit, product = 2.718281828459045**-mean, rng.random()
    while product > limit:
        found += 1
        product *= rng.random()
    return found
