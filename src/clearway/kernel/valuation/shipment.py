"""One declaration being valued item by item, with its findings and its working (``method``)."""

from __future__ import annotations

from clearway.kernel.decisions import Finding, ItemValue, Severity, Step
from clearway.kernel.lodgement import Charge, Item, Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import Reference
from clearway.kernel.valuation import charges as charging
from clearway.kernel.valuation.conversion import (
    NOTHING,
    Share,
    add,
    conversion,
    day_text,
    declared_text,
    minor_text,
    share_text,
)
from clearway.kernel.valuation.doubts import doubts, term_findings
from clearway.kernel.valuation.findings import finding
from clearway.kernel.valuation.ordinary import TRANSACTION_VALUE
from clearway.vocabulary.money import divide, fits_int64

METHOD_NUMBERS = frozenset("1234567")


class Shipment:
    """One declaration being valued: its conversions, findings and running shares."""

    def __init__(
        self, lodgement: Lodgement, reference: Reference, day: int, *, explain: bool
    ) -> None:
        self.lodgement = lodgement
        self.reference = reference
        self.rules = reference.valuation
        self.day = day
        self.explain = explain
        self.boundary = charging.boundary_of(self.rules, lodgement.direction)
        self.terms = charging.treatment(self.rules, lodgement.incoterm, self.boundary)
        self.findings: list[Finding] = []
        self.conversions: dict[str, Share | None] = {}
        count = len(lodgement.items)
        self.exact: list[Share | None] = [None] * count
        self.steps: list[list[Step]] = [[] for _ in range(count)]
        self.apportioned_by = ""
        self.rate_steps: dict[str, Step] = {}
        self.keys: dict[str, list[int] | None] = {}

    def values(self) -> tuple[ItemValue, ...]:
        """Run the stages and return each item's value; ``findings`` is complete then."""
        items = self.lodgement.items
        by_price = [self._method(item, number) for number, item in enumerate(items, 1)]
        if any(by_price):
            term_findings(self.lodgement, self.rules, self.terms, self.findings)
            for number, item in enumerate(items, 1):
                if by_price[number - 1]:
                    self._price(item, number)
            for position, charge in enumerate(charging.shipment_charges(self.lodgement)):
                self._share_out(charge, position, by_price)
        rounded = self._rounded(by_price)
        return tuple(
            self._item_value(item, number, rounded[number - 1])
            for number, item in enumerate(items, 1)
        )

    def _tell(
        self, rule: str, severity: Severity, field: str, item: int = 0, /, **parameters: str
    ) -> None:
        self.findings.append(
            finding(rule, severity, pointer(field, item, 1), item, tuple(parameters.items()))
        )

    def _step(self, item: int, key: str, *parameters: tuple[str, str]) -> None:
        if self.explain:
            self.steps[item - 1].append(Step(key, parameters))

    # -- methods ------------------------------------------------------------------------------

    def _method(self, item: Item, number: int) -> bool:
        """Tell whether the item is valued by its price; value it as declared where it is not."""
        code = item.valuation_method
        method = self.rules.methods.get(code, code) or TRANSACTION_VALUE
        if self.rules.methods and code and code not in self.rules.methods:
            method = ""
        if method not in METHOD_NUMBERS:
            self._tell("CLW5014", Severity.ERROR, "items.valuation_method", number, method=code)
            return False
        if item.valuation_indicators or self.rules.evidence_documents:
            doubts(self.lodgement, self.rules, number, method, self.findings)
        if method == TRANSACTION_VALUE:
            return True
        self._as_declared(item, number, method)
        return False

    def _as_declared(self, item: Item, number: int, method: str) -> None:
        """Take the declared value: of its own datum, or where that is absent the item amount.

        A declaration that has no datum for the customs value carries it as the item's amount,
        as the public notices on methods 2 to 4 show.
        """
        amount, currency = item.customs_value_amount, item.customs_value_currency
        field = "items.customs_value_amount"
        if amount is None and item.item_amount is not None:
            amount, currency, field = item.item_amount, item.item_currency, "items.item_amount"
        if amount is None:
            self._tell("CLW5013", Severity.ERROR, field, number, method=method)
            return
        if amount <= 0:
            self._not_positive(amount, field, number)
            return
        currency = currency or self.reference.currency
        share = self._converted(amount, currency, field, number)
        if share is not None:
            self.exact[number - 1] = share
            self._step(
                number,
                "value.declared",
                ("method", method),
                ("amount", declared_text(amount)),
                ("currency", currency),
            )
            self._rate_step(number, currency)

    # -- price and charges --------------------------------------------------------------------

    def _price(self, item: Item, number: int) -> None:
        amount, currency, field = item.item_amount, item.item_currency, "items.item_amount"
        whole = self.lodgement.invoice_amount
        if amount is None and len(self.lodgement.items) == 1 and whole is not None:
            amount, currency, field = whole, self.lodgement.invoice_currency, "invoice_amount"
        if amount is None:
            self._without_price(item, number)
            return
        if amount <= 0:
            self._not_positive(amount, field, number)
            return
        currency = currency or self.lodgement.invoice_currency
        share = self._converted(amount, currency, field, number)
        if share is None:
            return
        self._step(number, "value.price", ("amount", declared_text(amount)), ("currency", currency))
        self._rate_step(number, currency)
        for position, charge in enumerate(item.charges, 1):
            part = self._own_charge(charge, number, position)
            if part is None:
                return
            share = add(share, part)
        self.exact[number - 1] = share

    def _without_price(self, item: Item, number: int) -> None:
        """Fall back on the customs value that the trader declares; never on a guess."""
        if item.customs_value_amount is None:
            self._tell("CLW5003", Severity.ERROR, "items.item_amount", number)
            return
        self._tell("CLW5003", Severity.DOUBT, "items.item_amount", number)
        self._as_declared(item, number, TRANSACTION_VALUE)

    def _not_positive(self, amount: int, field: str, number: int) -> None:
        self._tell("CLW5004", Severity.ERROR, field, number, amount=declared_text(amount))

    def _own_charge(self, charge: Charge, number: int, position: int) -> Share | None:
        """Return what an item's own charge does to its value; None where it cannot be told."""
        sign = self._sign(charge, "items.charges", number, position)
        if sign is None:
            return None
        if not sign:
            self._left_out(charge, number)
            return NOTHING
        share = self._converted(charge.amount, charge.currency, "items.charges.amount", number)
        if share is None:
            return None
        self._step(
            number,
            "value.addition" if sign > 0 else "value.deduction",
            ("charge", charge.type_code),
            ("amount", declared_text(charge.amount)),
            ("currency", charge.currency),
        )
        return sign * share[0], share[1]

    def _sign(self, charge: Charge, field: str, number: int, position: int) -> int | None:
        role = charging.role_of(self.rules, charge.type_code)
        if role and charge.amount >= 0:
            return charging.sign_of(role, self.terms)
        declared = charge.type_code == charging.DECLARED_FREIGHT
        where = pointer("freight_amount") if declared else pointer(field, number, position)
        parameters = (("charge", charge.type_code), ("amount", declared_text(charge.amount)))
        rule = "CLW5020" if role else "CLW5008"
        self.findings.append(finding(rule, Severity.ERROR, where, number, parameters))
        return None

    def _left_out(self, charge: Charge, number: int) -> None:
        self._step(
            number,
            "value.left_out",
            ("charge", charge.type_code),
            ("amount", declared_text(charge.amount)),
            ("currency", charge.currency),
            ("incoterm", self.lodgement.incoterm),
            ("boundary", self.boundary),
        )

    def _share_out(self, charge: Charge, position: int, by_price: list[bool]) -> None:
        """Share one charge of the whole shipment out over the items, exactly."""
        has_freight = self.lodgement.freight_amount is not None
        sign = self._sign(charge, "charges", 0, position + (not has_freight))
        if sign is None:
            self._undetermined(by_price)
            return
        if not sign or not charge.amount:
            for number, priced in enumerate(by_price, 1):
                if priced and not sign:
                    self._left_out(charge, number)
            return
        field = "freight_amount" if charge.type_code == "117" else "charges.amount"
        whole = self._converted(charge.amount, charge.currency, field, 0)
        role = charging.role_of(self.rules, charge.type_code)
        by = charging.key_name(self.rules, role)
        keys = self._keys(by)
        if whole is None or keys is None:
            self._undetermined(by_price)
            return
        self.apportioned_by = self.apportioned_by or by
        total = sum(keys)
        kind = role if role in (charging.FREIGHT, charging.INSURANCE) else "charge"
        key_of_step = f"value.{kind}_{'added' if sign > 0 else 'deducted'}"
        rest = (
            ("whole", declared_text(charge.amount)),
            ("currency", charge.currency),
            ("charge", charge.type_code),
        )
        for index, key in enumerate(keys):
            before = self.exact[index]
            if not by_price[index] or before is None:
                continue
            self.exact[index] = add(before, (sign * whole[0] * key, whole[1] * total))
            if self.explain:
                amount = ("amount", share_text(charge.amount, key, total))
                self.steps[index].append(Step(key_of_step, (amount, *rest)))

    def _undetermined(self, by_price: list[bool]) -> None:
        for index, priced in enumerate(by_price):
            if priced:
                self.exact[index] = None

    def _keys(self, by: str) -> list[int] | None:
        """Return each item's key, None where one is missing or all are zero (told once)."""
        if by in self.keys:
            return self.keys[by]
        items = self.lodgement.items
        found: list[int] | None
        if len(items) == 1:
            found = [1]
        elif by == "gross_mass":
            found = [item.gross_mass or 0 for item in items]
            for number, key in enumerate(found, 1):
                if key <= 0:
                    self._tell("CLW5009", Severity.ERROR, "items.gross_mass", number)
            found = found if min(found) > 0 else None
        else:
            found = self._keys_by_value()
        self.keys[by] = found
        return found

    def _keys_by_value(self) -> list[int] | None:
        """Return prices converted exactly to one denominator, so that currencies may differ."""
        parts: list[Share] = []
        for item in self.lodgement.items:
            amount = item.item_amount or item.customs_value_amount
            own = item.item_currency if item.item_amount else item.customs_value_currency
            currency = own or self.lodgement.invoice_currency
            factor = self._conversion(currency) if currency else None
            if factor is None or amount is None or amount <= 0:
                return None  # the item's own finding has told why
            parts.append((amount * factor[0], factor[1]))
        if len({denominator for _, denominator in parts}) == 1:
            return [numerator for numerator, _ in parts]
        common = 1
        for _, denominator in parts:
            common *= denominator
        return [numerator * (common // denominator) for numerator, denominator in parts]

    # -- conversion and rounding --------------------------------------------------------------

    def _conversion(self, currency: str) -> Share | None:
        if currency not in self.conversions:
            self.conversions[currency] = conversion(self.reference, currency, self.day)
        return self.conversions[currency]

    def _converted(self, amount: int, currency: str, field: str, number: int) -> Share | None:
        if not currency:
            self._tell("CLW5019", Severity.ERROR, field, number)
            return None
        factor = self._conversion(currency)
        if factor is None:
            day = day_text(self.day)
            self._tell("CLW5002", Severity.ERROR, field, number, currency=currency, date=day)
            return None
        return amount * factor[0], factor[1]

    def _rate_step(self, number: int, currency: str) -> None:
        if not self.explain or currency == self.reference.currency:
            return
        step = self.rate_steps.get(currency)
        if step is None:
            rate = self.reference.exchange_rate(currency, self.day)
            if rate is None:
                return
            text = str(rate.numerator)
            step = Step(
                "value.rate",
                (
                    ("currency", currency),
                    ("rate", text if rate.denominator == 1 else f"{text}/{rate.denominator}"),
                    ("local", self.reference.currency),
                    ("date", day_text(self.day)),
                ),
            )
            self.rate_steps[currency] = step
        self.steps[number - 1].append(step)

    def _rounded(self, by_price: list[bool]) -> list[int | None]:
        """Round each item once; what is left over of a shared charge goes to the largest line."""
        rounding = self.rules.value_rounding
        rounded = [None if share is None else divide(*share, rounding) for share in self.exact]
        if not self.apportioned_by or len(rounded) == 1:
            return rounded
        part = [index for index, priced in enumerate(by_price) if priced]
        whole = NOTHING
        for index in part:
            share = self.exact[index]
            if share is None:
                return rounded
            whole = add(whole, share)
        rest = divide(*whole, rounding) - sum(rounded[index] or 0 for index in part)
        keys = self._keys(self.apportioned_by)
        if rest and keys is not None:
            largest = max(part, key=lambda index: keys[index])
            rounded[largest] = (rounded[largest] or 0) + rest
            text = minor_text(rest, self.reference.exponent)
            self._step(
                largest + 1,
                "value.remainder",
                ("amount", text),
                ("currency", self.reference.currency),
            )
        return rounded

    def _item_value(self, item: Item, number: int, amount: int | None) -> ItemValue:
        """Return the item's answer, after a last look at sign and size."""
        exponent, currency = self.reference.exponent, self.reference.currency
        if amount is not None and not fits_int64(amount):
            self._tell("CLW5015", Severity.ERROR, "items.item_amount", number, amount=str(amount))
            amount = None
        if amount is not None and amount <= 0:
            text = minor_text(amount, exponent)
            self._tell(
                "CLW5016",
                Severity.ERROR,
                "items.item_amount",
                number,
                amount=text,
                currency=currency,
            )
            amount = None
        if amount is not None:
            text = minor_text(amount, exponent)
            self._step(number, "value.customs_value", ("amount", text), ("currency", currency))
        return ItemValue(
            number, amount, self._statistical(item, number, amount), tuple(self.steps[number - 1])
        )

    def _statistical(self, item: Item, number: int, amount: int | None) -> int | None:
        """Return the statistical value: as declared and converted, else the customs value."""
        if item.statistical_amount is None:
            return amount
        currency = item.statistical_currency or self.reference.currency
        share = self._converted(
            item.statistical_amount, currency, "items.statistical_amount", number
        )
        if share is None:
            return None
        result = divide(*share, self.rules.value_rounding)
        return result if fits_int64(result) else None
