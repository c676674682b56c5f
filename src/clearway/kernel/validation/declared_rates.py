"""Layer 4, declared rates of exchange against the published ones. Numbers 4111 and 4112."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule

_MILLION = 1_000_000
_MOST_DIGITS = 40


def rate_badly_written(case: Case) -> Iterator[Place]:
    """A declared rate of exchange is a positive decimal number."""
    for n, (currency, text) in enumerate(case.lodgement.exchange_rates, 1):
        if text and (_rate(text) or 0) <= 0:
            yield at("exchange_rates.rate", 0, n, currency=shown(currency), declared=shown(text))


def rate_differs(case: Case) -> Iterator[Place]:
    """A declared rate of exchange is the one published for the day."""
    if case.number is None:
        return
    limits = case.limits
    for n, (currency, text) in enumerate(case.lodgement.exchange_rates, 1):
        published = case.reference.exchange_rate(currency, case.number)
        if published is None:
            continue
        upright = limits.rate_form != "unit_per_local"
        parts = published.numerator, published.denominator
        over, under = parts if upright else parts[::-1]
        if not _agrees(text, over, under, limits.rate_tolerance_per_million):
            yield at(
                "exchange_rates.rate",
                0,
                n,
                currency=currency,
                declared=shown(text),
                published=_written(Fraction(over, under)),
                rests_on=(("exchange_rates.currency", 0, n),),
            )


@lru_cache(maxsize=4096)
def _agrees(text: str, over: int, under: int, tolerance_per_million: int) -> bool:
    """Tell whether a rate as written is the published one, or is no rate at all."""
    declared = _rate(text)
    if declared is None or declared <= 0:
        return True
    expected = Fraction(over, under)
    difference = abs(declared - expected)
    # A declaration shows a rate to as many decimals as it was written with.
    decimals = len(text.partition(".")[2])
    if difference <= Fraction(1, 2 * 10**decimals):
        return True
    return difference * _MILLION <= expected * tolerance_per_million


@lru_cache(maxsize=4096)
def _rate(text: str) -> Fraction | None:
    whole, point, part = text.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and whole):
        return None
    return None if point and not part else Fraction(int(digits), 10 ** len(part))


def _written(value: Fraction) -> str:
    places = 5
    scaled = round(value * 10**places)
    text = f"{scaled // 10**places}.{scaled % 10**places:0{places}d}"
    return text.rstrip("0").rstrip(".")


RULES: tuple[Rule, ...] = (
    rule(
        4111,
        "rate of exchange is no number",
        Layer.CROSS_RECORD,
        "WCO Data Model 118",
        rate_badly_written,
        "exchange_rates.rate",
    ),
    rule(
        4112,
        "rate of exchange is not the published one",
        Layer.CROSS_RECORD,
        "WTO Valuation Agreement, Article 9; pack settings validation.rate_form and "
        "validation.rate_tolerance_per_million",
        rate_differs,
        "exchange_rates.rate",
    ),
)
