"""The law as the kernel sees it: a compiled country pack, as of any day.

``packs`` compiles a folder into a snapshot and opens it as a ``Reference``; tests build one by
hand. Everything here is immutable. Every lookup takes the day it asks about: a row is in force
from ``valid_from`` (inclusive) until ``valid_to`` (exclusive).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from clearway.kernel.decisions import Lane
from clearway.kernel.measures import OPEN_END, MeasureTable
from clearway.vocabulary.money import Rounding


class Period(msgspec.Struct, frozen=True):
    """Days since 1970-01-01; ``valid_to`` is exclusive."""

    valid_from: int = 0
    valid_to: int = OPEN_END

    def covers(self, day: int) -> bool:
        """Tell whether the row is in force on the day."""
        return self.valid_from <= day < self.valid_to


class CodeEntry(msgspec.Struct, frozen=True):
    """One row of a code list: period, name and whatever properties the list defines."""

    code: str
    name: str = ""
    period: Period = Period()
    properties: Mapping[str, str] = {}


class CodeList(msgspec.Struct, frozen=True):
    """A dated code list. One code may have several periods; they never overlap."""

    name: str
    entries: Mapping[str, Sequence[CodeEntry]]

    def lookup(self, code: str, day: int) -> CodeEntry | None:
        """Return the entry of ``code`` in force on ``day``, or None."""
        for entry in self.entries.get(code, ()):
            if entry.period.covers(day):
                return entry
        return None

    def standing(self, code: str, day: int) -> str:
        """Return ``valid``, ``unknown``, ``expired`` or ``future`` for ``code`` on ``day``."""
        entries = self.entries.get(code, ())
        if not entries:
            return "unknown"
        if any(entry.period.covers(day) for entry in entries):
            return "valid"
        return "future" if all(entry.period.valid_from > day for entry in entries) else "expired"


class CommodityLine(msgspec.Struct, frozen=True):
    """A declarable national tariff line. ``unit`` is the tariff quantity's unit, if any."""

    code: str
    description: str
    unit: str = ""
    period: Period = Period()


class ExchangeRate(msgspec.Struct, frozen=True):
    """``local = declared * numerator / denominator``, exact; both positive."""

    currency: str
    numerator: int
    denominator: int
    period: Period = Period()
    source: str = ""


class MeasureType(msgspec.Struct, frozen=True):
    """A kind of measure and the tax it belongs to.

    ``family``: duty, preference, suspension, quota, remedy, excise, vat or fee.
    ``residual_code``: the additional code that applies where none declared matches (trade
    remedies: "all other companies"); empty where there is none.
    """

    code: str
    tax: str
    family: str
    name: str = ""
    residual_code: str = ""


class PreferenceRule(msgspec.Struct, frozen=True):
    """What a declared preference code (DutyRegimeCode) claims and what must prove it.

    ``measure_types`` lists, in order of trial, the types that grant it. ``proof_documents`` are
    document codes of which one must be declared; empty = no proof needed. ``by_origin`` is
    ``preferential`` or ``non_preferential``: which origin the area must hold.
    """

    code: str
    measure_types: tuple[str, ...]
    proof_documents: tuple[str, ...] = ()
    by_origin: str = "non_preferential"
    quota: bool = False


class TaxRule(msgspec.Struct, frozen=True):
    """One tax, in the order in which the pack charges them.

    ``base`` names what the taxable amount is made of: ``value`` (customs value), ``additions``
    (charges that enter this tax only), tax codes charged before, or families with a leading
    ``@`` (``@duty``, ``@remedy``, ``@excise``). ``method`` is ``exclusive`` (rate x base) or
    ``inclusive`` (the base is divided by 1 - rate first, as price-inclusive excise is).
    ``rounding`` rounds the amount, ``base_rounding`` the base, both to minor units.
    """

    code: str
    family: str
    name: str
    base: tuple[str, ...]
    method: str = "exclusive"
    rounding: Rounding = Rounding.NEAREST
    base_rounding: Rounding = Rounding.NEAREST
    round_base: bool = True


class IncotermRule(msgspec.Struct, frozen=True):
    """What a delivery term's price already holds, and until where the seller pays."""

    code: str
    freight_included: bool
    insurance_included: bool


class ValuationRules(msgspec.Struct, frozen=True):
    """The pack's choice under Article 8.2 of the WTO Valuation Agreement, and its roundings.

    ``cost_boundary`` is ``CIF`` or ``FOB``. ``freight_by`` and ``insurance_by`` name what a
    shipment's freight and insurance are apportioned by: ``gross_mass`` or ``value``.
    ``charge_roles`` tells what each charge type does: ``freight``, ``insurance``,
    ``addition``, ``deduction``, or ``tax_addition:<tax code>`` (enters that tax's base only).
    ``value_rounding`` rounds the customs value to minor units after conversion.
    """

    cost_boundary: str = "CIF"
    freight_by: str = "gross_mass"
    insurance_by: str = "value"
    charges_by: str = "value"
    charge_roles: Mapping[str, str] = {}
    incoterms: Mapping[str, IncotermRule] = {}
    value_rounding: Rounding = Rounding.NEAREST
    methods: Mapping[str, str] = {}
    evidence_documents: Mapping[str, tuple[str, ...]] = {}


class LowValueRegime(msgspec.Struct, frozen=True):
    """A regime for low-value consignments (card C13).

    Limits in minor units, ``None`` = no limit. ``duty_factor`` and ``tax_factor`` multiply the
    ordinary charges (0 and 7/10 in the China form); ``flat_rate`` replaces them where given.
    ``single_item_exception``: one indivisible item above the consignment limit still enters,
    at full charges, and counts in the year. ``year_feature`` names the feature that holds what
    the buyer has already used this year, in minor units.
    """

    code: str
    name: str
    period: Period = Period()
    consignment_limit: int | None = None
    yearly_limit: int | None = None
    year_feature: str = ""
    de_minimis_duty: int | None = None
    de_minimis_tax: int | None = None
    duty_factor: Fraction = Fraction(1)
    tax_factor: Fraction = Fraction(1)
    flat_rate: Fraction | None = None
    flat_tax: str = ""
    single_item_exception: bool = False
    excluded_commodities: tuple[str, ...] = ()
    beyond: str = "general"


class PermitRequirement(msgspec.Struct, frozen=True):
    """A licence, permit or certificate that a consignment needs (card C08).

    ``commodities`` are code prefixes; empty tuples mean "any". ``documents`` are the codes of
    which one satisfies the requirement, ``exemptions`` those that lift it. ``end_uses`` are the
    additional procedures (WCO 166) of which one makes it apply: what the goods are for.
    """

    code: str
    agency: str
    direction: str
    commodities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    period: Period = Period()
    legal_basis: str = ""
    name: str = ""
    end_uses: tuple[str, ...] = ()


class Profile(msgspec.Struct, frozen=True):
    """One live risk profile. ``period.valid_to`` is mandatory in packs (an end date).

    ``lane`` is the lane it demands, ``None`` for a profile that only adds ``weight`` (in whole
    points) to the score. ``channel`` is ``profile``, ``watchlist`` or ``legal_stop``.
    ``trader_text`` is the key of the disclosure-safe text, which says which datum to mend.
    """

    code: str
    version: int
    condition: str
    lane: Lane | None
    weight: int
    period: Period
    name: str = ""
    channel: str = "profile"
    trader_text: str = ""
    owner: str = ""


class SelectionRules(msgspec.Struct, frozen=True):
    """Thresholds and the random rate (card C06). Scores in whole points, factors exact.

    ``random_rate`` in ten-thousandths. ``draw_keys`` maps a day to the secret of that day;
    ``default_draw_key`` serves days without one (test and demo only).
    """

    yellow_from: int = 50
    red_from: int = 70
    random_rate: int = 0
    aeo_factor: Fraction = Fraction(1, 2)
    aeo_feature: str = "importer_aeo_active"
    draw_keys: Mapping[int, str] = {}
    default_draw_key: str = ""
    post_clearance_audit_lane: bool = False


class WorkingCalendar(msgspec.Struct, frozen=True):
    """When the country's offices work: terms in working days and hours are counted by it.

    ``weekdays`` are 1 (Monday) to 7 (Sunday). ``opens`` and ``closes`` are minutes after local
    midnight. ``holidays`` maps a day since 1970-01-01 to the holiday's name. ``rest`` is the pause
    at noon, from and to in minutes after local midnight; none where both are the same.
    """

    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    opens: int = 480
    closes: int = 1020
    holidays: Mapping[int, str] = {}
    rest: tuple[int, int] = (0, 0)

    def is_working_day(self, day: int) -> bool:
        """Tell whether the offices work on a day since 1970-01-01 (a Thursday)."""
        return (day + 3) % 7 + 1 in self.weekdays and day not in self.holidays


class Reference(msgspec.Struct, frozen=True, eq=False):
    """A compiled country pack.

    ``hash`` is the SHA-256 of the content, in hex; ``exponent`` the minor-unit exponent of
    ``currency``. ``areas`` maps an area code to its member countries with their periods; the
    area at index 0 of the measure table is "all origins". ``code_lists`` are named as in
    ``clearway.kernel.validation``; ``settings`` are the pack's remaining named values.
    ``profile_set`` names the set that stands in place of the pack's own profiles (the hash of its
    content), empty where these are used. ``shadow`` are profiles that are only counted.
    """

    name: str
    version: str
    hash: str
    country: str
    currency: str
    exponent: int
    time_zone: str
    languages: tuple[str, ...]
    commodities: Mapping[str, Sequence[CommodityLine]]
    measures: MeasureTable
    measure_types: Mapping[str, MeasureType]
    areas: Mapping[str, Sequence[CodeEntry]]
    preferences: Mapping[str, PreferenceRule]
    taxes: tuple[TaxRule, ...]
    valuation: ValuationRules
    exchange_rates: Mapping[str, Sequence[ExchangeRate]]
    code_lists: Mapping[str, CodeList]
    low_value_regimes: tuple[LowValueRegime, ...] = ()
    permits: tuple[PermitRequirement, ...] = ()
    profiles: tuple[Profile, ...] = ()
    selection: SelectionRules = SelectionRules()
    settings: Mapping[str, str] = {}
    calendar: WorkingCalendar = WorkingCalendar()
    profile_set: str = ""
    shadow: tuple[Profile, ...] = ()

    def exchange_rate(self, currency: str, day: int) -> ExchangeRate | None:
        """Return the published rate of ``currency`` on ``day``, or None where there is none."""
        if currency == self.currency:
            return ExchangeRate(currency, 1, 1)
        for rate in self.exchange_rates.get(currency, ()):
            if rate.period.covers(day):
                return rate
        return None

    def commodity(self, code: str, day: int) -> CommodityLine | None:
        """Return the declarable line of ``code`` in force on ``day``, or None."""
        for line in self.commodities.get(code, ()):
            if line.period.covers(day):
                return line
        return None

    def tax(self, code: str) -> TaxRule | None:
        """Return the tax rule of ``code``, or None."""
        return next((rule for rule in self.taxes if rule.code == code), None)
