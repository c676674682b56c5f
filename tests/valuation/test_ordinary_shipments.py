"""The short way values an ordinary shipment as the long one does, on generated shipments."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.effort import examples

from clearway.kernel.lodgement import Charge, DocumentRow, Item, Lodgement
from clearway.kernel.reference import (
    ExchangeRate,
    IncotermRule,
    MeasureType,
    Period,
    TaxRule,
    ValuationRules,
)
from clearway.kernel.valuation import value
from clearway.kernel.valuation.ordinary import ordinary_values
from clearway.proving.small_law import LawRow, percent, small_reference
from clearway.vocabulary.money import Rounding

TERMS = {
    code: IncotermRule(code, freight, insurance)
    for code, freight, insurance in (
        ("CIF", True, True),
        ("CFR", True, False),
        ("FOB", False, False),
    )
}
ROLES = {
    "AK": "freight",
    "AW": "insurance",
    "AB": "addition",
    "BA": "deduction",
    "AV": "tax_addition:VAT",
}


def pack(boundary, rounding, evidence):
    return small_reference(
        [LawRow("1", "MFN", percent("5"))],
        types=(MeasureType("MFN", "DUTY", "duty"),),
        taxes=(TaxRule("DUTY", "duty", "d", ("value",)),),
        valuation=ValuationRules(
            cost_boundary=boundary,
            charge_roles=ROLES,
            incoterms=TERMS,
            value_rounding=rounding,
            evidence_documents=evidence,
        ),
        exchange_rates={
            "USD": (ExchangeRate("USD", 91_234, 100_000, Period(0, 20_300)),),
            "JPY": (ExchangeRate("JPY", 1, 157),),
        },
    )


PACKS = [
    pack(boundary, rounding, evidence)
    for boundary in ("CIF", "FOB")
    for rounding in Rounding
    for evidence in ({}, {"1": ("N380", "N325")})
]

amounts = st.one_of(st.integers(1, 10**7), st.integers(1, 10**15))
currencies = st.sampled_from(("USD", "USD", "USD", "EUR", "JPY", "XXX", ""))
charges = st.builds(
    Charge,
    st.sampled_from(("AK", "AW", "AB", "BA", "AV", "ZZ")),
    st.one_of(st.integers(0, 10**6), st.just(-1)),
    st.sampled_from(("USD", "EUR", "JPY")),
)


@st.composite
def shipments(draw):
    plain = draw(st.integers(0, 9)) > 1  # most have nothing odd, so that the short way is taken
    currency = draw(st.sampled_from(("EUR", "JPY", "USD")) if plain else currencies)
    odd = st.just if plain else lambda usual: st.sampled_from((usual, usual, None))
    items = draw(
        st.lists(
            st.builds(
                Item,
                item_amount=amounts if plain else st.one_of(amounts, st.none(), st.just(0)),
                item_currency=odd(currency).map(lambda code: code or ""),
                gross_mass=st.integers(1, 10**12) if plain else st.integers(0, 3),
                valuation_method=st.sampled_from(("", "1") if plain else ("", "1", "2", "9")),
                valuation_indicators=st.sampled_from(("",) if plain else ("", "1000", "0000")),
                statistical_amount=st.none() if plain else st.sampled_from((None, 5_000)),
                charges=st.just(()) if plain else st.lists(charges, max_size=1).map(tuple),
            ),
            min_size=1,
            max_size=6,
        )
    )
    documents = draw(
        st.lists(
            st.builds(
                DocumentRow,
                st.integers(0, 2),
                st.sampled_from(("N380", "N325", "Y900")),
            ),
            max_size=3,
        )
    )
    if plain:
        documents.append(DocumentRow(0, "N380"))
    own = charges
    if plain:
        own = charges.filter(lambda one: one.amount >= 0 and one.type_code not in ("BA", "ZZ"))
    return Lodgement(
        direction=draw(st.sampled_from(("IM", "IM", "EX"))),
        legal_date=draw(st.sampled_from((20_000, 20_299, 20_300))),
        incoterm=draw(st.sampled_from(("CIF", "CFR", "FOB") if plain else ("FOB", "QQQ"))),
        invoice_currency=currency if plain else draw(currencies),
        freight_amount=draw(st.one_of(st.none(), st.integers(0, 10**7))),
        freight_currency=draw(st.sampled_from(("USD", "EUR", ""))),
        charges=tuple(draw(st.lists(own, min_size=2 * plain, max_size=3))),
        items=tuple(items),
        documents=tuple(documents),
    )


@settings(max_examples=examples(400), deadline=None)
@given(shipments(), st.sampled_from(PACKS))
def test_both_ways_agree(lodgement, reference):
    explained = value(lodgement, reference, explain=True)
    quick = value(lodgement, reference, explain=False)
    assert quick.findings == explained.findings
    assert [(one.item, one.value, one.statistical_value) for one in quick.values] == [
        (one.item, one.value, one.statistical_value) for one in explained.values
    ]


def test_an_ordinary_shipment_takes_the_short_way():
    lodgement = Lodgement(
        direction="IM",
        legal_date=20_000,
        incoterm="FOB",
        invoice_currency="USD",
        freight_amount=1_000_000,
        freight_currency="EUR",
        charges=(Charge("AW", 100_000, "USD"),),
        items=tuple(Item(item_amount=10_000_000, gross_mass=mass) for mass in (1, 1, 1)),
        documents=(DocumentRow(0, "N380"),),
    )
    # 10,000 USD each are 9,123.40 EUR; freight 333.3333 each;
    # insurance 91.234 EUR, 30.4113 each: 9,487.1446 each, 28,461.434 together, so that the
    # first line takes the cent that rounding leaves over.
    values = ordinary_values(lodgement, PACKS[0], 20_000)
    assert values is not None
    assert [one.value for one in values] == [948_715, 948_714, 948_714]
