"""What firms of the border do that they should not: a deed changes what is declared, not what is.

A deed gets the declarations of one consignment (with and without its honest mistakes), still
telling what there really is, changes them alike, and returns in which points they differ from the
truth then: what an inspector finds who looks. It returns nothing, and changes nothing, where it
would not pay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

from clearway.kernel.assess import estimate
from clearway.kernel.reference import PreferenceRule
from clearway.messages import to_lodgement
from clearway.messages.goods import (
    AdditionalDocument,
    DutyTaxFee,
    GovernmentAgencyGoodsItem,
    Origin,
)
from clearway.messages.records import Declaration
from clearway.simulators.border.shipments import Difference, twin
from clearway.simulators.market import Market

UNDERVALUES, MISCLASSIFIES, LAUNDERS, UNDERSTATES, SMUGGLES = (
    "undervalues", "misclassifies", "launders the origin", "understates", "smuggles",
)  # fmt: skip
_NO_CLAIM = "100"
_NEIGHBOURS, _COUNTRIES, _PIECES = 10, 4, 4
_ROUND_BY = 0.5
_DEAR = ("8517", "3303", "240210")
_BY_MASS = frozenset({"", "KGM", "KGS", "TNE", "GRM", "CTM"})
"""Units that the scales check: nobody understates what he has to state by mass as well."""


class Situation(NamedTuple):
    """The law of the day, the dice of this consignment, and the goods that he cheats with.

    ``goods`` are commodity codes; without any, all goods are such.
    """

    market: Market
    rng: Random
    goods: frozenset[str] = frozenset()

    def tempts(self, item: GovernmentAgencyGoodsItem) -> bool:
        """Tell whether he would cheat with an item."""
        return not self.goods or _code(item) in self.goods


Deed = Callable[[Sequence[Declaration], Situation], tuple[Difference, ...]]


def undervalue(declared: Sequence[Declaration], now: Situation) -> tuple[Difference, ...]:
    """Pay on less: a second invoice tells a half or two thirds of what was really paid."""
    share = Decimal(now.rng.randint(40, 70)) / 100
    found: tuple[Difference, ...] = ()
    for declaration in declared:
        found, more = (), Decimal(0)
        for place, item in enumerate(items_of(declaration), 1):
            line = item.commodity.invoice_line if item.commodity else None
            price = line.item_charge_amount if line else None
            if price is None or not now.tempts(item):
                continue
            real = Decimal(price.value)
            less = (real * share).quantize(Decimal(1).scaleb(_exponent(real)), ROUND_HALF_UP)
            found += (Difference("value", place, f"{real:f}"),)
            more += real - less
            price.value = f"{less:f}"
        if declaration.invoice_amount is not None:
            whole = Decimal(declaration.invoice_amount.value) - more
            declaration.invoice_amount.value = f"{max(Decimal(0), whole):f}"
    return found


def misclassify(declared: Sequence[Declaration], now: Situation) -> tuple[Difference, ...]:
    """Declare one item under a code of its heading, else of its chapter, that pays less."""
    market = now.market
    places = [
        place
        for place, item in enumerate(items_of(declared[0]))
        if _is_plain(item) and now.tempts(item)
    ]
    now.rng.shuffle(places)
    for place in places[:3]:
        real = _code(items_of(declared[0])[place])
        own = next((one for one in market.lines if one.code == real), None)
        if own is None or market.supplied_units(real, own.unit):
            continue
        near = [
            one
            for one in market.lines
            if one.code[:2] == real[:2]
            and one.code != real
            and one.unit == own.unit
            and not market.supplied_units(one.code, one.unit)
        ]
        now.rng.shuffle(near)
        near.sort(key=lambda one: one.code[:4] != real[:4])
        for line in near[:_NEIGHBOURS]:

            def change(declaration: Declaration, code: str = line.code, at: int = place) -> None:
                commodity = items_of(declaration)[at].commodity
                assert commodity is not None
                commodity.classifications[0].id = code

            if _pays(declared, change, market):
                return (Difference("classification", place + 1, real),)
    return ()


def launder_origin(declared: Sequence[Declaration], now: Situation) -> tuple[Difference, ...]:
    """Claim the preference of a country that the goods never saw, with a proof bought there.

    Some send them round by that country, so that the papers agree with one another.
    """
    market, rng = now.market, now.rng
    round_by = rng.random() < _ROUND_BY
    places = [
        place
        for place, item in enumerate(items_of(declared[0]))
        if _is_plain(item) and now.tempts(item)
    ]
    real = [items_of(declared[0])[place].origins[0].country_code or "" for place in places]
    partners = [one for one in sorted(market.claims) if one not in real]
    for country in rng.sample(partners, len(partners))[:_COUNTRIES] if places else ():
        rule = market.claims[country][0]
        proof = f"EO{rng.randrange(10**7):07d}"

        def change(
            declaration: Declaration,
            country: str = country,
            rule: PreferenceRule = rule,
            proof: str = proof,
        ) -> None:
            for place in places:
                _claim(items_of(declaration)[place], country, rule, proof)
            shipment = declaration.goods_shipment
            if round_by and shipment is not None and shipment.export_country is not None:
                shipment.export_country.id = country

        if _pays(declared, change, market):
            return tuple(
                Difference("origin", place + 1, before)
                for place, before in zip(places, real, strict=True)
            )
    return ()


def _claim(item: GovernmentAgencyGoodsItem, country: str, rule: PreferenceRule, proof: str) -> None:
    """Let an item say that it comes from a country and claims what that country's goods may."""
    item.origins = (Origin(country_code=country, type_code="1"),)
    if rule.by_origin == "preferential":
        item.origins += (Origin(country_code=country, type_code="2"),)
    if rule.proof_documents:
        code = rule.proof_documents[0]
        item.additional_documents += (
            AdditionalDocument(category_code=code[:1], type_code=code[1:], id=proof),
        )
    assert item.commodity is not None
    fees = item.commodity.duty_tax_fees
    item.commodity.duty_tax_fees = (DutyTaxFee(duty_regime_code=rule.code), *fees[1:])


def understate(declared: Sequence[Declaration], now: Situation) -> tuple[Difference, ...]:
    """Declare a part of the pieces, on an invoice to match. Masses stay: the scales tell them."""
    share = Decimal(now.rng.randint(45, 75)) / 100
    found: tuple[Difference, ...] = ()
    for declaration in declared:
        found, more = (), Decimal(0)
        for place, item in enumerate(items_of(declaration), 1):
            measure = item.commodity.goods_measure if item.commodity else None
            line = item.commodity.invoice_line if item.commodity else None
            pieces = measure.tariff_quantity if measure else None
            price = line.item_charge_amount if line else None
            if pieces is None or price is None or not now.tempts(item):
                continue
            if not _can_be_understated(item, now.market):
                continue
            real, paid = Decimal(pieces.value), Decimal(price.value)
            fewer = (real * share).to_integral_value(ROUND_HALF_UP)
            less = (paid * fewer / real).quantize(Decimal(1).scaleb(_exponent(paid)), ROUND_HALF_UP)
            found += (
                Difference("quantity_excess", place, f"{real:f}"),
                Difference("value", place, f"{paid:f}"),
            )
            more += paid - less
            pieces.value, price.value = f"{fewer:f}", f"{less:f}"
        if declaration.invoice_amount is not None:
            whole = Decimal(declaration.invoice_amount.value) - more
            declaration.invoice_amount.value = f"{max(Decimal(0), whole):f}"
    return found


def _can_be_understated(item: GovernmentAgencyGoodsItem, market: Market) -> bool:
    """Tell whether an item is counted in pieces, some of which nobody would miss."""
    assert item.commodity is not None
    measure = item.commodity.goods_measure
    pieces = measure.tariff_quantity if measure else None
    if pieces is None or (pieces.unit or "") in _BY_MASS:
        return False
    if market.supplied_units(_code(item), pieces.unit or ""):
        return False  # the excise man counts them too
    count = Decimal(pieces.value)
    return count >= _PIECES and count == count.to_integral_value()


def smuggle(declared: Sequence[Declaration], now: Situation) -> tuple[Difference, ...]:
    """Hide dear goods behind the declared ones. No paper tells of them, none is changed."""
    dear = [one for one in now.market.lines if one.code.startswith(_DEAR)] or now.market.lines
    worth = round(4_000 * now.rng.lognormvariate(0, 0.8))
    del declared
    return (Difference("undeclared_goods", 0, now.rng.choice(dear).code, str(worth)),)


USUAL: dict[str, int] = {UNDERVALUES: 4, MISCLASSIFIES: 2, LAUNDERS: 2, UNDERSTATES: 2, SMUGGLES: 1}
"""How often a deed is somebody's first, beside the others."""
DEEDS: dict[str, Deed] = {
    UNDERVALUES: undervalue,
    MISCLASSIFIES: misclassify,
    LAUNDERS: launder_origin,
    UNDERSTATES: understate,
    SMUGGLES: smuggle,
}


def _pays(
    declared: Sequence[Declaration], change: Callable[[Declaration], None], market: Market
) -> bool:
    """Make a change to all, if the first one then owes less, as the kernel reckons."""
    tried = twin(declared[0])
    change(tried)
    if _owed(tried, market) >= _owed(declared[0], market):
        return False
    for declaration in declared:
        change(declaration)
    return True


def _owed(declaration: Declaration, market: Market) -> int:
    lodgement, _ = to_lodgement(declaration, observed_on=market.day, legal_date=market.day)
    decision = estimate(lodgement, market.reference)
    return sum(one.payable or 0 for one in decision.charges) if decision.accepted else 1 << 62


def items_of(declaration: Declaration) -> Sequence[GovernmentAgencyGoodsItem]:
    """Return the goods items of a declaration."""
    shipment = declaration.goods_shipment
    assert shipment is not None
    return shipment.goods_items


def _tempting(declaration: Declaration, now: Situation) -> list[int]:
    """Return the places of the items that he would cheat with and that no proof gives away."""
    items = enumerate(items_of(declaration))
    return [place for place, item in items if _is_plain(item) and now.tempts(item)]


def _is_plain(item: GovernmentAgencyGoodsItem) -> bool:
    """Tell whether an item claims no preference and no quota, so that no proof gives it away."""
    fees = item.commodity.duty_tax_fees if item.commodity else ()
    claims = bool(fees) and (fees[0].duty_regime_code != _NO_CLAIM or bool(fees[0].quota_order_id))
    return not claims and len(item.origins) == 1


def _code(item: GovernmentAgencyGoodsItem) -> str:
    assert item.commodity is not None
    return item.commodity.classifications[0].id or ""


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
