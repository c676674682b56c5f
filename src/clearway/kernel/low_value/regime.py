"""Low-value regimes (card C13): a claim is granted, half granted, or turned to general trade.

The limits and factors are the pack's (``LowValueRegime``). What a buyer has used of the year,
what was ordered and what was paid are features of the declaration, computed beforehand; a limit
whose feature is missing cannot be said to be kept, so that the claim falls to the general
treatment. What does not match is told under a number and never taxed silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from clearway.kernel.decisions import Finding, ItemValue, Severity, Step, TaxLine
from clearway.kernel.features import SCHEMA
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.low_value.mismatch import mismatches
from clearway.kernel.low_value.rules import RULES, features_read
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import LowValueRegime, Reference
from clearway.kernel.tariff.pricing import Pricing, Relief, price
from clearway.kernel.valuation.conversion import minor_text
from clearway.vocabulary.money import QUANTITY_SCALE, Rounding, round_fraction

FEATURES: Final = features_read()
"""The features that this room reads beside the regime's own ``year_feature``, with meanings."""

CLAIM = "42A/67A:D013"


def apply(
    lodgement: Lodgement,
    values: Sequence[ItemValue],
    pricing: Pricing,
    reference: Reference,
    *,
    explain: bool = True,
) -> Pricing:
    """Return the charges under the low-value regime that the declaration claims.

    Args:
        lodgement: the declaration; ``low_value_regime`` names the claim, empty claims nothing.
        values: one customs value per item; their sum is the consignment's value.
        pricing: the ordinary charges, which stay where no regime is claimed or granted.
        reference: the pack and its regimes.
        explain: whether to write the working into the lines' steps.

    Returns:
        The charges with ``payable`` after relief, and the findings of series CLW7nnn added.
    """
    claim = lodgement.low_value_regime
    if not claim or lodgement.legal_date is None:
        return pricing
    case = _Case(lodgement, values, reference, explain=explain)
    case.findings += mismatches(lodgement, reference)
    granted = case.treat(claim, pricing, frozenset())
    return Pricing(granted.lines, granted.questions, (*granted.findings, *case.findings))


class _Case:
    """One claim being judged."""

    def __init__(
        self,
        lodgement: Lodgement,
        values: Sequence[ItemValue],
        reference: Reference,
        *,
        explain: bool,
    ) -> None:
        self.lodgement = lodgement
        self.values = values
        self.reference = reference
        self.explain = explain
        self.findings: list[Finding] = []
        self.day = lodgement.legal_date or 0
        worths = [one.value for one in values]
        self.total = None if None in worths else sum(worth or 0 for worth in worths)

    def tell(
        self, rule: str, severity: Severity, where: str, item: int = 0, /, **parameters: str
    ) -> None:
        """Add a finding; amounts in parameters are decimal text."""
        if rule not in RULES:
            raise KeyError(rule)
        self.findings.append(Finding(rule, severity, where, item, tuple(parameters.items())))

    def text(self, amount: int) -> str:
        """Return minor units as text with the currency."""
        return f"{minor_text(amount, self.reference.exponent)} {self.reference.currency}"

    def treat(self, code: str, pricing: Pricing, tried: frozenset[str]) -> Pricing:
        """Judge one regime; a regime may name another one that serves beyond its limits."""
        regime = next(
            (
                one
                for one in self.reference.low_value_regimes
                if one.code == code and one.period.covers(self.day)
            ),
            None,
        )
        if regime is None:
            self.tell("CLW7001", Severity.ERROR, CLAIM, regime=code)
            return pricing
        if self.total is None:
            self.tell("CLW7002", Severity.ERROR, CLAIM, regime=code)
            return pricing
        beyond = self._beyond(regime)
        if beyond == "single":
            self.tell(
                "CLW7006",
                Severity.NOTE,
                CLAIM,
                regime=code,
                value=self.text(self.total),
                limit=self.text(regime.consignment_limit or 0),
            )
            return pricing
        if beyond:
            if regime.beyond not in ("", "general") and regime.beyond not in tried:
                return self.treat(regime.beyond, pricing, tried | {code})
            return pricing
        return self._granted(regime, pricing)

    # -- limits -------------------------------------------------------------------------------

    def _beyond(self, regime: LowValueRegime) -> str:
        """Return why the regime does not apply; ``single`` for the one item that still enters."""
        total = self.total or 0
        barred = self._barred(regime)
        used = self._used(regime)
        over_year = False
        if regime.yearly_limit is not None:
            if used is None:
                self.tell(
                    "CLW7005",
                    Severity.DOUBT,
                    CLAIM,
                    regime=regime.code,
                    feature=regime.year_feature,
                )
                return "year"
            over_year = used + total > regime.yearly_limit
            if over_year:
                self.tell(
                    "CLW7004",
                    Severity.WARNING,
                    CLAIM,
                    regime=regime.code,
                    used=self.text(used),
                    value=self.text(total),
                    sum=self.text(used + total),
                    limit=self.text(regime.yearly_limit),
                )
        if barred or over_year:
            return "barred" if barred else "year"
        if regime.consignment_limit is None or total <= regime.consignment_limit:
            return ""
        if regime.single_item_exception and self._indivisible():
            return "single"
        self.tell(
            "CLW7003",
            Severity.WARNING,
            CLAIM,
            regime=regime.code,
            value=self.text(total),
            limit=self.text(regime.consignment_limit),
        )
        return "consignment"

    def _barred(self, regime: LowValueRegime) -> bool:
        barred = False
        for number, item in enumerate(self.lodgement.items, 1):
            if item.commodity.startswith(regime.excluded_commodities or ("\0",)):
                where = pointer("items.commodity", number)
                self.tell(
                    "CLW7007",
                    Severity.WARNING,
                    where,
                    number,
                    regime=regime.code,
                    commodity=item.commodity,
                )
                barred = True
        return barred

    def _used(self, regime: LowValueRegime) -> int | None:
        """Return what the buyer has used of the year, in minor units; None where unknown.

        A feature of the schema has that column's scale; any other is in minor units already.
        """
        used = self.lodgement.features.get(regime.year_feature)
        if not isinstance(used, int) or isinstance(used, bool) or used < 0:
            return None
        column = SCHEMA.by_name.get(regime.year_feature)
        if column is None:
            return used
        exact = Fraction(used * 10**self.reference.exponent, column.scale)
        return round_fraction(exact, Rounding.UP)

    def _indivisible(self) -> bool:
        """Tell whether the consignment is one single article."""
        if len(self.lodgement.items) != 1:
            return False
        item = self.lodgement.items[0]
        return item.quantity is None or item.quantity <= QUANTITY_SCALE or not _counts(item)

    # -- what is granted ----------------------------------------------------------------------

    def _granted(self, regime: LowValueRegime, pricing: Pricing) -> Pricing:
        if regime.flat_rate is not None:
            return self._flat(regime, regime.flat_rate, pricing)
        total = self.total or 0
        free_duty = regime.de_minimis_duty is not None and total <= regime.de_minimis_duty
        free_tax = regime.de_minimis_tax is not None and total <= regime.de_minimis_tax
        relief = Relief(
            Fraction(0) if free_duty else regime.duty_factor,
            Fraction(0) if free_tax else regime.tax_factor,
        )
        granted = price(
            self.lodgement, self.values, self.reference, explain=self.explain, relief=relief
        )
        lines = granted.lines
        if self.explain:
            parameters = (
                ("regime", regime.code),
                ("value", self.text(total)),
                ("duty_factor", str(relief.duty)),
                ("tax_factor", str(relief.tax)),
            )
            lines = tuple(
                msgspec.structs.replace(
                    line, steps=(*line.steps, Step("low_value.granted", parameters))
                )
                for line in lines
            )
        return Pricing(lines, granted.questions, granted.findings)

    def _flat(self, regime: LowValueRegime, rate: Fraction, pricing: Pricing) -> Pricing:
        """Replace the ordinary charges by one charge an item, at the regime's flat rate."""
        rule = self.reference.tax(regime.flat_tax)
        rounding = rule.rounding if rule is not None else Rounding.NEAREST
        total = self.total or 0
        free = regime.de_minimis_tax is not None and total <= regime.de_minimis_tax
        percent = f"{float_free(rate * 100)} %"
        lines = []
        for one in self.values:
            worth = one.value or 0
            amount = round_fraction(worth * rate, rounding)
            steps = (
                Step(
                    "low_value.flat",
                    (("regime", regime.code), ("rate", percent), ("value", self.text(worth))),
                ),
            )
            lines.append(
                TaxLine(
                    one.item,
                    regime.flat_tax,
                    "fee" if rule is None else rule.family,
                    worth,
                    percent,
                    amount,
                    0 if free else amount,
                    regime.code,
                    steps=steps if self.explain else (),
                )
            )
        return Pricing(tuple(lines), (), pricing.findings)


def _counts(item: object) -> bool:
    unit = getattr(item, "quantity_unit", "")
    return unit in ("NAR", "C62", "H87", "PCE", "EA")


def float_free(value: Fraction) -> str:
    """Return a fraction as decimal text where it ends, else as a fraction.

    >>> float_free(Fraction(91, 10)), float_free(Fraction(1, 3))
    ('9.1', '1/3')
    """
    for decimals in range(9):
        scaled = value * 10**decimals
        if scaled.denominator == 1:
            text = f"{abs(scaled.numerator):0{decimals + 1}d}"
            sign = "-" if value < 0 else ""
            whole, rest = (text[:-decimals], text[-decimals:]) if decimals else (text, "")
            return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
    return str(value)
