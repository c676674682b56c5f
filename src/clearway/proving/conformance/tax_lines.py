"""``tax_lines``: every charge of every tax notice, computed again.

A complete line has a base and a rate: its amount is base times rate, rounded by the tax's
rule, less the deduction that the line shows. Four more kinds can be computed:

* a *security* line has a type code and an amount, no base, no rate and nothing payable: it
  books an amount as secured, so it must equal one of another line of the item, or the ordinary
  duty that the kernel computes for the item;
* a *total* of the whole declaration has no type code: it is the sum of the lines it is made of;
* a line of the tariff whose rate is not ad valorem: the kernel's own charge, where the
  declaration is there and the pack covers it;
* the one line of an item that shows no base and rate, where the VAT lines do: VAT is charged on
  the customs value and every other charge, so that its bases hold the amount.

Anything else is unsupported, which counts against us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from clearway.kernel.reference import Reference
from clearway.proving.conformance.folder import Notice
from clearway.proving.conformance.notified import Line, line_of, roundings
from clearway.proving.conformance.verdicts import Case, Check, Verdict
from clearway.vocabulary.money import Rounding, round_fraction

EXPONENT = 2
"""The decimals of amounts where no pack says otherwise."""

_CUT = (
    "the rate is shown with fewer decimals than it has: the amount divided by the base, cut"
    " or rounded to as many decimals, is the rate shown"
)
_SECURED = "the notice books the whole amount as security and assesses nothing"
_SECURITY = "a security line: it equals an amount computed on another line of the item"
_ORDINARY = "a security line: it equals the ordinary duty that the kernel computes for the item"
_IMPLIED = (
    "the line shows no base and rate; its amount is what the bases of VAT hold beside the"
    " customs value and the other charges"
)
_KERNEL = "the line shows no base and rate; the kernel computes the amount from the declaration"


class Ours(msgspec.Struct, frozen=True):
    """What the kernel makes of one notice's declaration, by item (and tax).

    ``priced`` holds the charges where the pack covers the pair; ``ordinary`` those of every
    pair, that is what would be due without the relief claimed; ``values`` the customs values;
    ``reason`` says why the pack does not cover the pair.
    """

    priced: Mapping[tuple[int, str], Decimal] = {}
    ordinary: Mapping[tuple[int, str], Decimal] = {}
    values: Mapping[int, Decimal] = {}
    reason: str = ""


def tax_lines_check(
    notices: list[Notice], reference: Reference | None, ours: Mapping[str, Ours]
) -> Check:
    """Compute every line again.

    Args:
        notices: the tax notices of the folder.
        reference: the pack, whose taxes bring their roundings; ``None`` if there is none.
        ours: by notice what the kernel makes of its declaration.
    """
    exponent = reference.exponent if reference is not None else EXPONENT
    rules, notes = roundings(notices, reference, exponent)
    check = Check("tax_lines", notes=notes)
    complete: Counter[Verdict] = Counter()
    for notice in notices:
        sums: list[Decimal] = []
        for item, taxes in notice.items:
            lines = [line_of(tax) for tax in taxes]
            sums += [line.assessed for line in lines if line.assessed and not line.security]
            context = _Context(
                item, lines, exponent, rules, ours.get(notice.name, Ours()), reference
            )
            for line in lines:
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

    item: int
    lines: list[Line]
    exponent: int
    rules: Mapping[str, Rounding]
    ours: Ours
    reference: Reference | None

    def amounts(self) -> set[Decimal]:
        """Return the amounts computed on the item's complete lines, zero left out."""
        found = {
            line.computed(self.rules[line.tax], self.exponent)
            for line in self.lines
            if line.complete
        }
        return found - {Decimal(0)}

    def ordinary(self) -> set[Decimal]:
        """Return what the kernel charges on the item, zero left out."""
        found = {amount for (item, _), amount in self.ours.ordinary.items() if item == self.item}
        return found - {Decimal(0)}

    def secured(self) -> set[Decimal]:
        """Return the amounts that the item's security lines book."""
        return {line.assessed for line in self.lines if line.security and line.assessed}

    def implied(self, line: Line) -> Decimal | None:
        """Return the amount that the VAT bases leave for a line without base and rate.

        The bases of all VAT lines together hold the customs value and every other charge; two
        territories' VAT (``other_tariff_vat`` of the pack) share them out. Only where it is
        the item's one such line, every VAT stands once, and nothing is secured.
        """
        value = self.value()
        if self.reference is None or value is None:
            return None
        vats = {tax.code for tax in self.reference.taxes if tax.family == "vat"}
        vats |= set(self.reference.settings.get("other_tariff_vat", "").split())
        unknown = [one for one in self.lines if not one.complete and one.tax not in vats]
        on = [(one.tax, one.base) for one in self.lines if one.complete and one.tax in vats]
        if unknown != [line] or not on or len(dict(on)) < len(on):
            return None
        whole = sum((base for _, base in on if base is not None), Decimal(0))
        charges = (one.assessed for one in self.lines if one.complete and one.tax not in vats)
        return whole - value - sum((amount for amount in charges if amount), Decimal(0))

    def value(self) -> Decimal | None:
        """Return the item's customs value: a duty line's base, else what the kernel says."""
        if self.reference is None:
            return None
        duties = {tax.code for tax in self.reference.taxes if tax.family == "duty"}
        shown = [one.base for one in self.lines if one.complete and one.tax in duties]
        return shown[0] if len(shown) == 1 else self.ours.values.get(self.item)


def _case(notice: Notice, item: int, line: Line, context: _Context) -> Case:
    what = f"{line.tax or 'a line without a type code'}"
    theirs = "none" if line.assessed is None else str(line.assessed)
    if line.complete:
        ours = line.computed(context.rules[line.tax], context.exponent)
        verdict, explanation = _complete(line, ours, context)
        shown = f"{what} on {line.base} at {line.rate} %"
        if line.deduct:
            shown += f" less {line.deduct}"
        return Case(verdict, notice.name, shown, item, str(ours), theirs, explanation)
    if line.security:
        if line.assessed in context.amounts():
            return Case(Verdict.PASS, notice.name, what, item, theirs, theirs, _SECURITY)
        if line.assessed in context.ordinary():
            return Case(Verdict.PASS, notice.name, what, item, theirs, theirs, _ORDINARY)
        explanation = "a security line whose amount stands on no other line that can be computed"
        return Case(Verdict.UNSUPPORTED, notice.name, what, item, "", theirs, explanation)
    ours_priced = context.ours.priced.get((item, line.tax))
    if ours_priced is not None and line.assessed is not None:
        verdict = Verdict.PASS if ours_priced == line.assessed else Verdict.FAIL
        return Case(verdict, notice.name, what, item, str(ours_priced), theirs, _KERNEL)
    implied = context.implied(line)
    if implied is not None:
        verdict = Verdict.PASS if implied == line.assessed else Verdict.FAIL
        return Case(verdict, notice.name, what, item, str(implied), theirs, _IMPLIED)
    explanation = "the line shows no base and rate, and what is declared does not give it"
    if context.ours.reason:
        explanation += f": {context.ours.reason}"
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
