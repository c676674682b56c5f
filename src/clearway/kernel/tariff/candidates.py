"""Which measure applies: by day, origin, claimed preference and additional code.

Of several that apply, the one for the narrowest area wins (a country before a group before all
origins), then the one for a declared additional code; of several VAT rates the lowest. Where
the goods meet two measures alike (two codes declared), the one in force longest applies.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.kernel.decisions import Finding, Severity, Step
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.measures import Kind
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import MeasureType, PreferenceRule
from clearway.kernel.tariff.expressions import Reason
from clearway.kernel.tariff.index import MeasureRow, TariffIndex
from clearway.kernel.valuation.conversion import day_text


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """A measure that applies, or the reason why none could be told.

    ``quota`` is the measure that would apply if the quota answers yes. ``steps`` tells how it
    was chosen, where that is kept for the next item of the kind.
    """

    row: MeasureRow | None
    why: str
    family: str
    reason: str = ""
    preference: str = ""
    considered: int = 1
    quota: MeasureRow | None = None
    steps: tuple[Step, ...] = ()


class Situation(msgspec.Struct, frozen=True):
    """The item whose measures are looked for, with what decides about them."""

    lodgement: Lodgement
    item: Item
    number: int
    day: int
    index: TariffIndex
    findings: list[Finding]
    quota_granted: bool = False

    def tell(self, rule: str, severity: Severity, field: str, *parameters: tuple[str, str]) -> None:
        """Add a finding about this item."""
        where = pointer(field, self.number, 1)
        self.findings.append(Finding(rule, severity, where, self.number, parameters))

    def of_origin(self, rows: Sequence[MeasureRow], country: str) -> list[MeasureRow]:
        """Return the rows whose area holds the country, the narrowest area first."""
        holds, day = self.index.holds, self.day
        held = [row for row in rows if not row.area or holds(row.area, country, day)]
        if len(held) > 1:
            held.sort(key=_order)
        return held


def _order(row: MeasureRow) -> tuple[int, int]:
    return row.breadth, row.row


def _place(row: MeasureRow) -> int:
    return row.row


def duty(at: Situation, rows: Sequence[MeasureRow], tax: str) -> Chosen:
    """Return the duty that applies: the preference claimed where it holds, else the ordinary."""
    item = at.item
    ordinary = _ordinary(at, rows)
    claim = item.preference
    if not claim:
        return ordinary
    rule = at.index.reference.preferences.get(claim)
    if rule is None:
        at.tell("CLW6003", Severity.ERROR, "items.preference", ("preference", claim))
        return ordinary
    if ordinary.row is not None and rule.measure_types == (ordinary.row.type_code,):
        return ordinary
    return _preferred(at, rows, rule, ordinary, tax)


def _ordinary(at: Situation, rows: Sequence[MeasureRow]) -> Chosen:
    held = at.of_origin([row for row in rows if row.family == "duty"], at.item.origin)
    coded = [row for row in held if row.additional_code]
    if coded:
        declared = at.item.additional_codes
        held = [row for row in coded if row.additional_code in declared] or [
            row for row in held if not row.additional_code
        ]
    if held:
        return Chosen(held[0], "ordinary", "duty", considered=len(rows))
    return Chosen(None, "", "duty", Reason.NO_MEASURE)


def _preferred(
    at: Situation, rows: Sequence[MeasureRow], rule: PreferenceRule, ordinary: Chosen, tax: str
) -> Chosen:
    """Try the claimed preference's measure types in order; fall back to the ordinary duty."""
    country = at.item.origin
    if rule.by_origin == "preferential":
        country = at.item.preferential_origin
        if not country:
            at.tell("CLW6006", Severity.DOUBT, "items.preferential_origin", ("code", rule.code))
            return ordinary
    if not _proved(at, rule):
        return ordinary
    quota: MeasureRow | None = None
    for type_code in rule.measure_types:
        of_type = [row for row in rows if row.type_code == type_code]
        origin = at.item.origin if of_type and of_type[0].family == "duty" else country
        for row in at.of_origin(of_type, origin):
            if row.additional_code and row.additional_code not in at.item.additional_codes:
                continue
            if row.quota_order or row.family == "quota":
                if row.quota_order != at.item.quota_order:
                    continue
                if not at.quota_granted:
                    quota = quota or row
                    continue
            why = "ordinary" if row.family == "duty" else row.family
            return Chosen(
                row, why, row.family, preference=rule.code, considered=len(rows), quota=quota
            )
    return _not_granted(at, rows, rule, ordinary, quota, tax)


def _proved(at: Situation, rule: PreferenceRule) -> bool:
    if not rule.proof_documents:
        return True
    for document in at.lodgement.documents:
        if document.item in (0, at.number) and document.code in rule.proof_documents:
            return True
    documents = ", ".join(rule.proof_documents)
    at.tell(
        "CLW6004",
        Severity.DOUBT,
        "items.preference",
        ("preference", rule.code),
        ("documents", documents),
    )
    return False


def _not_granted(
    at: Situation,
    rows: Sequence[MeasureRow],
    rule: PreferenceRule,
    ordinary: Chosen,
    quota: MeasureRow | None,
    tax: str,
) -> Chosen:
    """Charge the ordinary duty: a quota is asked about, anything else is told."""
    if quota is not None:
        return Chosen(
            ordinary.row,
            ordinary.why,
            ordinary.family,
            ordinary.reason,
            considered=len(rows),
            quota=quota,
        )
    if rule.quota and not at.item.quota_order:
        at.tell("CLW6012", Severity.DOUBT, "items.quota_order", ("preference", rule.code))
    elif rule.quota:
        at.tell(
            "CLW6013",
            Severity.DOUBT,
            "items.quota_order",
            ("order", at.item.quota_order),
            ("commodity", at.item.commodity),
            ("date", day_text(at.day)),
        )
    else:
        at.tell(
            "CLW6005",
            Severity.DOUBT,
            "items.preference",
            ("preference", rule.code),
            ("country", at.item.preferential_origin or at.item.origin),
            ("date", day_text(at.day)),
            ("tax", tax),
        )
    return ordinary


def one_each(at: Situation, rows: Sequence[MeasureRow], tax: str) -> list[Chosen]:
    """Return one measure for each measure type that meets the item: remedies, excise, fees.

    A type whose measures all carry additional codes needs one of them declared, or the type's
    residual code ("all other companies"); without either the charge is unknown, never nothing.
    """
    held = at.of_origin(rows, at.item.origin)
    chosen = []
    for type_code in dict.fromkeys(row.type_code for row in sorted(held, key=_place)):
        of_type = [row for row in held if row.type_code == type_code]
        chosen.append(_by_additional_code(at, of_type, tax))
    return chosen


def vat(at: Situation, rows: Sequence[MeasureRow], tax: str) -> Chosen:
    """Return the VAT measure: by a declared additional code, else the lowest that applies."""
    held = at.of_origin(rows, at.item.origin)
    if not held:
        return Chosen(None, "", "vat", Reason.NO_MEASURE)
    if len(held) > 1:
        held.sort(key=lambda row: (row.breadth, _leading_rate(at.index, row), row.row))
    return _by_additional_code(at, held, tax)


def _leading_rate(index: TariffIndex, row: MeasureRow) -> int:
    components = index.components(row.rate)
    if components and components[0].kind in (Kind.AD_VALOREM, Kind.FREE):
        return components[0].rate
    return 10**18


def _by_additional_code(at: Situation, rows: Sequence[MeasureRow], tax: str) -> Chosen:
    """Choose among one type's rows: a declared code, no code at all, the residual code."""
    first = rows[0]
    declared = at.item.additional_codes
    if not any(row.additional_code for row in rows):
        return Chosen(first, "origin" if first.area else "all", first.family, considered=len(rows))
    for row in rows:
        if row.additional_code and row.additional_code in declared:
            return Chosen(row, "additional_code", row.family, considered=len(rows))
    for row in rows:
        if not row.additional_code:
            return Chosen(row, "no_code", row.family, considered=len(rows))
    measure_type = at.index.reference.measure_types.get(first.type_code, MeasureType("", "", ""))
    for row in rows:
        if measure_type.residual_code and row.additional_code == measure_type.residual_code:
            return Chosen(row, "residual_code", row.family, considered=len(rows))
    codes = ", ".join(sorted({row.additional_code for row in rows})[:12])
    at.tell(
        "CLW6007",
        Severity.ERROR,
        "items.additional_codes",
        ("tax", tax),
        ("type", first.type_code),
        ("codes", codes),
    )
    return Chosen(None, "", first.family, Reason.ADDITIONAL_CODE, considered=len(rows))


def steps_of(chosen: Chosen, at: Situation) -> tuple[Step, ...]:
    """Return how the measure was chosen, as steps of an explanation."""
    row = chosen.row
    if row is None:
        return (Step(f"tariff.none_{chosen.reason}"),)
    considered = (
        ("considered", str(chosen.considered)),
        ("commodity", at.item.commodity),
        ("date", day_text(at.day)),
    )
    parameters = (
        ("type", row.type_code),
        ("area", row.area),
        ("origin", at.item.origin),
        ("code", row.additional_code),
        ("preference", chosen.preference),
        ("date", day_text(row.valid_from)),
    )
    return (Step("tariff.considered", considered), Step(f"tariff.chosen_{chosen.why}", parameters))
