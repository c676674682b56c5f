"""Importers with habits: what they buy, where, how, and what their history looks like.

Traders depend on the seed alone, so that the same firms come back on every simulated day.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from clearway.kernel.reference import CommodityLine
from clearway.simulators.market import Market

_FIRST = (
    "Atlas", "Baobab", "Blue Harbour", "Cedar", "Coral", "Delta", "Evergreen", "Falcon", "Golden",
    "Horizon", "Iris", "Jade", "Kestrel", "Lotus", "Meridian", "Northern", "Olive", "Pacific",
    "Quartz", "Riverside", "Saffron", "Silk Road", "Summit", "Terra", "Union", "Vega", "Zenith",
)  # fmt: skip
_SECOND = (
    "Trading", "Imports", "Foods", "Textiles", "Electronics", "Machinery", "Pharma", "Motors",
    "Home", "Chemicals", "Steel", "Paper", "Toys", "Optics", "Logistics", "Supplies", "Beverages",
)  # fmt: skip
_ABROAD = ("Export", "Manufacturing", "Industries", "Works", "International", "Mills", "Group")
_CITIES = ("Port Clara", "Marisol", "Highmark", "Lindholm", "Santa Rita", "Old Ferry", "Bayview")
_TERMS = {  # by mode of transport: FOB, CFR and CIF are terms of the sea
    "1": {"FOB": 38, "CIF": 36, "CFR": 12, "EXW": 5, "DAP": 5, "FCA": 4},
    "4": {"FCA": 40, "CIP": 26, "DAP": 20, "EXW": 10, "CPT": 4},
    "3": {"FCA": 34, "DAP": 34, "CPT": 14, "EXW": 12, "CIP": 6},
}
_FORMS = ("Ltd", "SA", "Sàrl", "Co.", "GmbH", "公司", "Cty TNHH", "ش.م.م")


class Supplier(NamedTuple):
    """Who sells: name, country, currency of the invoices."""

    name: str
    country: str
    currency: str


class Trader(NamedTuple):
    """One importer and his habits. ``boldness`` is how often, in per cent, he states too little."""

    id: str
    name: str
    city: str
    declarant: str
    declarant_name: str
    suppliers: tuple[Supplier, ...]
    goods: tuple[CommodityLine, ...]
    incoterm: str
    mode: str
    office: str
    activity: int
    weekend: bool
    aeo: bool
    boldness: int
    features: dict[str, int | bool]


def traders(market: Market, seed: int, count: int) -> list[Trader]:
    """Return the importers of the country, the same for every day of a seed."""
    rng = Random(f"traders:{seed}:{market.reference.country}")
    brokers = [(_identity(market, rng), f"{rng.choice(_FIRST)} Customs Brokers") for _ in range(25)]
    return [_trader(market, rng, brokers) for _ in range(count)]


def _identity(market: Market, rng: Random) -> str:
    return f"{market.reference.country}{rng.randrange(10**9, 10**10)}"


def _trader(market: Market, rng: Random, brokers: list[tuple[str, str]]) -> Trader:
    identity = _identity(market, rng)
    name = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)} {rng.choice(_FORMS)}"
    broker = rng.choice(brokers) if rng.random() < 0.8 else (identity, name)
    countries = [market.country(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    suppliers = tuple(
        Supplier(
            f"{rng.choice(_FIRST)} {rng.choice(_ABROAD)}", country, market.currency(country, rng)
        )
        for country in countries
    )
    pool = market.excise_lines if market.excise_lines and rng.random() < 0.03 else None
    goods = tuple(
        rng.choice(pool) if pool else market.commodity(rng) for _ in range(rng.randint(1, 7))
    )
    age = rng.choice((20, 60, 200, 700, 1_500, 3_000, 6_000))
    aeo = age > 1_000 and rng.random() < 0.25
    mode = rng.choices(("1", "4", "3"), (60, 22, 18))[0]
    yearly = round(rng.paretovariate(1.1) * 12)
    return Trader(
        id=identity,
        name=name,
        city=rng.choice(_CITIES),
        declarant=broker[0],
        declarant_name=broker[1],
        suppliers=suppliers,
        goods=goods,
        incoterm=rng.choices(tuple(_TERMS[mode]), tuple(_TERMS[mode].values()))[0],
        mode=mode,
        office=rng.choice(market.offices),
        activity=min(yearly, 400),
        weekend=rng.random() < 0.2,
        aeo=aeo,
        boldness=0 if aeo else rng.choices((0, 3, 25), (80, 15, 5))[0],
        features={
            "importer_declarations_365d": 0 if age < 25 else yearly,
            "importer_findings_365d": 0 if aeo else rng.choices((0, 1, 3, 6), (80, 12, 6, 2))[0],
            "importer_first_seen_days": age,
            "importer_aeo_active": aeo,
            "importer_on_watchlist": rng.random() < 0.006,
            "declarant_declarations_365d": rng.randint(50, 9_000),
            "declarant_findings_365d": rng.randint(0, 40),
        },
    )
