"""What the notices of a folder say together: unknown VAT, roundings, rates with decimals cut."""

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest
from tests.conformance.wco_messages import (
    DECLARATION,
    FAIL,
    NOTICE,
    PASS,
    PLAIN,
    TABLE,
    UNSUPPORTED,
    line,
    verdicts,
)

from clearway.proving.conformance.wco_dm import run
from clearway.vocabulary.money import Rounding, round_fraction

SHARED = [line("A50", "1000.00", "2.20", "22.00"), line("B00", "1000.00", "20.00", "200.00")]
GBP = Path(__file__).parents[1] / "packs_data" / "gbp"


@pytest.fixture
def open_data():
    data = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))
    if not (data / "wco_dm" / "scenarios").is_dir():
        pytest.skip("the open data is not here; set CLEARWAY_OPEN_DATA to its folder")
    return data


def test_a_tax_that_shares_the_base_of_vat_is_vat_though_no_pack_names_it(checks):
    found = checks([*SHARED, line("V05", "22.00", "20.00", "4.40")])
    assert verdicts(found["tax_lines"]) == [PASS, PASS, PASS]
    assert verdicts(found["duty_bases"]) == [PASS, PASS]
    assert found["duty_bases"].cases[1].what == "base of B00 and V05"


def test_a_charge_that_vat_is_on_is_not_taken_for_vat(checks):
    found = checks(
        [line("Z22", "1000.00", "2.20", "22.00"), line("B00", "1022.00", "20.00", "204.40")]
    )
    assert [case.what for case in found["duty_bases"].cases] == ["base of B00"]
    assert verdicts(found["duty_bases"]) == [PASS]


def test_what_the_notices_do_not_tell_of_an_unknown_tax_is_no_failure(checks):
    found = checks([*SHARED, line("V05", "23.00", "20.00", "4.60")])
    _, case = found["duty_bases"].cases
    assert case.verdict is UNSUPPORTED
    assert "does not know V05" in case.explanation


def test_known_taxes_that_do_not_add_up_fail(checks):
    found = checks(
        [line("A00", "1000.00", "2.00", "20.00"), line("B00", "1021.00", "20.00", "204.20")]
    )
    assert verdicts(found["duty_bases"]) == [PASS, FAIL]


def test_a_pack_without_our_own_settings_fails_nothing_falsely(open_data):
    report = run(open_data / "wco_dm" / "scenarios", GBP)
    figures = {check.name: check.figures for check in report.checks}
    assert figures["tax_lines"]["fail"] == figures["duty_bases"]["fail"] == 0, str(report)
    assert figures["duty_bases"]["pass"] >= 100


@pytest.mark.parametrize(
    ("assessed", "vat_base", "verdict"),
    [
        ("275.00", "", PASS),
        ("275.50", "10275.50", PASS),  # 2.755 %, and VAT is charged on it
        ("275.50", "", UNSUPPORTED),  # nothing else says so
        ("275.99", "10275.99", UNSUPPORTED),  # 2.7599 % would be two decimals more
        ("275.99", "", UNSUPPORTED),
        ("275.50", "10275.00", FAIL),  # VAT is charged on 2.75 %
        ("276.00", "10276.00", FAIL),  # no rate that is shown as 2.75
    ],
)
def test_a_rate_is_cut_only_where_the_notice_says_so(checks, assessed, vat_base, verdict):
    lines = [line("A00", "10000.00", "2.75", assessed)]
    if vat_base:
        tax = Fraction(vat_base) * 20
        lines.append(line("B00", vat_base, "20.00", f"{round_fraction(tax, Rounding.DOWN) / 100}"))
    found = checks(lines, price="10000")
    assert verdicts(found["tax_lines"])[0] is verdict
    assert (found["tax_lines"].cases[0].explanation == "") is (assessed == "275.00")


def test_a_round_rate_or_one_shown_shorter_than_others_is_not_cut(checks):
    found = checks(
        [
            line("A70", "10000.00", "2.00", "200.40"),
            line("A71", "10000.00", "0.16", "16.40"),
            line("A72", "1000.00", "1.125", "11.25"),
        ]
    )
    assert verdicts(found["tax_lines"]) == [FAIL, FAIL, PASS]


def test_without_a_pack_the_notices_tell_the_rounding_of_each_tax(tmp_path, monkeypatch):
    """Duty to the nearest penny, VAT cut: the law made of a tariff does not know either."""
    monkeypatch.setenv("CLEARWAY_OPEN_DATA", str(tmp_path / "nowhere"))
    (tmp_path / "tariff").mkdir()
    table = "".join(TABLE.splitlines(keepends=True)[:2])  # nothing in a foreign currency
    (tmp_path / "tariff" / "uk_global_tariff.csv").write_text(table, encoding="utf-8")
    for number, pence in enumerate((30, 75, 80, 85, 90, 95)):
        folder = tmp_path / "messages" / f"S{number}"
        folder.mkdir(parents=True)
        value = Fraction(100 * 1000 + pence, 100)
        duty = Fraction(round_fraction(value * 2, Rounding.NEAREST), 100)
        vat = round_fraction((value + duty) * 20, Rounding.DOWN)
        base = f"{float(value + duty):.2f}"
        lines = line("A00", f"{float(value):.2f}", "2.00", f"{float(duty):.2f}")
        lines += line("B00", base, "20.00", f"{vat / 100:.2f}")
        fields = PLAIN | {"lrn": f"R{number}", "price": f"{float(value):.2f}"}
        (folder / "d.xml").write_text(DECLARATION.format(**fields), encoding="utf-8")
        text = NOTICE.format(**fields, version="1", total="", lines=lines)
        (folder / "n.xml").write_text(text, encoding="utf-8")
    report = run(tmp_path / "messages")
    found = {check.name: check for check in report.checks}
    notes = "\n".join(found["tax_lines"].notes)
    assert "A00 is rounded nearest: 6 of 6 lines agree" in notes
    assert "B00 is rounded down: 6 of 6 lines agree" in notes
    for name in ("tax_lines", "duty_bases", "full_assessment"):
        assert set(verdicts(found[name])) == {PASS}, str(report)


def test_the_published_notices_rounded_to_nearest_are_recognised(tmp_path, open_data, monkeypatch):
    """The same folder, every VAT line worked out again to the nearest penny."""
    monkeypatch.setenv("CLEARWAY_OPEN_DATA", str(open_data))
    source = open_data / "wco_dm" / "scenarios"
    changed = 0
    for path in source.rglob("*DMSTAX*.xml"):
        text, times = _nearest(path.read_text(encoding="utf-8-sig"))
        changed += times
        scenario = source / path.relative_to(source).parts[0]
        files = scenario.rglob("*.xml") if scenario.is_dir() else [scenario]
        for file in files:
            target = tmp_path / file.relative_to(source)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
        (tmp_path / path.relative_to(source)).write_text(text, encoding="utf-8")
    assert changed
    report = run(tmp_path)
    lines = next(check for check in report.checks if check.name == "tax_lines")
    assert any("B00 is rounded nearest" in note for note in lines.notes), str(report)
    assert any("A00 is rounded down" in note for note in lines.notes), str(report)
    figures = {check.name: check.figures for check in report.checks}
    assert figures["tax_lines"]["fail"] == figures["full_assessment"]["fail"] == 0, str(report)


def _nearest(text):
    """Return a notice with VAT rounded to the nearest penny, and how many lines that changed."""
    changed = 0

    def again(match):
        nonlocal changed
        fee = match[0]
        base = re.search(r"AdValoremTaxBaseAmount[^>]*>([\d.]+)<", fee)
        rate = re.search(r"TaxRateNumeric>([\d.]+)<", fee)
        paid = re.search(r"TaxAssessedAmount[^>]*>([\d.]+)<", fee)
        if not (base and rate and paid) or not re.search(r"TypeCode>B00<", fee):
            return fee
        minor = round_fraction(Fraction(base[1]) * Fraction(rate[1]), Rounding.NEAREST)
        amount = f"{minor // 100}.{minor % 100:02d}"
        changed += amount != paid[1]
        return fee.replace(f">{paid[1]}<", f">{amount}<")

    fees = r"<(\w+:)?DutyTaxFee>.*?</(\w+:)?DutyTaxFee>"
    return re.sub(fees, again, text, flags=re.DOTALL), changed
