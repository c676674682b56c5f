"""One day of declarations, repeatable: the same pack, seed and date give the same day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from clearway.kernel.reference import Reference
from clearway.simulators.consignments import Consigning
from clearway.simulators.market import Market
from clearway.simulators.mistakes import make_mistake
from clearway.simulators.simulated import Simulated
from clearway.simulators.traders import Trader, traders
from clearway.vocabulary.errors import InputUnusable

_EPOCH = date(1970, 1, 1).toordinal()
_BUSY = (1.4, 1.3, 1.25, 1.25, 1.35, 1.05, 1.0)
_MISTAKEN = 0.08
_PARCELS = (0.18, 0.16, 0.16, 0.16, 0.18, 0.35, 0.45)


def generate_day(
    reference: Reference, on: date, *, declarations: int | None = None, seed: int = 1
) -> Iterator[Simulated]:
    """Give the declarations of one day in the order of their lodging.

    Args:
        reference: the pack of the country.
        on: the day. Weekends bring fewer firms and more parcels.
        declarations: how many; by default what the weekday brings, 2,000 and more.
        seed: another seed is another country full of traders.

    Raises:
        InputUnusable: the pack has no tariff line in force on the day, or the count is negative.
    """
    if declarations is not None and declarations < 0:
        raise InputUnusable(
            f"{declarations} declarations cannot be made.",
            where="--declarations",
            remedy="Ask for 0 or more.",
        )
    weekday = on.weekday()
    count = round(2_000 * _BUSY[weekday]) if declarations is None else declarations
    market = Market(reference, on.toordinal() - _EPOCH)
    firms = traders(market, seed, max(40, min(900, count // 4)))
    rng = Random(f"day:{seed}:{on.isoformat()}:{reference.country}")
    consigning = Consigning(market, rng, seed, on)
    open_firms = [firm for firm in firms if weekday < 5 or firm.weekend] or firms
    weights = list(accumulate(firm.activity for firm in open_firms))
    moments = sorted(_moment(rng, weekday) for _ in range(count))
    zone = ZoneInfo(reference.time_zone)
    for number, moment in enumerate(moments, 1):
        lodged = datetime.combine(on, time(0), zone) + timedelta(seconds=moment)
        if rng.random() < _PARCELS[weekday]:
            yield consigning.parcel(number, lodged)
            continue
        firm: Trader = rng.choices(open_firms, cum_weights=weights)[0]
        yield _with_mistakes(consigning.trade(number, lodged, firm), rng)


def _with_mistakes(made: Simulated, rng: Random) -> Simulated:
    if rng.random() >= _MISTAKEN:
        return made
    names = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        name = make_mistake(made.declaration, rng)
        if name:
            names.append(name)
    return made._replace(mistakes=tuple(names))


def _moment(rng: Random, weekday: int) -> int:
    """Return a second of the day: office hours on working days, evenings at the weekend."""
    middle, width = (12.5, 2.8) if weekday < 5 else (16.0, 4.0)
    return int(min(86_399.0, max(0.0, rng.gauss(middle, width) * 3_600)))
