"""The conformance runner on small messages of our own, and on the published ones."""

import json
import os
from pathlib import Path

import pytest
from tests.conformance.wco_messages import (
    DECLARATION,
    DUTY,
    FAIL,
    NOTICE,
    PASS,
    PLAIN,
    UNSUPPORTED,
    VAT,
    fee,
    line,
    security,
    verdicts,
)

from clearway.proving.conformance.wco_dm import CHECKS, run
from clearway.vocabulary.errors import InputUnusable


def test_an_ordinary_pair_passes_everything_that_can_be_judged(checks):
    found = checks([DUTY, VAT])
    assert verdicts(found["read"]) == [PASS]
    assert verdicts(found["schema"]) == [UNSUPPORTED] * 2  # there are no schemas beside it
    assert verdicts(found["round_trip"]) == [PASS]
    assert verdicts(found["tax_lines"]) == [PASS, PASS]
    assert verdicts(found["duty_bases"]) == [PASS, PASS]
    assert verdicts(found["full_assessment"]) == [PASS]
    assert "denominator: 1 of 1" in "\n".join(found["full_assessment"].notes)


def test_a_foreign_price_is_converted_where_its_month_is_covered(checks):
    found = checks([DUTY, VAT], currency="USD", price="1250")
    assert verdicts(found["duty_bases"]) == [PASS, PASS]
    assert verdicts(found["full_assessment"]) == [PASS]


def test_items_are_found_by_the_number_they_declare(checks):
    found = checks([DUTY, VAT], number="7")
    assert verdicts(found["duty_bases"]) == [PASS, PASS]
    assert verdicts(found["full_assessment"]) == [PASS]
    assert found["tax_lines"].cases[0].item == 7


def test_a_wrong_amount_fails_and_says_ours_and_theirs(checks):
    found = checks([line("A00", "1000.00", "2.00", "20.01"), VAT])
    case = found["tax_lines"].cases[0]
    assert (case.verdict, case.ours, case.theirs) == (FAIL, "20.00", "20.01")
    assert verdicts(found["full_assessment"]) == [FAIL]
    assert "1/A00 20.00" in found["full_assessment"].cases[0].ours


def test_amounts_are_truncated_by_the_rule_of_the_pack(checks):
    found = checks(
        [line("B00", "296.24", "20.00", "59.24"), line("B00", "296.24", "20.00", "59.25")]
    )
    assert verdicts(found["tax_lines"]) == [PASS, FAIL]


def test_the_rounding_of_a_tax_outside_the_pack_is_fitted_over_the_folder(checks):
    up = line("A70", "100.10", "1.00", "1.01")
    found = checks([up, up, line("A70", "100.20", "1.00", "1.00")])
    assert verdicts(found["tax_lines"]) == [PASS, PASS, FAIL]
    assert any("A70 is rounded up: 2 of 3 lines" in note for note in found["tax_lines"].notes)


def test_a_deduction_is_subtracted(checks):
    found = checks([line("A00", "1000.00", "32.00", "0.00", deduct="320.00")])
    assert verdicts(found["tax_lines"]) == [PASS]
    assert "deducts a relief" in found["full_assessment"].cases[0].explanation


def test_security_lines_book_an_amount_of_the_item(checks):
    found = checks(
        [line("A00", "1000.00", "2.00", "0.00"), security("ACS", "20.00"), security("X", "7.77")]
    )
    assert verdicts(found["tax_lines"]) == [PASS, PASS, UNSUPPORTED]


def test_a_line_without_base_and_rate_is_computed_by_the_kernel_in_scope_only(checks):
    lines = [line("A00", "", "", "855.00"), line("B00", "1855.00", "20.00", "371.00")]
    found = checks(lines, commodity="02011000")
    assert verdicts(found["tax_lines"]) == [PASS, PASS]  # 12 % of 1,000 and 5 x 147
    assert verdicts(found["full_assessment"]) == [PASS]


def test_the_bases_of_vat_hold_the_one_charge_that_shows_no_base_itself(checks):
    lines = [DUTY, line("633", "", "", "325.53"), line("B00", "1345.53", "20.00", "269.10")]
    found = checks(lines)
    assert verdicts(found["tax_lines"]) == [PASS, PASS, PASS]
    assert "bases of VAT" in found["tax_lines"].cases[1].explanation


def test_a_charge_that_the_bases_of_vat_do_not_hold_fails(checks):
    lines = [DUTY, line("633", "", "", "325.54"), line("B00", "1345.53", "20.00", "269.10")]
    assert verdicts(checks(lines)["tax_lines"]) == [PASS, FAIL, PASS]


def test_two_charges_without_base_are_not_told_apart(checks):
    lines = [
        DUTY,
        line("333", "", "", "300.00"),
        line("633", "", "", "25.53"),
        line("B00", "1345.53", "20.00", "269.10"),
    ]
    assert verdicts(checks(lines)["tax_lines"]) == [PASS, UNSUPPORTED, UNSUPPORTED, PASS]


def test_an_unknown_charge_without_base_and_rate_is_unsupported(checks):
    found = checks([line("633", "", "", "325.53"), DUTY])
    assert verdicts(found["tax_lines"]) == [UNSUPPORTED, PASS]
    (case,) = found["full_assessment"].cases
    assert case.verdict is UNSUPPORTED
    assert "lines of type 633" in case.explanation


def test_a_total_of_the_declaration_is_the_sum_of_its_lines(checks):
    found = checks(
        [DUTY, VAT], total=fee([], "", "224.00", "").replace("<TypeCode></TypeCode>", "")
    )
    assert verdicts(found["tax_lines"]) == [PASS, PASS, PASS]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"procedure": "51"}, "procedure 5100"),
        ({"additional": "1FV"}, "additional procedure 1FV"),
        ({"preference": "300"}, "CLW600"),
        ({"preference": "123"}, "CLW6003"),
        ({"commodity": "99999999"}, "CLW6001"),
        ({"currency": "CHF"}, "CLW50"),
        (
            {
                "code": "<Classification><ID>X413</ID>"
                "<IdentificationTypeCode>GN</IdentificationTypeCode></Classification>"
            },
            "additional code X413",
        ),
    ],
)
def test_a_pair_out_of_scope_says_why_and_is_never_guessed(checks, changes, reason):
    found = checks([DUTY, VAT], **changes)
    (case,) = found["full_assessment"].cases
    assert case.verdict is UNSUPPORTED
    assert reason in case.explanation
    assert any(reason in note for note in found["full_assessment"].notes)


def wine(code):
    """Return ten hectolitres of wine at 12 per cent, of the kind that the code says."""
    return {
        "commodity": "22042195",
        "code": f"<Classification><ID>{code}</ID>"
        "<IdentificationTypeCode>GN</IdentificationTypeCode></Classification>",
        "quantity": "<TariffQuantity>1000</TariffQuantity>",
        "supplied": '<DutyTaxFee><SpecificTaxBaseQuantity unitCode="ASV">12'
        "</SpecificTaxBaseQuantity></DutyTaxFee>",
    }


@pytest.mark.parametrize(("excise", "verdict"), [("2975.70", PASS), ("2975.71", FAIL)])
def test_excise_and_duty_by_volume_are_priced_from_what_is_declared(checks, excise, verdict):
    lines = [line("A00", "", "", "100.00"), line("413", "", "", excise)]
    found = checks([*lines, line("B00", "4075.70", "20.00", "815.14")], **wine("X413"))
    assert verdicts(found["tax_lines"]) == [PASS, verdict, PASS]
    assert verdicts(found["full_assessment"]) == [verdict]


def test_excise_at_a_rate_that_the_law_had_replaced_is_told_and_not_in_scope(checks):
    lines = [line("A00", "", "", "100.00"), line("333", "", "", "3420.00")]  # 120 l at 28.50
    lines.append(line("B00", "4520.00", "20.00", "904.00"))
    found = checks(lines, day="20250601", **wine("X333"))
    assert verdicts(found["tax_lines"]) == [PASS, PASS, PASS]
    assert "has since replaced" in found["tax_lines"].cases[1].explanation
    (case,) = found["full_assessment"].cases
    assert case.verdict is UNSUPPORTED
    assert "the rate of 2023-08-01" in case.explanation


@pytest.mark.parametrize(("assessed", "verdict"), [("11.33", PASS), ("11.34", FAIL)])
def test_an_amount_that_the_declarant_supplies_is_the_amount(checks, assessed, verdict):
    supplied = (
        "<DutyTaxFee><TypeCode>Z1</TypeCode><Payment>"
        '<PaymentAmount currencyID="GBP">11.33</PaymentAmount></Payment></DutyTaxFee>'
    )
    found = checks([line("Z1", "", "", assessed), line("Z2", "", "", "5.00")], supplied=supplied)
    assert verdicts(found["tax_lines"]) == [verdict, UNSUPPORTED]


def test_a_scenario_alone_and_one_far_down_are_paired_alike(tmp_path, pack, monkeypatch):
    monkeypatch.setenv("CLEARWAY_OPEN_DATA", str(tmp_path / "nowhere"))
    scenario = tmp_path / "set" / "part" / "S1"
    (scenario / "notices").mkdir(parents=True)
    other = tmp_path / "set" / "part" / "S2"
    other.mkdir()
    text = DECLARATION.format(**PLAIN)
    (scenario / "declaration.xml").write_text(text, encoding="utf-8")
    changed = DECLARATION.format(**PLAIN | {"lrn": "B2", "price": "7"})
    (other / "declaration.xml").write_text(changed, encoding="utf-8")
    fields = PLAIN | {"lrn": "another", "version": "1", "total": "", "lines": DUTY + VAT}
    (scenario / "notices" / "n.xml").write_text(NOTICE.format(**fields), encoding="utf-8")
    for directory in (scenario, tmp_path / "set", tmp_path / "set" / "part"):
        found = {check.name: check for check in run(directory, pack).checks}
        assert verdicts(found["full_assessment"]) == [PASS], directory


ABROAD = "<AdditionalInformation><StatementCode>NIIMP</StatementCode></AdditionalInformation>"


def test_what_another_territory_charged_is_not_held_against_this_tariff(checks):
    found = checks([line("A50", "1000.00", "2.20", "22.00"), VAT], statement=ABROAD)
    (case,) = found["full_assessment"].cases
    assert case.verdict is UNSUPPORTED
    assert "another territory's tariff" in case.explanation


def test_what_was_charged_at_home_is_compared_whatever_the_statement(checks):
    assert verdicts(checks([DUTY, VAT], statement=ABROAD)["full_assessment"]) == [PASS]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [({"declaration": False}, "not in the folder"), ({"version": "2"}, "assesses version 2")],
)
def test_a_notice_without_its_declaration_is_unsupported(checks, arguments, reason):
    found = checks([DUTY, VAT], **arguments)
    assert verdicts(found["full_assessment"]) == [UNSUPPORTED]
    assert reason in found["full_assessment"].cases[0].explanation
    assert verdicts(found["duty_bases"]) == [UNSUPPORTED]
    assert verdicts(found["tax_lines"]) == [PASS, PASS]  # these need the notice alone


def test_another_value_than_declared_fails_the_base(checks):
    found = checks([line("A00", "998.00", "2.00", "19.96")])
    assert verdicts(found["duty_bases"]) == [FAIL]


def test_a_shared_value_is_added_up_over_its_regimes(checks):
    half = [
        line("A00", "400.00", "2.00", "8.00", regime="320"),
        line("A00", "600.00", "2.00", "12.00"),
    ]
    assert verdicts(checks(half)["duty_bases"]) == [PASS]


def test_a_broken_file_and_a_foreign_one_do_not_stop_the_rest(tmp_path, pack):
    (tmp_path / "bad.xml").write_text("<MetaData><Declaration>", encoding="utf-8")
    (tmp_path / "other.xml").write_text("<inventory/>", encoding="utf-8")
    (tmp_path / "good.xml").write_text(DECLARATION.format(**PLAIN), encoding="utf-8")
    report = run(tmp_path, pack)
    assert report.checks[0].figures == {"check": "read", "pass": 1, "fail": 0, "unsupported": 1}
    assert "bad.xml" in str(report)


def test_the_report_as_json_is_a_list_of_figures(tmp_path, pack):
    (tmp_path / "good.xml").write_text(DECLARATION.format(**PLAIN), encoding="utf-8")
    figures = json.loads(run(tmp_path, pack).to_json())
    assert [row["check"] for row in figures] == list(CHECKS)
    assert all(set(row) == {"check", "pass", "fail", "unsupported"} for row in figures)


def test_a_folder_without_messages_cannot_be_used(tmp_path):
    with pytest.raises(InputUnusable):
        run(tmp_path)
    with pytest.raises(InputUnusable):
        run(tmp_path / "nowhere")


def test_the_published_messages_meet_the_bars():
    data = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))
    directory = data / "wco_dm" / "scenarios"
    if not directory.is_dir():
        pytest.skip("the open data is not here; set CLEARWAY_OPEN_DATA to its folder")
    report = run(directory)
    figures = {check.name: check.figures for check in report.checks}
    for name in ("read", "schema", "round_trip"):
        assert figures[name]["fail"] == figures[name]["unsupported"] == 0, str(report)
    assert figures["read"]["pass"] == figures["round_trip"]["pass"] == 155
    lines = next(check for check in report.checks if check.name == "tax_lines")
    assert figures["tax_lines"]["fail"] == 0
    complete = [case for case in lines.cases if " at " in case.what]
    assert len(complete) == 185
    assert sum(case.verdict is PASS for case in complete) * 100 >= 98 * len(complete)
    assert figures["duty_bases"]["fail"] == figures["full_assessment"]["fail"] == 0
    assert figures["duty_bases"]["pass"] >= 90
    assert figures["full_assessment"]["pass"] >= 17
