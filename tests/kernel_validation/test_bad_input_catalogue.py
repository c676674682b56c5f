"""The bad-input catalogue, as far as a declaration that could be read can hold it."""

from __future__ import annotations

import unicodedata

import pytest

from clearway.kernel.decisions import Severity
from clearway.kernel.lodgement import DocumentRow, Party
from clearway.kernel.texts import LANGUAGES, render
from clearway.kernel.validation import validate, validate_batch
from clearway.vocabulary.names import name_key

ITEM = "42A/67A/68A[1]"


def told(lodgement, law):
    return [(finding.rule, finding.pointer) for finding in validate(lodgement, law)]


def test_golden_case_of_two_errors(make, law):
    lodgement = make.lodgement(items=(make.item(), make.second(origin="XX")), total_packages=101)
    assert {finding.pointer for finding in validate(lodgement, law)} == {
        "42A/67A/68A[2]/92A:063",
        "42A:146",
    }
    assert len(validate(lodgement, law)) == 2


def test_wrong_check_digit_names_the_right_one(make, law):
    number = "CSQU3054384"
    items = (make.item(containers=(number,)), make.second(containers=(number,)))
    finding = validate(make.lodgement(containers=(number,), items=items), law)[0]
    assert finding.rule == "CLW3402"
    assert dict(finding.parameters)["expected"] == "3"


def test_remainder_ten_is_written_as_nought(make, law):
    number = "MSCU0000060"
    items = (make.item(containers=(number,)), make.second(containers=(number,)))
    assert told(make.lodgement(containers=(number,), items=items), law) == []


@pytest.mark.parametrize(
    ("office", "rule"), [("VN7777", "CLW2104"), ("VN0009", "CLW2901"), ("VN0010", "CLW2902")]
)
def test_unknown_expired_and_valid_only_tomorrow_are_three_findings(make, law, office, rule):
    assert told(make.lodgement(office=office), law) == [(rule, "42A:065")]


def test_the_code_valid_tomorrow_is_valid_tomorrow(make, law):
    tomorrow = make.lodgement(
        office="VN0010",
        legal_date=make.day + 1,
        observed_on=make.day + 1,
        exchange_rates=(("USD", "25100"),),
    )
    assert told(tomorrow, law) == []


def test_the_rate_of_the_day_is_the_one_that_counts(make, law):
    assert told(make.lodgement(exchange_rates=(("USD", "25000"),)), law) == []
    late = make.lodgement(observed_on=make.day + 2, exchange_rates=(("USD", "25000"),))
    assert told(late, law) == []


def test_negative_and_zero_mass(make, law):
    negative = make.with_item(gross_mass=-1, net_mass=None)
    zero = make.with_item(gross_mass=0, net_mass=None)
    for lodgement in (negative, zero):
        # The total would differ too; the wrong item is told, and told once.
        assert told(lodgement, law) == [("CLW3121", f"{ITEM}/23A/65A:126")]


def test_three_decimals_of_dong(make, law):
    lodgement = make.lodgement(freight_amount=70_000_125, freight_currency="VND")
    finding = validate(lodgement, law)[0]
    assert (finding.rule, finding.pointer) == ("CLW3111", "42A/67A/41A:117")
    assert dict(finding.parameters) == {
        "declared": "70000.125 VND",
        "decimals": "0",
        "currency": "VND",
    }


@pytest.mark.parametrize(
    ("rate", "rule"), [("25.000,00", "CLW4111"), ("NaN", "CLW4111"), ("1e309", "CLW4111")]
)
def test_a_comma_a_nan_and_an_exponent_are_no_rate(make, law, rate, rule):
    assert told(make.lodgement(exchange_rates=(("USD", rate),)), law) == [(rule, "42A/40A[1]:118")]


def test_date_that_does_not_exist(make, law):
    assert told(make.lodgement(issue_text="20260230"), law) == [("CLW3501", "42A:D011")]


def test_zone_missing(make, law):
    lodgement = make.lodgement(acceptance_text="20260303091500")
    assert told(lodgement, law) == [("CLW3503", "42A:023")]
    lax = make.reference(settings={"validation.zone_required": "false"})
    assert told(lodgement, lax) == []


def test_acceptance_in_the_future(make, law):
    lodgement = make.lodgement(acceptance_text="20260304000100+07", legal_date=make.day)
    assert told(lodgement, law) == [("CLW3507", "42A:023")]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"lrn": "１２３"}, ("CLW3304", "42A:D026")),
        ({"issue_text": "２０２６０３０３"}, ("CLW3504", "42A:D011")),
    ],
)
def test_full_width_digits(make, law, changes, where):
    assert told(make.lodgement(**changes), law) == [where]


def test_full_width_commodity_code(make, law):
    lodgement = make.with_item(commodity="８５０４４０００")
    assert told(lodgement, law) == [("CLW2130", f"{ITEM}/23A/21A:145")]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Công ty \u202eÁ nệiĐ", "CLW3302"),
        ("Công ty Điện\u2060 Á", "CLW3303"),
        ("Công ty\u200d Điện Á", "CLW3303"),
        ("Công ty\x00 Điện Á", "CLW3301"),
        ("Công ty \ud800 Điện Á", "CLW3301"),
    ],
)
def test_signs_that_hide_in_a_name(make, law, name, rule):
    lodgement = make.lodgement(importer=Party("VN0101234567", name))
    findings = validate(lodgement, law)
    assert [(finding.rule, finding.pointer) for finding in findings] == [(rule, "42A/67A/74A:R037")]
    # What is shown never carries the sign on to whoever reads it.
    assert all(value.isprintable() for _, value in findings[0].parameters)


def test_a_joiner_within_persian_is_writing(make, law):
    lodgement = make.lodgement(exporter=Party("", "شرکت می\u200cخواهم", "IR"))
    assert told(lodgement, law) == []


def test_vietnamese_decomposed_and_composed(make, law):
    name = "Công ty Điện Á"
    loose = unicodedata.normalize("NFD", name)
    assert loose != name
    assert name_key(loose) == name_key(name)
    lodgement = make.lodgement(importer=Party("VN0101234567", loose))
    assert told(lodgement, law) == [("CLW3306", "42A/67A/74A:R037")]


def test_simplified_and_traditional_are_one_name_in_two_writings(make, law):
    exporter = Party("CN00000018", "上海电气进出口公司", "CN")
    consignor = Party("CN00000018", "上海電氣進出口公司", "CN")
    lodgement = make.lodgement(exporter=exporter, consignor=consignor)
    finding = validate(lodgement, law)[0]
    assert (finding.rule, finding.severity) == ("CLW4142", Severity.NOTE)
    assert len(validate(lodgement, law)) == 1


def test_512_characters_and_one_more(make, law):
    fits = "wire " * 102 + "on"
    assert len(fits) == 512
    assert told(make.with_item(description=fits), law) == []
    assert told(make.with_item(description=fits + "s"), law) == [("CLW3307", f"{ITEM}/23A:137")]


def test_a_formula_for_a_sheet(make, law):
    for text in ("=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+1+cmd|' /C calc'!A0", "-2+3(4)"):
        assert told(make.with_item(description=text), law) == [("CLW3305", f"{ITEM}/23A:137")]
    for text in ("- 5 mm steel bolts", "+ batteries for radio sets", "@ home routers"):
        assert told(make.with_item(description=text), law) == []


def many_items(make, count):
    items = tuple(
        make.second(sequence=i, description=f"Transformers, lot {i}") for i in range(1, count + 1)
    )
    return make.lodgement(
        items=items,
        item_count=count,
        total_packages=60 * count,
        total_gross_mass=4_800_000_000 * count,
        invoice_amount=16_000_000 * count,
    )


def test_999_items_and_one_more(make, law):
    assert told(many_items(make, 999), law) == []
    assert told(many_items(make, 1000), law) == [("CLW3106", "42A/67A/68A[1000]")]


def test_1000_items_each_wrong_are_told_each(make):
    wide = make.reference(settings={"validation.max_items": "1000"})
    lodgement = many_items(make, 1000)
    for item in lodgement.items:
        item.origin = "XX"
    findings = validate(lodgement, wide)
    assert [finding.pointer for finding in findings] == [
        f"42A/67A/68A[{i}]/92A:063" for i in range(1, 1001)
    ]


def test_one_bad_item_leaves_its_neighbours_alone(make, law):
    bad = make.item(origin="XX", commodity="letters", gross_mass=-5, description="", packages=-1)
    findings = validate(make.lodgement(items=(bad, make.second())), law)
    assert {finding.item for finding in findings} == {1}
    assert len(findings) == 5


def test_duplicate_identifier_within_a_batch(make):
    first, again = make.lodgement(), make.lodgement(total_packages=99)
    answers = validate_batch([first, again])
    assert [[finding.rule for finding in answer] for answer in answers] == [[], ["CLW4201"]]
    assert dict(answers[1][0].parameters) == {"earlier": "1", "reference": "GOLD-01"}


def test_one_reference_may_serve_two_declarants(make):
    other = make.lodgement(declarant=Party("VN0999999999"), total_packages=99)
    assert validate_batch([make.lodgement(), other]) == [[], []]


def test_same_mrn_twice_in_a_batch(make):
    batch = [
        make.lodgement(lrn="A", id="26VN00000000123407"),
        make.lodgement(lrn="B", id="26VN00000000123407", total_packages=99),
    ]
    answer = validate_batch(batch)[1]
    assert [(finding.rule, finding.pointer) for finding in answer] == [("CLW4202", "42A:D014")]


def test_same_declaration_under_another_reference(make):
    answers = validate_batch([make.lodgement(lrn="A"), make.lodgement(lrn="B")])
    assert [[finding.rule for finding in answer] for answer in answers] == [[], ["CLW4203"]]
    assert validate_batch([]) == []


def test_fob_declared_as_cif(make, law):
    """Card C04: delivery term FOB and freight 0 is an error where the boundary is CIF."""
    lodgement = make.lodgement(freight_amount=0)
    assert told(lodgement, law) == [("CLW3611", "42A/67A/41A:117")]
    assert told(make.lodgement(freight_amount=0, incoterm="CIF"), law) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_speaks_every_language(make, law, language):
    for finding in validate(make.lodgement(total_packages=101, office="VN0009"), law):
        text = render(finding.rule, dict(finding.parameters), language)
        assert text.title
        assert text.remedy
        assert "{" not in text.message


def test_a_document_that_is_missing_its_number(make, law):
    lodgement = make.lodgement(documents=(DocumentRow(0, "C001"),))
    assert told(lodgement, law) == [("CLW4131", "42A/02A[1]:D005")]
