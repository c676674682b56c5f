"""``duty_bases`` and ``full_assessment``: the notice computed again from the declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from clearway.kernel.reference import Reference
from clearway.proving.conformance.assessed import Assessed, amounts
from clearway.proving.conformance.notified import Line, line_of
from clearway.proving.conformance.verdicts import BECAUSE, Case, Check, Verdict
from clearway.proving.conformance.whole_folder import VatTaxes, charges, shared_base


def duty_bases_check(pairs: list[Assessed], reference: Reference | None, vat: VatTaxes) -> Check:
    """Compare the value for duty of every item, from the declaration alone.

    Where the notice lets it be derived, the value for VAT too: the customs value with every
    other charge on the item.
    """
    check = Check("duty_bases")
    for assessed in pairs:
        for item, taxes in assessed.pair.notice.items:
            lines = [line_of(tax) for tax in taxes]
            check.cases += _duty_base(assessed, item, lines, reference)
            if reference is not None:
                check.cases += _vat_base(assessed, item, lines, reference, vat)
    return check


def _duty_codes(reference: Reference | None) -> set[str]:
    if reference is None:
        return set()
    codes = {tax.code for tax in reference.taxes if tax.family == "duty"}
    return codes | set(reference.settings.get("other_tariff_duties", "").split())


def _duty_base(
    assessed: Assessed, item: int, lines: list[Line], reference: Reference | None
) -> Iterable[Case]:
    """Compare the duty base; a value shared between two regimes of one duty is added up."""
    name = assessed.pair.notice.name
    codes = _duty_codes(reference)
    bases = {
        (line.tax, line.regime): line.base
        for line in lines
        if line.base is not None and (not codes or line.tax in codes)
    }
    if not bases:
        return
    first = next(iter(bases))[0]
    theirs = sum((base for (tax, _), base in bases.items() if tax == first), Decimal(0))
    what = f"base of {first}"
    ours = _our_value(assessed, item, reference)
    if ours is None:
        why = assessed.reason if not assessed.values else "; ".join(assessed.told)
        yield Case(Verdict.UNSUPPORTED, name, what, item, "", str(theirs), why or "no value")
        return
    verdict = Verdict.PASS if ours == theirs else Verdict.FAIL
    why = "" if verdict is Verdict.PASS else "the declaration's own value is another"
    yield Case(verdict, name, what, item, str(ours), str(theirs), why)


def _vat_base(
    assessed: Assessed, item: int, lines: list[Line], reference: Reference, vat: VatTaxes
) -> Iterable[Case]:
    """Compare the bases of all VAT lines of an item: its value and every other charge on it."""
    ours = _our_value(assessed, item, reference)
    theirs, charged = shared_base(lines, vat.vats), charges(lines, vat.vats)
    if ours is None or theirs is None or charged is None:
        return
    expected, verdict, why = ours + charged, Verdict.PASS, ""
    if expected != theirs:
        unclear = sorted({line.tax for line in lines} & vat.unclear)
        verdict = Verdict.UNSUPPORTED if unclear else Verdict.FAIL
        why = (
            f"the pack does not know {', '.join(unclear)}, and the notices do not tell whether it"
            " is VAT, or a charge that VAT is on"
            if unclear
            else "customs value and the item's charges sum otherwise"
        )
    based = {line.tax for line in lines if line.tax in vat.vats and line.base is not None}
    what = f"base of {' and '.join(sorted(based))}"
    yield Case(verdict, assessed.pair.notice.name, what, item, str(expected), str(theirs), why)


def _our_value(assessed: Assessed, item: int, reference: Reference | None) -> Decimal | None:
    worth = assessed.values.get(item)
    return (
        None if worth is None or reference is None else Decimal(worth).scaleb(-reference.exponent)
    )


def full_assessment_check(pairs: list[Assessed], reference: Reference | None, law: str) -> Check:
    """Every pair in scope is priced to the last minor unit, tax by tax, from its declaration."""
    check = Check("full_assessment", notes=[f"law: {law}"])
    traits: Counter[tuple[str, ...]] = Counter()
    reasons: Counter[str] = Counter()
    for assessed in pairs:
        case = _assessment(assessed, reference)
        check.cases.append(case)
        if case.verdict is Verdict.UNSUPPORTED:
            reasons[assessed.reason] += 1
        standing = "out" if case.verdict is Verdict.UNSUPPORTED else "in the denominator"
        traits[(*assessed.traits, standing)] += 1
    inside = sum(case.verdict is not Verdict.UNSUPPORTED for case in check.cases)
    check.notes.append(f"denominator: {inside} of {len(pairs)} pairs of declaration and notice")
    for (regime, procedure, dated, standing), count in sorted(traits.items()):
        check.notes.append(f"{count:4d} {standing}: {regime}; procedure {procedure}; {dated}")
    for reason, count in sorted(reasons.items(), key=lambda row: (-row[1], row[0])):
        check.notes.append(f"{count:4d} out{BECAUSE}{reason}")
    return check


def _assessment(assessed: Assessed, reference: Reference | None) -> Case:
    notice = assessed.pair.notice
    file = assessed.pair.message.name if assessed.pair.message is not None else ""
    what = f"assessment of {file}" if file else "assessment"
    if assessed.reason or reference is None:
        return Case(Verdict.UNSUPPORTED, notice.name, what, explanation=assessed.reason)
    ours = {key: amount for key, amount in amounts(assessed, reference.exponent).items() if amount}
    theirs: dict[tuple[int, str], Decimal] = {}
    for item, taxes in notice.items:
        for line in map(line_of, taxes):
            if line.assessed:
                key = (item, line.tax)
                theirs[key] = theirs.get(key, Decimal(0)) + line.assessed
    verdict = Verdict.PASS if ours == theirs else Verdict.FAIL
    why = "" if verdict is Verdict.PASS else "; ".join(assessed.told) or "the amounts differ"
    return Case(verdict, notice.name, what, 0, _shown(ours), _shown(theirs), why)


def _shown(found: dict[tuple[int, str], Decimal]) -> str:
    return ", ".join(f"{item}/{tax} {amount}" for (item, tax), amount in sorted(found.items()))
