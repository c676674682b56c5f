"""``tax_lines``: every charge of every tax notice, computed again.

A complete line has a base and a rate: its amount is base times rate, rounded by the tax's
rule, less the deduction that the line shows. Three more kinds can be computed:

* a *security* line has a type code and an amount, no base, no rate and nothing payable: it
  books an amount as secured, so it must equal one of another line of the item, or the ordinary
  duty that the kernel computes for the item;
* a *total* of the whole declaration has no type code: it is the sum of the lines it is made of;
* a line of the tariff whose rate is not ad valorem: the kernel's own charge, where the
  declaration is there and the pack covers it.

Anything else is unsupported, which counts against us.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from clearway.kernel.reference import Reference
from clearway.messages.notification import NotifiedItemTax
from clearway.proving.conformance.folder import Notice
from clearway.proving.conformance.verdicts import Case, Check, Verdict
from clearway.vocabulary.money import Rounding, round_fraction

PREFERRED = (Rounding.DOWN, Rounding.NEAREST, Rounding.HALF_EVEN, Rounding.UP)
"""The order in which roundings are tried where several agree with the evidence equally."""

_CUT = (
    "the rate is shown with fewer decimals than it has: the amount divided by the base, cut"
    " or rounded to as many decimals, is the rate shown"
)
_SECURED = "the notice books the whole amount as security and assesses nothing"
_SECURITY = "a security line: it equals an amount computed on another line of the item"
_ORDINARY = "a security line: it equals the ordinary duty that the kernel computes for the item"
_KERNEL = "the line shows no base and rate; the kernel computes the amount from the declaration"


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
    notices: Iterable[Notice], reference: Reference | None
) -> tuple[dict[str, Rounding], list[str]]:
    """Return the rounding of each tax, and how it is known.

    The pack's rule where it has the tax; else the one rule that most lines of that tax in the
    whole folder agree with. Never one rule for one file.
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
        if rule is not None:
            rules[tax] = rule.rounding
            notes.append(f"{tax} is rounded {rule.rounding}: a rule of the pack")
            continue
        agree = {
            rounding: sum(line.computed(rounding, 2) == line.assessed for line in group)
            for rounding in PREFERRED
        }
        rules[tax] = max(PREFERRED, key=lambda rounding: agree[rounding])
        best = agree[rules[tax]]
        told = [str(rounding) for rounding in PREFERRED if agree[rounding] == best]
        notes.append(
            f"{tax} is rounded {rules[tax]}: {best} of {len(group)} lines agree"
            + (f", as they do with {', '.join(told[1:])}" if len(told) > 1 else "")
        )
    return rules, notes


def tax_lines_check(
    notices: list[Notice],
    reference: Reference | None,
    priced: Mapping[str, Mapping[tuple[int, str], Decimal]],
    ordinary: Mapping[str, Mapping[tuple[int, str], Decimal]],
) -> Check:
    """Compute every line again.

    Args:
        notices: the tax notices of the folder.
        reference: the pack, whose taxes bring their roundings; ``None`` if there is none.
        priced: by notice, item and tax what the kernel charges, where the pack covers the pair.
        ordinary: the same for every pair: what would be due without the relief claimed.
    """
    rules, notes = roundings(notices, reference)
    check = Check("tax_lines", notes=notes)
    complete: Counter[Verdict] = Counter()
    for notice in notices:
        sums: list[Decimal] = []
        for item, taxes in notice.items:
            lines = [line_of(tax) for tax in taxes]
            sums += [line.assessed for line in lines if line.assessed and not line.security]
            for line in lines:
                without_claim = ordinary.get(notice.name, {})
                due = {amount for (at, _), amount in without_claim.items() if at == item and amount}
                context = _Context(lines, rules, priced.get(notice.name, {}), due)
                case = _case(notice, item, line, context)
                check.cases.append(case)
                complete[case.verdict] += line.complete
        check.cases += _totals(notice, sums)
    total = sum(complete.values())
    check.notes.append(
        f"of {total} complete ad valorem lines {complete[Verdict.PASS]} are exact"
        f" ({_percent(complete[Verdict.PASS], total)})"
    )
    return check


def _percent(part: int, whole: int) -> str:
    return f"{Decimal(part * 1000 // whole) / 10} %" if whole else "none"


class _Context(msgspec.Struct):
    """What may explain a line: its neighbours, the roundings, the kernel's own charges."""

    lines: list[Line]
    rules: Mapping[str, Rounding]
    priced: Mapping[tuple[int, str], Decimal]
    ordinary: set[Decimal]

    def amounts(self) -> set[Decimal]:
        """Return the amounts computed on the item's complete lines, zero left out."""
        found = {line.computed(self.rules[line.tax], 2) for line in self.lines if line.complete}
        return found - {Decimal(0)}

    def secured(self) -> set[Decimal]:
        """Return the amounts that the item's security lines book."""
        return {line.assessed for line in self.lines if line.security and line.assessed}


def _case(notice: Notice, item: int, line: Line, context: _Context) -> Case:
    what = f"{line.tax or 'a line without a type code'}"
    theirs = "none" if line.assessed is None else str(line.assessed)
    if line.complete:
        ours = line.computed(context.rules[line.tax], 2)
        verdict, explanation = _complete(line, ours, context)
        shown = f"{what} on {line.base} at {line.rate} %"
        if line.deduct:
            shown += f" less {line.deduct}"
        return Case(verdict, notice.name, shown, item, str(ours), theirs, explanation)
    if line.security:
        if line.assessed in context.amounts():
            return Case(Verdict.PASS, notice.name, what, item, theirs, theirs, _SECURITY)
        if line.assessed in context.ordinary:
            return Case(Verdict.PASS, notice.name, what, item, theirs, theirs, _ORDINARY)
        explanation = "a security line whose amount stands on no other line that can be computed"
        return Case(Verdict.UNSUPPORTED, notice.name, what, item, "", theirs, explanation)
    ours_priced = context.priced.get((item, line.tax))
    if ours_priced is not None and line.assessed is not None:
        verdict = Verdict.PASS if ours_priced == line.assessed else Verdict.FAIL
        return Case(verdict, notice.name, what, item, str(ours_priced), theirs, _KERNEL)
    explanation = "the line shows no base and rate, and the pack does not cover it"
    return Case(Verdict.UNSUPPORTED, notice.name, what, item, "", theirs, explanation)


def _complete(line: Line, ours: Decimal, context: _Context) -> tuple[Verdict, str]:
    if ours == line.assessed:
        return Verdict.PASS, ""
    if line.assessed == 0 and ours in context.secured():
        return Verdict.PASS, _SECURED
    if _rate_is_cut(line):
        return Verdict.PASS, _CUT
    return Verdict.FAIL, "base times the rate shown gives another amount"


def _rate_is_cut(line: Line) -> bool:
    """Tell whether the rate shown can be the true rate with its further decimals left away.

    A rate whose last shown decimal is zero (``20.00``) is taken for exact, so that a penny's
    difference is never explained away with it.
    """
    assert line.base is not None
    assert line.rate is not None
    assert line.assessed is not None
    shown = line.rate.as_tuple()
    if line.base <= 0 or line.deduct or not shown.digits[-1] or not isinstance(shown.exponent, int):
        return False
    true = Fraction(line.assessed) * 100 / Fraction(line.base)
    scale = 10**-shown.exponent
    scaled_rate = Fraction(line.rate) * scale
    return scaled_rate in (
        round_fraction(true * scale, Rounding.DOWN),
        round_fraction(true * scale, Rounding.NEAREST),
    )


def _totals(notice: Notice, sums: list[Decimal]) -> Iterable[Case]:
    """Check the lines of the whole declaration: each is the sum of some of the items' lines."""
    for tax in notice.declaration.duty_tax_fees:
        payment = tax.payment
        if payment is None or payment.tax_assessed_amount is None:
            continue
        theirs = payment.tax_assessed_amount.decimal
        ours = sum(sums, Decimal(0))
        if ours == theirs:
            yield Case(Verdict.PASS, notice.name, "total", 0, str(ours), str(theirs))
        else:
            explanation = "a total by means of payment, whose lines the notice does not name"
            yield Case(
                Verdict.UNSUPPORTED, notice.name, "total", 0, str(ours), str(theirs), explanation
            )
