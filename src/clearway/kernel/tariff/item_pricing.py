"""What one item owes: every tax of the pack in order, each with its reason and working."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.kernel.decisions import Question, Severity, Step, TaxLine
from clearway.kernel.lodgement import Item
from clearway.kernel.measures import Component, Kind
from clearway.kernel.tariff import candidates
from clearway.kernel.tariff.candidates import Chosen, Situation
from clearway.kernel.tariff.expressions import (
    Inputs,
    Outcome,
    Reason,
    evaluate,
    evaluate_inclusive,
    in_season,
)
from clearway.kernel.tariff.index import ChosenKey, MeasureRow
from clearway.kernel.tariff.plan import TaxStage, stages
from clearway.kernel.tariff.quantities import quantity_of
from clearway.kernel.tariff.relief import NO_RELIEF, Relief
from clearway.kernel.valuation.conversion import (
    NOTHING,
    Share,
    add,
    conversion,
    day_text,
    minor_text,
)
from clearway.kernel.valuation.tax_additions import Additions
from clearway.vocabulary.errors import DefectFound
from clearway.vocabulary.money import RATE_SCALE, divide, fits_int64

EMPTY_FAMILIES = frozenset({"remedy", "excise", "fee"})


class ItemPricing:
    """One item being priced, tax by tax."""

    def __init__(
        self,
        at: Situation,
        worth: int | None,
        additions: Additions,
        relief: Relief,
        *,
        explain: bool,
    ) -> None:
        self.at = at
        self.worth = worth
        self.additions = additions
        self.relief = relief
        self.explain = explain
        self.reference = at.index.reference
        self.lines: list[TaxLine] = []
        self.charged: list[int | None] = []
        self.quotas: list[MeasureRow] = []

    def run(self) -> None:
        """Charge every tax of the pack on the item."""
        at = self.at
        measures = at.index.in_force(at.item.commodity, at.day)
        if measures is None:
            at.tell(
                "CLW6001",
                Severity.ERROR,
                "items.commodity",
                ("commodity", at.item.commodity),
                ("date", day_text(at.day)),
            )
            return
        for stage in stages(self.reference):
            rows = measures.get(stage.rule.code, ())
            if rows or stage.family not in EMPTY_FAMILIES:
                self._stage(stage, rows)
            else:
                self.charged.append(0)

    def _stage(self, stage: TaxStage, rows: Sequence[MeasureRow]) -> None:
        family = stage.family
        chosen = self._chosen(stage, rows)
        total: int | None = 0
        for one in chosen:
            line = self._line(stage, one)
            self.lines.append(line)
            owed = line.payable if family in ("duty", "remedy") else line.amount
            total = None if total is None or owed is None else total + owed
            if one.quota is not None:
                self.quotas.append(one.quota)
        self.charged.append(total)

    def _chosen(self, stage: TaxStage, rows: Sequence[MeasureRow]) -> Sequence[Chosen]:
        """Return the measures that apply; what only codes, day and origin decide is remembered."""
        at, code = self.at, stage.rule.code
        key = self._remembered_by(stage)
        kept: Sequence[Chosen] | None = None if key is None else at.index.chosen.get(key)
        if kept is not None:
            return kept
        told = len(at.findings)
        chosen: list[Chosen] = []
        if stage.family not in EMPTY_FAMILIES:
            choose = candidates.vat if stage.family == "vat" else candidates.duty
            chosen.append(choose(at, rows, code))
        else:
            chosen = candidates.one_each(at, rows, code)
        if key is not None and told == len(at.findings):
            with_steps = [
                msgspec.structs.replace(one, steps=candidates.steps_of(one, at)) for one in chosen
            ]
            at.index.remember(key, with_steps)
        return chosen

    def _remembered_by(self, stage: TaxStage) -> ChosenKey | None:
        """Return what alone decides the measures; None where documents or quotas do as well."""
        at, item, claim = self.at, self.at.item, ""
        if item.additional_codes:
            return None
        if item.preference and stage.family == "duty":
            claim = item.preference
            rule = self.reference.preferences.get(claim)
            if rule is None or rule.proof_documents or rule.by_origin == "preferential":
                return None
            if item.quota_order:
                return None
        return item.commodity, at.day, item.origin, claim, stage.position

    # -- one line -----------------------------------------------------------------------------

    def _line(self, stage: TaxStage, chosen: Chosen) -> TaxLine:
        row = chosen.row
        if row is None:
            return self._no_measure(stage, chosen)
        at, rule = self.at, stage.rule
        plain = at.index.plain_rate(row.rate)
        if plain is not None and rule.method != "inclusive":
            base = self._base(stage)
            if base is not None:
                return self._plain_line(stage, chosen, base, plain)
        components = in_season(at.index.components(row.rate), at.day)
        inputs = Inputs(self._base(stage), self._quantity(rule.code), self._conversion)
        base = inputs.base
        if rule.method == "inclusive":
            rounding = rule.base_rounding if rule.round_base else None
            outcome, base = evaluate_inclusive(components, inputs, rounding)
        else:
            outcome = evaluate(components, inputs)
        amount, payable, reason = self._rounded(stage, outcome, row)
        shown = None if base is None else divide(*base, rule.base_rounding)
        counted = next((part for part in components if part.kind == Kind.SPECIFIC), None)
        quantity, unit = self._counted(rule.code, counted)
        if counted is not None and all(part.kind == Kind.SPECIFIC for part in components):
            shown = None
        text = at.index.table.rate_texts[row.rate]
        return TaxLine(
            at.number,
            rule.code,
            chosen.family,
            shown if shown is None or fits_int64(shown) else None,
            text,
            amount,
            payable,
            row.legal_basis,
            row.row,
            chosen.preference,
            row.quota_order,
            quantity,
            unit,
            reason,
            self._steps(chosen, shown, text, amount, payable) if self.explain else (),
        )

    def _plain_line(self, stage: TaxStage, chosen: Chosen, base: Share, rate: int) -> TaxLine:
        """Return the line of one plain percentage, which is most of them."""
        at, rule, row = self.at, stage.rule, chosen.row
        if row is None:
            raise DefectFound("a line is wanted of a measure that is not there")
        outcome = Outcome((base[0] * rate, base[1] * RATE_SCALE))
        amount, payable, reason = self._rounded(stage, outcome, row)
        shown = base[0] if base[1] == 1 else divide(*base, rule.base_rounding)
        text = at.index.table.rate_texts[row.rate]
        return TaxLine(
            at.number,
            rule.code,
            chosen.family,
            shown if fits_int64(shown) else None,
            text,
            amount,
            payable,
            row.legal_basis,
            row.row,
            chosen.preference,
            row.quota_order,
            reason=reason,
            steps=self._steps(chosen, shown, text, amount, payable) if self.explain else (),
        )

    def _no_measure(self, stage: TaxStage, chosen: Chosen) -> TaxLine:
        at, code = self.at, stage.rule.code
        if chosen.reason == Reason.NO_MEASURE:
            at.tell(
                "CLW6002",
                Severity.ERROR,
                "items.commodity",
                ("tax", code),
                ("commodity", at.item.commodity),
                ("date", day_text(at.day)),
            )
        steps = candidates.steps_of(chosen, at) if self.explain else ()
        return TaxLine(
            at.number, code, chosen.family, None, "", None, None, reason=chosen.reason, steps=steps
        )

    def _base(self, stage: TaxStage) -> Share | None:
        """Return the taxable amount, exact, rounded only where the pack rounds bases."""
        total: Share = NOTHING
        if stage.on_value:
            if self.worth is None:
                return None
            total = (self.worth, 1)
        for position in stage.on_taxes:
            charged = self.charged[position]
            if charged is None:
                return None
            total = (total[0] + charged, 1)
        if stage.with_additions and stage.rule.code in self.additions:
            extra = self.additions[stage.rule.code][self.at.number - 1]
            if extra is None:
                return None
            total = add(total, extra)
        rule = stage.rule
        if total[1] != 1 and rule.round_base and rule.method != "inclusive":
            return divide(*total, rule.base_rounding), 1
        return total

    def _quantity(self, tax: str) -> _Quantities:
        return _Quantities(self.at.item, tax)

    def _conversion(self, currency: str) -> Share | None:
        return conversion(self.reference, currency or self.reference.currency, self.at.day)

    def _counted(self, tax: str, component: Component | None) -> tuple[int | None, str]:
        """Return the quantity charged, in millionths of the rate's unit (cut, for showing)."""
        if component is None or not component.unit:
            return None, ""
        quantity = quantity_of(self.at.item, tax, component.unit)
        if quantity is None:
            return None, component.unit
        shown = quantity[0] // quantity[1]
        return shown if fits_int64(shown) else None, component.unit

    def _rounded(
        self, stage: TaxStage, outcome: Outcome, row: MeasureRow
    ) -> tuple[int | None, int | None, str]:
        """Round the exact amount once, for the amount and once for what relief leaves of it."""
        if outcome.amount is None:
            self._tell_reason(stage.rule.code, row, outcome)
            return None, None, outcome.reason
        rounding = stage.rule.rounding
        amount = payable = divide(*outcome.amount, rounding)
        if not fits_int64(amount):
            self._tell_reason(stage.rule.code, row, Outcome(None, Reason.OVERFLOW))
            return None, None, Reason.OVERFLOW
        factor = None if self.relief is NO_RELIEF else self.relief.factor(stage.family)
        if factor is not None:
            numerator, denominator = outcome.amount
            payable = divide(
                numerator * factor.numerator, denominator * factor.denominator, rounding
            )
        return amount, payable, ""

    def _tell_reason(self, tax: str, row: MeasureRow, outcome: Outcome) -> None:
        text = self.at.index.table.rate_texts[row.rate]
        tell, date = self.at.tell, ("date", day_text(self.at.day))
        if outcome.reason == Reason.QUANTITY:
            field = "items.net_mass" if outcome.lacking == "KGM" else "items.quantity"
            unit = ("unit", outcome.lacking)
            tell("CLW6008", Severity.ERROR, field, ("tax", tax), unit, ("rate", text))
        elif outcome.reason == Reason.EXCHANGE_RATE:
            currency = ("currency", outcome.lacking)
            tell("CLW6010", Severity.ERROR, "items.commodity", ("tax", tax), currency, date)
        elif outcome.reason == Reason.OVERFLOW:
            tell("CLW6011", Severity.ERROR, "items.item_amount", ("tax", tax), ("rate", text))
        elif outcome.reason == Reason.SEASON:
            tell("CLW6014", Severity.ERROR, "items.commodity", ("tax", tax), ("rate", text), date)
        elif outcome.reason == Reason.UNSUPPORTED:
            tell("CLW6009", Severity.DOUBT, "items.commodity", ("tax", tax), ("rate", text))

    def _steps(
        self,
        chosen: Chosen,
        base: int | None,
        text: str,
        amount: int | None,
        payable: int | None,
    ) -> tuple[Step, ...]:
        exponent = self.reference.exponent
        currency = ("currency", self.reference.currency)
        steps = list(chosen.steps or candidates.steps_of(chosen, self.at))
        if base is not None:
            steps.append(Step("tariff.base", (("amount", minor_text(base, exponent)), currency)))
        steps.append(Step("tariff.rate", (("rate", text),)))
        if amount is not None:
            steps.append(
                Step("tariff.amount", (("amount", minor_text(amount, exponent)), currency))
            )
        if payable is not None and payable != amount:
            steps.append(
                Step("tariff.relief", (("amount", minor_text(payable, exponent)), currency))
            )
        return tuple(steps)

    # -- quotas -------------------------------------------------------------------------------

    def questions(self) -> list[Question]:
        """Return one question per quota claimed, with what the item would save."""
        if not self.quotas:
            return []
        at = self.at
        granted = Situation(
            at.lodgement, at.item, at.number, at.day, at.index, [], quota_granted=True
        )
        other = ItemPricing(granted, self.worth, self.additions, self.relief, explain=False)
        other.run()
        before, after = _payable(self.lines), _payable(other.lines)
        saved = None if before is None or after is None else before - after
        quantity, unit = at.item.quantity, at.item.quantity_unit
        if quantity is None or not unit:
            quantity, unit = at.item.net_mass, "KGM"
        return [
            Question(
                at.number,
                "quota",
                row.quota_order,
                quantity=quantity,
                unit=unit,
                legal_basis=row.legal_basis,
                amount_if_granted=saved,
            )
            for row in self.quotas
        ]


class _Quantities:
    """The quantities of an item as one tax sees them."""

    __slots__ = ("item", "tax")

    def __init__(self, item: Item, tax: str) -> None:
        self.item = item
        self.tax = tax

    def __call__(self, unit: str) -> tuple[int, int] | None:
        return quantity_of(self.item, self.tax, unit)


def _payable(lines: Sequence[TaxLine]) -> int | None:
    total = 0
    for line in lines:
        if line.payable is None:
            return None
        total += line.payable
    return total
