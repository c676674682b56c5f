"""The tax lines of a notice as exact numbers, and the rounding of each tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from clearway.kernel.reference import Reference
from clearway.messages.notification import NotifiedItemTax
from clearway.proving.conformance.folder import Notice
from clearway.vocabulary.money import Rounding, round_fraction

PREFERRED = (Rounding.DOWN, Rounding.NEAREST, Rounding.HALF_EVEN, Rounding.UP)
"""The order in which roundings are tried where several agree with the evidence equally."""


class Line(msgspec.Struct, frozen=True):
    """One tax line of a notice as exact numbers; amounts in the notice's currency."""

    tax: str
    base: Decimal | None
    rate: Decimal | None
    deduct: Decimal
    assessed: Decimal | None
    payable: Decimal | None
    regime: str

    @property
    def complete(self) -> bool:
        """Whether the line can be computed from itself."""
        return self.base is not None and self.rate is not None and self.assessed is not None

    @property
    def security(self) -> bool:
        """Whether the line only books an amount as secured."""
        return bool(self.tax) and self.base is None and self.rate is None and self.payable is None

    def computed(self, rounding: Rounding, exponent: int) -> Decimal:
        """Return base times rate, rounded, less the deduction."""
        assert self.base is not None
        assert self.rate is not None
        exact = Fraction(self.base) * Fraction(self.rate) / 100
        minor = round_fraction(exact * 10**exponent, rounding)
        return Decimal(minor).scaleb(-exponent) - self.deduct


def line_of(tax: NotifiedItemTax) -> Line:
    """Return a notified line as exact numbers."""
    payment = tax.payment
    return Line(
        tax.type_code or "",
        tax.ad_valorem_tax_base_amount.decimal if tax.ad_valorem_tax_base_amount else None,
        Decimal(tax.tax_rate_numeric) if tax.tax_rate_numeric else None,
        tax.deduct_amount.decimal if tax.deduct_amount else Decimal(0),
        payment.tax_assessed_amount.decimal if payment and payment.tax_assessed_amount else None,
        payment.payment_amount.decimal if payment and payment.payment_amount else None,
        tax.duty_regime_code or "",
    )


def roundings(
    notices: Iterable[Notice], reference: Reference | None, exponent: int, *, made: bool = False
) -> tuple[dict[str, Rounding], list[str]]:
    """Return the rounding of each tax, and how it is known.

    The rule of a pack that was given, where it has the tax; else the one rule that most lines of
    that tax in the whole folder agree with. Never one rule for one file. Of a pack that was
    ``made`` from a tariff the roundings are an assumption: they only decide between rules that
    agree with equally many lines.
    """
    lines: dict[str, list[Line]] = defaultdict(list)
    for notice in notices:
        for _, taxes in notice.items:
            for line in map(line_of, taxes):
                if line.complete:
                    lines[line.tax].append(line)
    rules: dict[str, Rounding] = {}
    notes = []
    for tax, group in sorted(lines.items()):
        rule = reference.tax(tax) if reference is not None else None
        if rule is not None and not made:
            rules[tax] = rule.rounding
            notes.append(f"{tax} is rounded {rule.rounding}: a rule of the pack")
            continue
        order = PREFERRED if rule is None else tuple(dict.fromkeys((rule.rounding, *PREFERRED)))
        rules[tax], note = _fitted(group, order, exponent)
        notes.append(f"{tax} is rounded {rules[tax]}: {note}")
    return rules, notes


def _fitted(group: list[Line], order: tuple[Rounding, ...], exponent: int) -> tuple[Rounding, str]:
    """Return the first rule that most lines agree with, and how many they are."""
    agree = {
        rounding: sum(line.computed(rounding, exponent) == line.assessed for line in group)
        for rounding in order
    }
    best = max(agree.values())
    first, *others = [rounding for rounding in order if agree[rounding] == best]
    note = f"{best} of {len(group)} lines agree"
    return first, note + (f", as they do with {', '.join(others)}" if others else "")


def shown_decimals(notices: Iterable[Notice]) -> int:
    """Return the most decimals that a rate shows on any of the notices."""
    rates = (line_of(tax).rate for one in notices for _, taxes in one.items for tax in taxes)
    return max((decimals(rate) for rate in rates if rate is not None), default=0)


def decimals(rate: Decimal) -> int:
    """Return how many decimals a rate shows."""
    exponent = rate.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
