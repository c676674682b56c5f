"""What a country's pack lets traders do, gathered once: goods, origins, offices, rates, papers."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from random import Random

import numpy as np
from babel.numbers import get_currency_precision

from clearway.kernel.reference import CommodityLine, PermitRequirement, PreferenceRule, Reference
from clearway.simulators.goods import is_parcel_good, kind_of
from clearway.simulators.partners import TRADE
from clearway.vocabulary.errors import InputUnusable

MONEY = {"CN": "CNY", "JP": "JPY", "GB": "GBP", "CH": "CHF", "KR": "KRW", "IN": "INR"}
_EURO = {"DE", "IT", "FR", "NL", "ES"}


class Market:
    """The pack as a simulator sees it on one day."""

    def __init__(self, reference: Reference, day: int) -> None:
        self.reference = reference
        self.day = day
        lines = [
            line
            for code in sorted(reference.commodities)
            if (line := reference.commodity(code, day)) is not None and code[:2].isdigit()
        ]
        if not lines:
            raise InputUnusable(
                "The pack has no tariff line in force on this day.",
                where=reference.name,
                remedy="Choose another day with --date.",
            )
        self.lines = lines
        self._positions = {code: at for at, code in enumerate(reference.measures.commodities)}
        by_chapter: dict[str, int] = defaultdict(int)
        for line in lines:
            by_chapter[line.code[:2]] += 1
        shares = [kind_of(line.code).share * 1_000 // by_chapter[line.code[:2]] for line in lines]
        self._weights = list(accumulate(shares))
        self.parcel_lines = [line for line in lines if is_parcel_good(line.code)] or lines
        excised = self._commodities_of("excise")
        self.excise_lines = [line for line in lines if line.code in excised]
        self.claims = self._preference_claims()
        self._quotas = self._quota_claims()
        self.countries = [code for code in TRADE if code != reference.country]
        self._country_weights = list(accumulate(TRADE[code] for code in self.countries))
        self.offices = self._codes("office") or ["OFFICE1"]
        self.currencies = sorted(
            code
            for code in reference.exchange_rates
            if reference.exchange_rate(code, day) is not None
        )

    def commodity(self, rng: Random) -> CommodityLine:
        """Draw a tariff line, chapters by their share of trade."""
        return self.lines[bisect(self._weights, rng.randrange(self._weights[-1]))]

    def country(self, rng: Random) -> str:
        """Draw a trading partner."""
        drawn = rng.randrange(self._country_weights[-1])
        return self.countries[bisect(self._country_weights, drawn)]

    def currency(self, country: str, rng: Random) -> str:
        """Draw the currency of a seller: his own, the euro or the dollar."""
        own = "EUR" if country in _EURO else MONEY.get(country, "USD")
        wish = own if rng.random() < 0.55 else "USD"
        if wish in self.currencies:
            return wish
        return "USD" if "USD" in self.currencies else self.reference.currency

    def from_cents(self, us_cents: int, currency: str) -> int:
        """Return US cents in the smallest unit of a currency, by the day's rates."""
        units = Fraction(us_cents, 100) * self._worth("USD") / self._worth(currency)
        precision: int = get_currency_precision(currency)
        smallest: int = round(units * 10**precision)
        return max(1, smallest)

    def permits(self, commodity: str, country: str) -> Sequence[PermitRequirement]:
        """Return what an import of these goods from there needs on the day."""
        return [
            permit
            for permit in self.reference.permits
            if permit.direction in {"IM", "", "both"}
            and permit.period.covers(self.day)
            and any(commodity.startswith(prefix) for prefix in permit.commodities)
            and (not permit.countries or country in permit.countries)
        ]

    def claims_for(self, country: str) -> Sequence[PreferenceRule]:
        """Return the preferences that goods of a country may claim."""
        return self.claims.get(country, ())

    def quota_for(self, commodity: str, country: str) -> tuple[PreferenceRule, str] | None:
        """Return the claim and the order number of a quota that serves goods, if one does."""
        return self._quotas.get((commodity, country)) or self._quotas.get((commodity, ""))

    def pick(self, name: str, wishes: Sequence[str]) -> str:
        """Return the first wish that the pack's code list holds, else its first code."""
        held = self.reference.code_lists.get(name)
        if held is None:
            return wishes[0]
        for wish in wishes:
            if held.lookup(wish, self.day) is not None:
                return wish
        return (self._codes(name) or [wishes[0]])[0]

    def charge_type(self, role: str) -> str | None:
        """Return the charge type that has a role in the pack's valuation, if there is one."""
        for code, held in self.reference.valuation.charge_roles.items():
            if held == role:
                return code
        return None

    def supplied_units(self, commodity: str, tariff_unit: str) -> list[tuple[str, str]]:
        """Return (tax, unit) of what taxes on these goods count besides mass and tariff unit."""
        table, found = self.reference.measures, []
        if commodity not in self._positions:
            return []
        at = self._positions[commodity]
        for row in range(table.first_of_commodity[at], table.first_of_commodity[at + 1]):
            kind = self.reference.measure_types[table.measure_types[table.measure_type[row]]]
            rate = table.rate[row]
            for part in range(table.rate_first[rate], table.rate_first[rate + 1]):
                unit = table.units[table.component_unit[part]]
                if unit not in {"", "KGM", "TNE", tariff_unit} and (kind.tax, unit) not in found:
                    found.append((kind.tax, unit))
        return found

    def _codes(self, name: str) -> list[str]:
        held = self.reference.code_lists.get(name)
        if held is None:
            return []
        return [code for code in sorted(held.entries) if held.lookup(code, self.day) is not None]

    def _worth(self, currency: str) -> Fraction:
        rate = self.reference.exchange_rate(currency, self.day)
        return Fraction(rate.numerator, rate.denominator) if rate else Fraction(1)

    def _rows_of(self, types: set[str]) -> np.ndarray:
        table = self.reference.measures
        wanted = [n for n, code in enumerate(table.measure_types) if code in types]
        found: np.ndarray = np.isin(table.measure_type, wanted)
        return found & (table.valid_from <= self.day) & (table.valid_to > self.day)

    def _commodities_of(self, family: str) -> set[str]:
        types = {c for c, kind in self.reference.measure_types.items() if kind.family == family}
        table = self.reference.measures
        rows = self._rows_of(types)
        return {table.commodities[index] for index in np.unique(table.commodity[rows])}

    def _quota_claims(self) -> dict[tuple[str, str], tuple[PreferenceRule, str]]:
        """Return the claim of each quota by commodity and country, empty for all countries."""
        claims: dict[tuple[str, str], tuple[PreferenceRule, str]] = {}
        table = self.reference.measures
        for rule in self.reference.preferences.values():
            if not rule.quota:
                continue
            for index in np.flatnonzero(self._rows_of(set(rule.measure_types))):
                order = table.quota_orders[table.quota_order[index]]
                area = table.areas[table.area[index]] if table.area[index] else ""
                members = [entry.code for entry in self.reference.areas.get(area, ())] or [area]
                for country in members if order else ():
                    claims[table.commodities[table.commodity[index]], country] = rule, order
        return claims

    def _preference_claims(self) -> dict[str, list[PreferenceRule]]:
        claims: dict[str, list[PreferenceRule]] = defaultdict(list)
        table = self.reference.measures
        for rule in self.reference.preferences.values():
            kinds = {
                code
                for code in rule.measure_types
                if (kind := self.reference.measure_types.get(code)) and kind.family == "preference"
            }
            if rule.quota or not kinds:
                continue
            for index in np.unique(table.area[self._rows_of(kinds)]):
                area = table.areas[index]
                members = [entry.code for entry in self.reference.areas.get(area, ())] or [area]
                for country in members:
                    if rule not in claims[country]:
                        claims[country].append(rule)
        return dict(claims)
