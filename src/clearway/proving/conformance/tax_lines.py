"""``tax_lines``: every charge of every tax notice, computed again.

A complete line has a base and a rate: its amount is base times rate, rounded by the tax's
rule, less the deduction that the line shows. Six more kinds can be computed:

* a *security* line has a type code and an amount, no base, no rate and nothing payable: it
  books an amount as secured, so it must equal one of another line of the item, or the ordinary
  duty that the kernel computes for the item;
* a *total* of the whole declaration has no type code: it is the sum of the lines it is made of;
* a line of the tariff whose rate is not ad valorem: the kernel's own charge, where the
  declaration is there and the pack covers it;
* an excise duty: the kernel's own, whatever else stands against pricing the pair, at the rate of
  the day or, with a remark, at an earlier one;
* an amount that the declarant worked out and supplied himself;
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
from clearway.proving.conformance.evidence import Former, Key, excise_taxes, former_rate
from clearway.proving.conformance.folder import Notice
from clearway.proving.conformance.notified import Line, decimals, line_of
from clearway.proving.conformance.verdicts import Case, Check, Verdict
from clearway.proving.conformance.whole_folder import FolderEvidence, charges, shared_base
from clearway.vocabulary.money import Rounding, round_fraction

EXPONENT = 2
"""The decimals of amounts where no pack says otherwise."""

_CUT = (
    "the rate is shown with fewer decimals than it has: with one more it gives the amount, no rate"
    " of the folder shows more, and VAT is charged on the very amount"
)
_DOUBTFUL = (
    "base times the rate shown gives another amount; the rate may be shown with fewer decimals than"
    " it has, but nothing else on the notice says so"
)
_SECURED = "the notice books the whole amount as security and assesses nothing"
_SECURITY = "a security line: it equals an amount computed on another line of the item"
_ORDINARY = "a security line: it equals the ordinary duty that the kernel computes for the item"
_IMPLIED = (
    "the line shows no base and rate; its amount is what the bases of VAT hold beside the"
    " customs value and the other charges"
)
_KERNEL = "the line shows no base and rate; the kernel computes the amount from the declaration"

_FORMER = (
    "the line shows no base and rate; it is excise on the quantity declared, at a rate that the law"
    " has since replaced, in force from"
)
_SUPPLIED = "the line shows no base and rate; the declarant worked the amount out and supplied it"


class Ours(msgspec.Struct, frozen=True):
    """What the kernel makes of one notice's declaration, by item (and tax).

    ``priced`` holds the charges where the pack covers the pair; ``ordinary`` those of every
    pair, that is what would be due without the relief claimed; ``values`` the customs values;
    ``reason`` says why the pack does not cover the pair; ``supplied`` are amounts that the
    declarant works out himself, ``former`` excise at rates no longer in force.
    """

    priced: Mapping[Key, Decimal] = {}
    ordinary: Mapping[Key, Decimal] = {}
    values: Mapping[int, Decimal] = {}
    reason: str = ""
    supplied: Mapping[Key, frozenset[Decimal]] = {}
    former: Former = {}


def tax_lines_check(
    notices: list[Notice],
    reference: Reference | None,
    ours: Mapping[str, Ours],
    evidence: FolderEvidence,
) -> Check:
    """Compute every line again.

    Args:
        notices: the tax notices of the folder.
        reference: the pack; ``None`` if there is none.
        ours: by notice what the kernel makes of its declaration.
        evidence: what the notices say together, such as the rounding of each tax.
    """
    exponent = reference.exponent if reference is not None else EXPONENT
    check = Check("tax_lines", notes=list(evidence.notes))
    complete: Counter[Verdict] = Counter()
    excises = excise_taxes(reference) if reference is not None else frozenset[str]()
    for notice in notices:
        sums: list[Decimal] = []
        for item, taxes in notice.items:
            lines = [line_of(tax) for tax in taxes]
            sums += [line.assessed for line in lines if line.assessed and not line.security]
            own = ours.get(notice.name, Ours())
            context = _Context(item, lines, exponent, evidence, own, reference, excises)
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
    evidence: FolderEvidence
    ours: Ours
    reference: Reference | None
    excises: frozenset[str] = frozenset()

    def computed(self, line: Line) -> Decimal:
        """Return what a complete line comes to, by the rounding of its tax."""
        return line.computed(self.evidence.rules[line.tax], self.exponent)

    def amounts(self) -> set[Decimal]:
        """Return the amounts computed on the item's complete lines, zero left out."""
        found = {self.computed(line) for line in self.lines if line.complete}
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

        The bases of all VAT lines together hold the customs value and every other charge. Only
        where it is the item's one such line, every VAT stands once, nothing is secured, and of
        every tax it is known whether it is VAT.
        """
        value, vat = self.value(), self.evidence.vat
        known = [one for one in self.lines if one.complete or self.excise(one)]
        unknown = [one for one in self.lines if one not in known and one.tax not in vat.vats]
        whole = shared_base([one for one in self.lines if one.complete], vat.vats)
        unclear = any(one.tax in vat.unclear for one in self.lines)
        if value is None or whole is None or unknown != [line] or unclear:
            return None
        return whole - value - (charges(known, vat.vats) or Decimal(0))

    def held(self) -> Decimal | None:
        """Return what the bases of VAT hold too much for the item's charges; None if unknown."""
        value, vat = self.value(), self.evidence.vat
        whole, charged = shared_base(self.lines, vat.vats), charges(self.lines, vat.vats)
        if value is None or whole is None or charged is None:
            return None
        return whole - value - charged

    def excise(self, line: Line) -> str:
        """Return how the line is an excise duty on what is declared; empty if it is not."""
        key = self.item, line.tax
        if line.tax not in self.excises:
            return ""
        if line.assessed is not None and line.assessed == self.ours.ordinary.get(key):
            return _KERNEL
        since = former_rate(self.ours.former, key, line.assessed)
        return f"{_FORMER} {since}" if since else ""

    def supplied(self) -> set[Decimal]:
        """Return every amount that the declarant supplies for the item."""
        own = [found for (item, _), found in self.ours.supplied.items() if item == self.item]
        return {amount for found in own for amount in found}

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
        ours = context.computed(line)
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
        if line.assessed in context.supplied():
            return Case(Verdict.PASS, notice.name, what, item, theirs, theirs, _SUPPLIED)
        explanation = "a security line whose amount stands on no other line that can be computed"
        return Case(Verdict.UNSUPPORTED, notice.name, what, item, "", theirs, explanation)
    verdict, ours_shown, explanation = _without_base(line, context)
    return Case(verdict, notice.name, what, item, ours_shown, theirs, explanation)


def _without_base(line: Line, context: _Context) -> tuple[Verdict, str, str]:
    """Judge a line that shows no base and rate: verdict, our amount, and how it is known."""
    key = context.item, line.tax
    priced = context.ours.priced.get(key)
    if priced is not None and line.assessed is not None:
        return _verdict(priced, line.assessed), str(priced), _KERNEL
    if how := context.excise(line):
        return Verdict.PASS, str(line.assessed), how
    if supplied := context.ours.supplied.get(key):
        shown = " or ".join(str(amount) for amount in sorted(supplied))
        return _verdict(line.assessed, *supplied), shown, _SUPPLIED
    implied = context.implied(line)
    if implied is not None:
        return _verdict(implied, line.assessed), str(implied), _IMPLIED
    explanation = "the line shows no base and rate, and what is declared does not give it"
    if context.ours.reason:
        explanation += f": {context.ours.reason}"
    return Verdict.UNSUPPORTED, "", explanation


def _verdict(amount: Decimal | None, *accepted: Decimal | None) -> Verdict:
    return Verdict.PASS if amount in accepted else Verdict.FAIL


def _complete(line: Line, ours: Decimal, context: _Context) -> tuple[Verdict, str]:
    if ours == line.assessed:
        return Verdict.PASS, ""
    if line.assessed == 0 and ours in context.secured():
        return Verdict.PASS, _SECURED
    if not _may_be_cut(line, context):
        return Verdict.FAIL, "base times the rate shown gives another amount"
    held = context.held()
    if held == 0 and line.tax not in context.evidence.vat.vats and _one_decimal_more(line, context):
        return Verdict.PASS, _CUT
    if held is not None and held == ours - (line.assessed or Decimal(0)):
        return Verdict.FAIL, "VAT is charged on base times the rate shown, which is another amount"
    return Verdict.UNSUPPORTED, _DOUBTFUL


def _may_be_cut(line: Line, context: _Context) -> bool:
    """Tell whether the rate shown can be the true rate with its further decimals left away.

    A rate whose last shown decimal is zero (``20.00``) is taken for exact, so that a penny's
    difference is never explained away with it; so is one of a folder that shows more decimals.
    """
    assert line.base is not None
    assert line.rate is not None
    assert line.assessed is not None
    places = decimals(line.rate)
    if line.base <= 0 or line.deduct or not line.rate.as_tuple().digits[-1]:
        return False
    if places < context.evidence.decimals:
        return False
    scale = 10**places
    true = Fraction(line.assessed) * 100 / Fraction(line.base)
    return Fraction(line.rate) * scale in (
        round_fraction(true * scale, Rounding.DOWN),
        round_fraction(true * scale, Rounding.NEAREST),
    )


def _one_decimal_more(line: Line, context: _Context) -> bool:
    """Tell whether the rate with one further decimal, since cut or rounded, gives the amount."""
    assert line.rate is not None
    step = Decimal(1).scaleb(-decimals(line.rate) - 1)
    fuller = (msgspec.structs.replace(line, rate=line.rate + n * step) for n in range(-5, 10))
    return any(context.computed(one) == line.assessed for one in fuller)


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
