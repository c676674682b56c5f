"""What the kernel makes of a declaration that a tax notice answers, and whether it compares.

A pair is *in scope* of the full assessment where the pack in hand is the law that was applied:
ordinary release for free circulation, under the pack's own tariff, no relief, no quota, no
preference that the pack does not hold, no tax that it does not know. A pair out of scope is
told with its reason; none is guessed.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import msgspec

from clearway.kernel.decisions import TaxLine
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff import price
from clearway.kernel.texts import render
from clearway.kernel.valuation import value
from clearway.messages import to_lodgement
from clearway.proving.conformance.evidence import (
    Former,
    excise_taxes,
    former_excise,
    former_rate,
    tax_on_notice,
)
from clearway.proving.conformance.folder import Notice
from clearway.proving.conformance.law import Law
from clearway.proving.conformance.notified import line_of
from clearway.proving.conformance.pairing import Pair

_NOT_GRANTED = frozenset({"CLW6003", "CLW6004", "CLW6005", "CLW6006", "CLW6012", "CLW6013"})
"""Findings of the kernel that a claim was not granted and the ordinary duty stands instead."""


class Assessed(msgspec.Struct):
    """A pair with our values and charges. ``reason`` says why it is out of scope, else empty.

    ``values`` are by item number as declared, which is what the notice counts by too.
    """

    pair: Pair
    lodgement: Lodgement | None = None
    values: dict[int, int | None] = {}
    lines: tuple[TaxLine, ...] = ()
    told: tuple[str, ...] = ()
    reason: str = ""
    traits: tuple[str, str, str] = ("regime unknown", "unknown", "day unknown")
    """Regime, procedure, and whether the pack covers the day."""
    former: Former = {}


def assess_pair(pair: Pair, law: Law) -> Assessed:
    """Value and price the declaration of a pair as of the notice's day, and judge its scope."""
    declaration, notice, reference = pair.declaration, pair.notice, law.reference
    if declaration is None:
        return Assessed(pair, reason=pair.reason)
    if reference is None:
        return Assessed(pair, reason="there is no pack to value and price by")
    lodgement, problems = to_lodgement(declaration, legal_date=notice.day)
    if notice.day is not None and (lodgement.legal_date or 0) > notice.day:
        # Nothing is assessed before it is accepted: the notice knows the day.
        lodgement = msgspec.structs.replace(lodgement, legal_date=notice.day)
    if problems:
        return Assessed(pair, lodgement, reason=str(problems[0]))
    abroad = _charged_abroad(notice, reference) or (
        elsewhere(lodgement, reference) and not _charged_at_home(notice, reference)
    )
    traits = _traits(lodgement, reference, law.other if abroad else reference, abroad=abroad)
    reference = law.other if abroad and law.other is not None else reference
    valuation = value(lodgement, reference)
    pricing = price(lodgement, valuation.values, reference)
    findings = (*valuation.findings, *pricing.findings)
    told = tuple(
        f"{finding.rule} {render(finding.rule, dict(finding.parameters), 'en').message}"
        for finding in findings
    )
    excise = excise_taxes(reference)
    lines = tuple(
        msgspec.structs.replace(
            line, tax=tax_on_notice(lodgement.items[line.item - 1], line.tax, excise, reference)
        )
        for line in pricing.lines
    )
    former = former_excise(lodgement, valuation, reference, excise)
    reasons = [
        *_regime_reasons(lodgement, reference, abroad=abroad and law.other is None),
        *_claim_reasons({finding.rule for finding in findings}, told),
        *_code_reasons(lodgement, reference, excise - {line.tax for line in lines}),
        *_notice_reasons(notice, reference, excise),
        *_former_reasons(notice, former),
        *_gap_reasons(lines, told),
    ]
    return Assessed(
        pair,
        lodgement,
        {
            _number(lodgement, position): worth.value
            for position, worth in enumerate(valuation.values, start=1)
        },
        lines,
        told,
        "; ".join(dict.fromkeys(reasons)),
        traits,
        former,
    )


def _number(lodgement: Lodgement, position: int) -> int:
    """Return the declared number of the item at a position, the position where it has none."""
    return lodgement.items[position - 1].sequence or position


def _setting(reference: Reference, name: str, default: str = "") -> frozenset[str]:
    return frozenset(reference.settings.get(name, default).split())


def _statements(lodgement: Lodgement, item: Item) -> set[str]:
    return {code for code, _ in (*lodgement.statements, *item.statements)}


def elsewhere(lodgement: Lodgement, reference: Reference) -> bool:
    """Tell whether another territory's tariff applies to an item, by the pack's statements."""
    there = _setting(reference, "other_tariff_statements")
    here = _setting(reference, "home_tariff_statements")
    return any(
        there & (said := _statements(lodgement, item)) and not here & said
        for item in lodgement.items
    )


def procedures(lodgement: Lodgement) -> list[str]:
    """Return each item's procedure as requested, previous and additional codes."""
    return [
        " ".join((item.procedure + item.previous_procedure, *item.additional_procedures))
        for item in lodgement.items
    ]


def _traits(
    lodgement: Lodgement, home: Reference, applied: Reference | None, *, abroad: bool
) -> tuple[str, str, str]:
    day, law = lodgement.legal_date, applied or home
    lines = [law.commodity(item.commodity, day) for item in lodgement.items if day is not None]
    dated = "day covered" if lines and all(lines) else "not in the tariff on that day"
    regime = "another territory's tariff" if abroad else "own tariff"
    return regime, ", ".join(dict.fromkeys(procedures(lodgement))), dated


def _charged_at_home(notice: Notice, reference: Reference) -> bool:
    """Tell whether the notice charges this pack's duty and none of another territory's.

    A declaration that names the other territory may still be charged here, where the other
    tariff asks no more: which one was applied is for the notice to say.
    """
    types = _types(notice)
    own = {tax.code for tax in reference.taxes if tax.family == "duty"}
    return bool(own & types) and not _setting(reference, "other_tariff_duties") & types


def _charged_abroad(notice: Notice, reference: Reference) -> bool:
    """Tell whether the notice itself charges another territory's duty."""
    return bool(_setting(reference, "other_tariff_duties") & _types(notice))


def _types(notice: Notice) -> set[str]:
    return {line_of(tax).tax for _, taxes in notice.items for tax in taxes}


def _regime_reasons(lodgement: Lodgement, reference: Reference, *, abroad: bool) -> list[str]:
    reasons = []
    if abroad:
        reasons.append("another territory's tariff applies")
    ordinary = _setting(reference, "ordinary_procedures", "4000")
    additional = _setting(reference, "ordinary_additional_procedures", "000")
    for item in lodgement.items:
        procedure = item.procedure + item.previous_procedure
        if procedure not in ordinary:
            reasons.append(f"procedure {procedure} is a special procedure or relief")
        reasons += [
            f"additional procedure {code} is a relief or special case"
            for code in item.additional_procedures
            if code not in additional
        ]
    return reasons


def _claim_reasons(rules: set[str], told: tuple[str, ...]) -> list[str]:
    """A claim that the pack cannot grant: the pack has the ordinary duty only."""
    refused = rules & _NOT_GRANTED
    return [text for text in told if text.split(" ", 1)[0] in refused]


def _code_reasons(lodgement: Lodgement, reference: Reference, absent: frozenset[str]) -> list[str]:
    known = reference.code_lists.get("additional_code")
    codes = {code for item in lodgement.items for code in item.additional_codes}
    unknown = sorted(code for code in codes if known is None or code not in known.entries)
    reasons = [f"additional code {code} is not in the pack (a tax of its own)" for code in unknown]
    prefix = reference.settings.get("excise_code_prefix", "")
    idle = sorted(code for code in codes if prefix and code.removeprefix(prefix) in absent)
    return reasons + [
        f"additional code {code} names an excise that the pack does not have for these goods"
        for code in idle
    ]


def _notice_reasons(notice: Notice, reference: Reference, excise: frozenset[str]) -> list[str]:
    unknown = sorted(code for code in _types(notice) - excise if reference.tax(code) is None)
    reasons = [f"the notice has lines of type {', '.join(unknown)}"] if unknown else []
    if any(line_of(tax).deduct for _, taxes in notice.items for tax in taxes):
        reasons.append("the notice deducts a relief")
    return reasons


def _former_reasons(notice: Notice, former: Former) -> list[str]:
    return [
        f"the notice charges {line.tax} at the rate of {since}, which the law had replaced"
        for item, taxes in notice.items
        for line in map(line_of, taxes)
        if (since := former_rate(former, (item, line.tax), line.assessed))
    ]


def _gap_reasons(lines: tuple[TaxLine, ...], told: tuple[str, ...]) -> list[str]:
    if lines and all(line.amount is not None for line in lines):
        return []
    missing = Counter(line.reason for line in lines if line.amount is None)
    return list(told) or [f"no amount: {reason}" for reason in missing] or ["no charges"]


def amounts(assessed: Assessed, exponent: int) -> dict[tuple[int, str], Decimal]:
    """Return what we charge by item and tax; several lines of one tax are added up."""
    found: dict[tuple[int, str], Decimal] = {}
    for line in assessed.lines:
        if line.amount is not None and assessed.lodgement is not None:
            key = (_number(assessed.lodgement, line.item), line.tax)
            found[key] = found.get(key, Decimal(0)) + Decimal(line.amount).scaleb(-exponent)
    return found
