"""Identifiers, code lists, names and dates of the vocabulary, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.vocabulary import code_lists, dates, identifiers, names
from clearway.vocabulary.dates import DateProblem, Moment, read_moment
from clearway.vocabulary.identifiers import Verdict

CHECKS = identifiers


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (CHECKS.check_container, "CSQU3054383"),
        (CHECKS.check_container, "MSCU0000060"),
        (CHECKS.check_container, "MSKU9070323"),
        (CHECKS.check_container, "APZU4812090"),
        (CHECKS.check_ship, "9074729"),
        (CHECKS.check_ship, "IMO 9074729"),
        (CHECKS.check_air_waybill_serial, "12345675"),
        (CHECKS.check_air_waybill, "020-12345675"),
        (CHECKS.check_lei, "5493001KJTIIGC8Y1R12"),
        (CHECKS.check_iban, "GB25CITI08320011963155"),
        (CHECKS.check_tin, "VN0312345678"),
        (CHECKS.check_tin, "XI123456789000"),
        (CHECKS.check_mrn, "26VN00000000123407"),
        (CHECKS.check_ucr, "6VN0312345678-ORDER-1"),
    ],
)
def test_right_identifiers(check, text):
    assert check(text) is None


@pytest.mark.parametrize(
    ("check", "text", "verdict"),
    [
        (CHECKS.check_container, "CSQU3054384", ("check_digit", "3")),
        (CHECKS.check_container, "CSQU305438３", ("characters", "AAAU0000000")),
        (CHECKS.check_container, "CSQU 305438 3", ("characters", "AAAU0000000")),
        (CHECKS.check_container, "CSQX3054383", ("form", "AAAU0000000")),
        (CHECKS.check_container, "", ("form", "AAAU0000000")),
        (CHECKS.check_ship, "9074728", ("check_digit", "9")),
        (CHECKS.check_ship, "12345", ("form", "IMO 0000000")),
        (CHECKS.check_air_waybill_serial, "12345678", ("check_digit", "5")),
        (CHECKS.check_air_waybill, "020-12345678", ("check_digit", "5")),
        (CHECKS.check_air_waybill, "12345675", ("form", "000-00000000")),
        (CHECKS.check_lei, "5493001KJTIIGC8Y1R13", ("check_digit", "12")),
        (CHECKS.check_iban, "GB26CITI08320011963155", ("check_digit", "25")),
        (CHECKS.check_iban, "QQ25CITI08320011963155", ("country", "ISO 3166-1 alpha-2")),
        (CHECKS.check_tin, "QQ0312345678", ("country", "ISO 3166-1 alpha-2")),
        (CHECKS.check_tin, "VN" + "0" * 16, ("form", "AA + an..15")),
        (CHECKS.check_mrn, "26VN00000000123401", ("check_digit", "7")),
        (CHECKS.check_mrn, "26QQ00000000123407", ("country", "ISO 3166-1 alpha-2")),
        (CHECKS.check_mrn, "26VN1234567890123456", ("form", "00AA + an..13 + n1")),
        (CHECKS.check_ucr, "VN-1", ("form", "n1 + AA + an..32")),
        (CHECKS.check_ucr, "6QQ123", ("country", "ISO 3166-1 alpha-2")),
    ],
)
def test_wrong_identifiers_tell_what_was_expected(check, text, verdict):
    assert check(text) == Verdict(*verdict)


ALL_CHECKS = [getattr(identifiers, name) for name in dir(identifiers) if name.startswith("check_")]


@given(st.sampled_from(ALL_CHECKS), st.text(max_size=36))
def test_no_check_ever_raises(check, text):
    verdict = check(text)
    assert verdict is None or verdict.reason in {"characters", "form", "country", "check_digit"}


BODIES = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=13)


@given(st.integers(2000, 2099), st.sampled_from(["VN", "CN", "GB", "XI"]), BODIES)
def test_an_mrn_that_is_made_is_right_and_one_that_is_changed_is_not(year, country, body):
    mrn = identifiers.make_mrn(year, country, body)
    assert identifiers.check_mrn(mrn) is None
    changed = mrn[:-1] + str((int(mrn[-1]) + 1) % 10)
    verdict = identifiers.check_mrn(changed)
    assert verdict is not None
    assert verdict.expected == mrn[-1]


@pytest.mark.parametrize(
    ("country", "body"), [("QQ", "1"), ("VN", ""), ("VN", "a"), ("VN", "1" * 14)]
)
def test_an_mrn_that_cannot_be_made(country, body):
    with pytest.raises(ValueError, match=r"alpha-2|upper-case"):
        identifiers.make_mrn(2026, country, body)


@given(st.integers(0, 9_999_999))
def test_the_air_waybill_digit_by_definition(number):
    serial = f"{number:07d}{number % 7}"
    assert identifiers.check_air_waybill_serial(serial) is None


DAY = dates.days_of(date(2026, 3, 3))


@pytest.mark.parametrize(
    ("text", "form", "moment"),
    [
        ("20260303", "102", Moment(DAY, None)),
        ("202603030915", "203", Moment(DAY, None)),
        ("202603030915+0700", "205", Moment(DAY, DAY * 86400 + 2 * 3600 + 15 * 60)),
        ("20260303091500+07", "304", Moment(DAY, DAY * 86400 + 2 * 3600 + 15 * 60)),
        ("20260303021500Z", "304", Moment(DAY, DAY * 86400 + 2 * 3600 + 15 * 60)),
        ("2026-03-03", "", Moment(DAY, None)),
        ("2026-03-03T02:15:00.25Z", "", Moment(DAY, DAY * 86400 + 2 * 3600 + 15 * 60)),
        ("2026-03-03T23:59:00-07:00", "", Moment(DAY, (DAY + 1) * 86400 + 7 * 3600 - 60)),
        ("2024-02-29", "", Moment(dates.days_of(date(2024, 2, 29)), None)),
    ],
)
def test_dates_that_are(text, form, moment):
    assert read_moment(text, form) == moment


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("20260230", "102", "impossible"),
        ("20250229", "102", "impossible"),
        ("20261301", "102", "impossible"),
        ("202603032460", "203", "impossible"),
        ("20260303091500+15", "304", "impossible"),
        ("20260303091500", "304", "zone"),
        ("2026-03-03T09:15", "", "zone"),
        ("２０２６０３０３", "102", "digits"),
        ("٢٠٢٦٠٣٠٣", "102", "digits"),
        ("2026-03-03", "102", "form"),
        (" 20260303", "102", "form"),
        ("20260303\n", "102", "form"),
        ("03.03.2026", "", "form"),
        ("20260303", "999", "unknown_form"),
        ("", "102", "empty"),
    ],
)
def test_dates_that_are_not(text, form, reason):
    problem = read_moment(text, form, zone_required=True)
    assert isinstance(problem, DateProblem)
    assert problem.reason == reason


def test_a_day_needs_no_zone():
    assert read_moment("20260303", "102", zone_required=True) == Moment(DAY, None)


@given(st.dates())
def test_days_there_and_back(day):
    number = dates.days_of(day)
    assert dates.date_of(number) == day
    assert dates.day_from_iso(dates.iso_of(number)) == number
    assert read_moment(dates.write_day(number), "102") == Moment(number, None)


@given(st.integers(-(10**9), 10**10), st.sampled_from(["304", ""]))
def test_instants_there_and_back(instant, form):
    moment = read_moment(dates.write_instant(instant, form), form, zone_required=True)
    assert isinstance(moment, Moment)
    assert moment.instant == instant


def test_what_a_form_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="time of day"):
        dates.write_day(0, "304")
    with pytest.raises(ValueError, match="no zone"):
        dates.write_instant(0, "102")
    with pytest.raises(ValueError, match="CCYY-MM-DD"):
        dates.day_from_iso("2026-3-3")
    assert dates.iso_of(10**9) == "1000000000"


def test_decimals_of_currencies_are_the_law_s():
    expected = {"VND": 0, "JPY": 0, "EUR": 2, "CNY": 2, "KWD": 3, "IQD": 3, "CLF": 4, "RSD": 2}
    assert {code: code_lists.minor_unit_exponent(code) for code in expected} == expected


def test_code_lists_hold_what_they_must():
    assert {"VN", "CN", "GB"} <= code_lists.country_codes()
    assert "XX" not in code_lists.country_codes()
    assert "DEM" not in code_lists.currency_codes()
    assert code_lists.currencies_withdrawn()["DEM"].year == 2002
    assert code_lists.country_name("VN") == "Vietnam"
    assert code_lists.country_name("XX") == "XX"
    assert sorted(code_lists.TRANSPORT_MODES) == [str(mode) for mode in range(10)]
    assert code_lists.MESSAGE_FUNCTIONS["9"] == "original"
    assert "DPU" in code_lists.INCOTERMS_2020
    assert "DAT" not in code_lists.INCOTERMS_2020
    assert "DAT" in code_lists.INCOTERMS_2010
    assert len(code_lists.INCOTERMS_2020) == len(code_lists.INCOTERMS_2010) == 11
    assert {"BX", "CT", "PK", "4C"} <= code_lists.PACKAGE_TYPES
    assert code_lists.BULK_PACKAGES | code_lists.UNPACKED <= code_lists.PACKAGE_TYPES


def test_names_are_found_across_writings_and_tones_kept_apart():
    assert names.name_key("上海電氣　進出口") == names.name_key("上海电气 进出口")
    assert names.name_key("Ａcme, Ltd.") == names.name_key("ACME LTD")
    assert len({names.name_key(name) for name in ("An", "Ân", "Ấn")}) == 3
