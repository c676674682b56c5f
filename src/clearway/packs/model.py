"""A pack as read: rows with their lines, before anything is looked up or spread.

``Pack`` holds the rows of the tables; what needs no cross-reference (taxes, valuation,
selection) is already in the kernel's own shapes.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from clearway.kernel.measures import RateExpression
from clearway.kernel.reference import (
    CodeEntry,
    CommodityLine,
    ExchangeRate,
    LowValueRegime,
    MeasureType,
    Period,
    PermitRequirement,
    PreferenceRule,
    Profile,
    SelectionRules,
    TaxRule,
    ValuationRules,
    WorkingCalendar,
)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What ``pack.toml`` says about the pack as a whole.

    ``digits`` is the length of a declarable code. ``base`` is ``hs2022`` or ``none``.
    ``rate_ceiling`` is the highest ad valorem rate that is taken for true, scaled by 10^8.
    ``required_currencies`` must have a rate on every day of ``period``.
    """

    name: str = ""
    title: str = ""
    version: str = ""
    country: str = ""
    currency: str = ""
    exponent: int = 2
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    period: Period = Period()
    digits: int = 8
    base: str = "hs2022"
    all_origins: str = "1011"
    rate_ceiling: int = 900_000_000
    required_currencies: tuple[str, ...] = ()
    extended_lists: tuple[str, ...] = ()


class Located(msgspec.Struct, frozen=True):
    """Where a row stands."""

    file: str
    line: int


class LineRow(msgspec.Struct, frozen=True):
    """A row of nomenclature.csv: a declarable line, or a heading whose words or unit differ."""

    at: Located
    line: CommodityLine


class AreaRow(msgspec.Struct, frozen=True):
    """A member country of an area. An area without members has one row with no country."""

    at: Located
    area: str
    name: str
    country: str
    period: Period


class MeasureRow(msgspec.Struct, frozen=True):
    """A row of measures.csv. ``commodity`` is a prefix; empty means every declarable line."""

    at: Located
    commodity: str
    type: str
    area: str
    additional_code: str
    quota_order: str
    period: Period
    rate: RateExpression
    legal_basis: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What may not overlap on one commodity: type, area, additional code, quota."""
        return (self.type, self.area, self.additional_code, self.quota_order)


class CodeRow(msgspec.Struct, frozen=True):
    """A row of a code list."""

    at: Located
    list: str
    entry: CodeEntry


class RateRow(msgspec.Struct, frozen=True):
    """A row of exchange_rates.csv."""

    at: Located
    rate: ExchangeRate


class TypeRow(msgspec.Struct, frozen=True):
    """A row of measure_types.csv."""

    at: Located
    type: MeasureType


class PreferenceRow(msgspec.Struct, frozen=True):
    """A row of preferences.csv."""

    at: Located
    rule: PreferenceRule
    name: str


class PermitRow(msgspec.Struct, frozen=True):
    """A row of permits.csv."""

    at: Located
    permit: PermitRequirement


class ProfileRow(msgspec.Struct, frozen=True):
    """A table of profiles.toml, with the two persons who answer for it."""

    at: Located
    condition_line: int
    profile: Profile
    author: str
    approver: str


class RegimeRow(msgspec.Struct, frozen=True):
    """A table of low_value.toml."""

    at: Located
    regime: LowValueRegime


class Pack(msgspec.Struct, kw_only=True):
    """A pack's folder, read.

    ``places`` gives the lines of ``pack.toml`` on which codes stand: ``charge_roles.AK`` …
    ``headless`` says that ``pack.toml`` cannot be read, so that what it declares is not known.
    """

    folder: Path
    headless: bool = False
    head: Head = Head()
    taxes: tuple[TaxRule, ...] = ()
    valuation: ValuationRules = ValuationRules()
    selection: SelectionRules = SelectionRules()
    calendar: WorkingCalendar = WorkingCalendar()
    settings: dict[str, str] = {}
    lines: list[LineRow] = []
    areas: list[AreaRow] = []
    types: list[TypeRow] = []
    measures: list[MeasureRow] = []
    preferences: list[PreferenceRow] = []
    rates: list[RateRow] = []
    codes: list[CodeRow] = []
    permits: list[PermitRow] = []
    profiles: list[ProfileRow] = []
    regimes: list[RegimeRow] = []
    golden: list[str] = []
    places: dict[str, int] = {}
