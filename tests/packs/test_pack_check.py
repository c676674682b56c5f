"""Every problem code of a pack: one spoiled place, found with file, line and code."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway import packs
from clearway.vocabulary.errors import InputUnusable, PackRefused

M, N, P = "measures.csv", "nomenclature.csv", "pack.toml"

# code, file, line, what is replaced by what (or None and what is appended)
SPOILED = [
    ("PCK101", P, 1, "format = 1", "format = = 1"),
    ("PCK102", M, 1, "commodity,type", "commodity,kind,type"),
    ("PCK102", P, 8, 'time_zone = "UTC"', 'timezone = "UTC"'),
    ("PCK102", M, 1, "commodity,type,area", "commodity,type,type"),
    ("PCK103", M, 3, "8504,103,,,,,2026-07-01,", "8504,103,,,,2026-07-01,"),
    ("PCK104", "permits.csv", 2, "Law 6", ""),
    ("PCK104", "exchange_rates.csv", 1, "currency,foreign_units", "x_currency,foreign_units"),
    ("PCK105", M, 3, "2026-07-01", "2026-02-30"),
    ("PCK105", "exchange_rates.csv", 2, "2026-01-01", "１２３４-01-01"),
    ("PCK106", "exchange_rates.csv", 2, "2026-01-01,2026-07-01", "2026-07-01,2026-01-01"),
    ("PCK106", M, 5, "8504,142,2010,,,,", "8504,142,2010,,,2026-03-01,2026-03-01"),
    ("PCK107", "exchange_rates.csv", 2, "2.5", "1e309"),
    ("PCK107", "exchange_rates.csv", 3, "USD,1,2.6", "USD,1,-2.6"),
    ("PCK107", "exchange_rates.csv", 3, "2.6", "2.60000000000000000000001"),
    ("PCK107", "profiles.toml", 6, "weight = 10", "weight = 99999999999999999999"),
    ("PCK107", "low_value.toml", 4, '"150"', '"99999999999999999999"'),
    ("PCK107", "low_value.toml", 4, '"150"', "150.5"),
    ("PCK107", "low_value.toml", 4, '"150"', '"150.005"'),
    ("PCK108", "measure_types.csv", 2, "duty", "levy"),
    ("PCK108", P, 1, "format = 1", "format = 2"),
    ("PCK108", P, 8, '"UTC"', '"Mars/Olympus"'),
    ("PCK108", "calendar.toml", 2, "08:00", "8 o'clock"),
    ("PCK109", N, 2, "Chargers", "Charg\u200bers"),
    ("PCK109", N, 3, "Other", "\u202eOther"),
    ("PCK201", N, 2, "85044010", "8504401"),
    ("PCK201", M, 3, "8504,103", "850,103"),
    ("PCK202", N, 2, "85044010", "8504401O"),
    ("PCK202", M, 3, "8504,103", "85O4,103"),
    ("PCK203", N, None, None, "77010000,Reserved,,,\n"),
    ("PCK203", M, 3, "8504,103", "7704,103"),
    ("PCK204", N, 2, "85044010", "85049910"),
    ("PCK205", N, None, None, "85044090,Again,,,\n"),
    ("PCK205", M, None, None, "*,305,,,,,,20.00%,Law 4\n"),
    ("PCK205", "code_lists/document.csv", None, None, "N380,Again\n"),
    ("PCK205", "calendar.toml", None, None, '[[holidays]]\ndate = 2026-05-01\nname = "Twice"\n'),
    ("PCK206", M, None, None, "*,305,,,,2026-06-01,,21.00%,Law 4\n"),
    ("PCK206", "exchange_rates.csv", 3, "2026-07-01,,Bank", "2026-06-30,,Bank"),
    ("PCK301", M, 3, "8504,103", "8505,103"),
    ("PCK301", "low_value.toml", 1, "2208", "2209"),
    ("PCK302", M, 5, "2010", "2099"),
    ("PCK303", M, 3, "8504,103", "8504,104"),
    ("PCK303", "preferences.csv", 3, "142", "143"),
    ("PCK304", "exchange_rates.csv", None, None, "QQQ,1,2,,,\n"),
    ("PCK304", M, 4, None, None),
    ("PCK305", N, 2, "NAR", "MOON"),
    ("PCK305", "quotas.csv", 2, "LTR", "BARRELFUL"),
    ("PCK107", "quotas.csv", 2, ",LTR", "x,LTR"),
    ("PCK306", "preferences.csv", 3, "N954", "N999"),
    ("PCK306", "permits.csv", 2, "N851", "N999"),
    ("PCK306", P, 44, '["N380"]', '["N381"]'),
    ("PCK307", "offices.csv", 2, "XSHAR,,", "XSHAR,XS9,"),
    ("PCK308", "permits.csv", 2, "PHI", "PHX"),
    ("PCK309", "measure_types.csv", 2, "A00", "A99"),
    ("PCK309", P, 32, '["value", "A00"]', '["value", "E10"]'),
    ("PCK309", P, 38, '"freight"', '"tax_addition:Z00"'),
    ("PCK310", M, 6, "C101", "C102"),
    ("PCK310", "measure_types.csv", 5, "C999", "C998"),
    ("PCK311", M, 5, "8504,142,2010,,", "8504,142,2010,,091099"),
    ("PCK312", "areas.csv", 2, "VN", "QQ"),
    ("PCK312", "permits.csv", 2, "P1,PHI,IM,2208,,", "P1,PHI,IM,2208,QQ,"),
    ("PCK313", "permits.csv", 2, "40", "99"),
    ("PCK313", P, 38, "AK =", "AX ="),
    ("PCK313", "profiles.toml", 1, "weight = 10", 'weight = 10\ntrader_text = "why"'),
    ("PCK401", N, 4, None, None),
    ("PCK402", "exchange_rates.csv", 3, "2026-07-01,,Bank", "2026-07-03,,Bank"),
    ("PCK403", "exchange_rates.csv", 3, "USD,1,2.6", "USD,1,"),
    ("PCK403", "exchange_rates.csv", 0, "2026-01-01,2026-07-01", "2026-02-01,2026-07-01"),
    ("PCK403", M, 4, "1.00 USD / kg", "1.00 EUR / kg"),
    ("PCK404", M, 3, "5.00%", "1000.00%"),
    ("PCK405", M, 4, "1.00 USD / kg", "999999999999.00 USD / kg"),
    ("PCK405", M, 3, "5.00%", "as the Minister thinks fit"),
    ("PCK406", M, 3, "5.00%", ""),
    ("PCK501", "profiles.toml", 1, "valid_to = 2027-01-01", ""),
    ("PCK502", "profiles.toml", 1, '"bob"', '"Ann"'),
    ("PCK503", "profiles.toml", 4, "customs_value", "custom_value"),
    ("PCK503", "profiles.toml", 4, "< 10", "< 10; DROP TABLE x"),
    ("PCK601", "golden/case.toml", 0, None, None),
    ("PCK602", "golden/case.toml", 9, None, None),
]

CASE = """title = "A case"
source = "Law 1"
[declaration]
lrn = "1"
legal_date = 2026-02-01
[[items]]
commodity = "85044010"

[expect]
total = "17.00"
"""


def spoil(small, code, file, old, new):
    """Apply one entry of the table; some need more than a replacement."""
    if code == "PCK204":
        small.replace(P, 'base = "none"', 'base = "hs2022"')
    if code == "PCK401":
        small.replace(M, "*,103,,,,,,3.00%", "8504,103,,,,2026-07-01,,3.00%")
        small.replace(M, "2208,103,,,,,,", "2208,103,,,,2026-02-01,,")
    elif code == "PCK304" and file == M:
        small.write("code_lists/currency.csv", "code,name\nEUR,Euro\n")
    elif code in {"PCK601", "PCK602"}:
        text = CASE if code == "PCK602" else CASE.replace("lrn", "lnr")
        small.write("golden/case.toml", text)
    elif old is None:
        small.append(file, new)
    else:
        small.replace(file, old, new)


@pytest.mark.parametrize(("code", "file", "line", "old", "new"), SPOILED)
def test_problem_is_found_with_file_and_line(small, code, file, line, old, new):
    spoil(small, code, file, old, new)
    if line is None:
        text = (small.folder / file).read_text(encoding="utf-8")
        line = (
            text.count("\n")
            if file.endswith(".csv")
            else text[: text.rindex("date")].count("\n") + 1
        )
    report = packs.check(small.folder)
    found = [(row.code, row.file, row.line) for row in report.problems]
    assert (code, file, line) in found, report.problems
    for row in report.problems:
        assert row.text
        assert row.remedy


def test_the_small_pack_itself_is_sound(small):
    report = packs.check(small.folder)
    assert report.ok
    assert not report.problems


def test_every_code_is_tested_and_documented():
    tested = {row[0] for row in SPOILED}
    page = (Path(__file__).parents[2] / "docs" / "country-packs.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| (PCK\d+) \|", page, re.MULTILINE))
    assert tested == set(packs.PROBLEMS) == documented


def test_all_errors_come_in_one_pass(small):
    small.replace(M, "5.00%", "1000.00%").replace(N, "85044010", "8504401")
    small.replace("profiles.toml", "customs_value", "custom_value")
    small.replace("exchange_rates.csv", "2.6", "many").replace("permits.csv", "PHI", "PHX")
    codes = {row.code for row in packs.check(small.folder).errors}
    assert {"PCK404", "PCK201", "PCK503", "PCK107", "PCK308"} <= codes


def test_a_head_cut_off_at_its_end_hides_no_error_of_the_other_files(small):
    whole = (small.folder / P).read_text(encoding="utf-8")
    small.write(P, whole[: whole.index('"N380"')])
    small.replace(M, "2026-07-01", "2026-02-30")
    small.replace("measure_types.csv", "duty", "levy")
    problems = packs.check(small.folder).problems
    assert [(one.file, one.code) for one in problems] == [
        ("measure_types.csv", "PCK108"),
        (M, "PCK105"),
        (P, "PCK101"),
    ]
    assert problems[-1].line == whole[: whole.index('"N380"')].count("\n") + 1


def test_an_exponent_that_is_no_number_is_told_what_an_exponent_is(small):
    small.replace(P, "exponent = 2", 'exponent = "x"')
    (problem,) = packs.check(small.folder).problems
    assert (problem.code, problem.line) == ("PCK107", 19)
    assert "write a whole number such as 2" in problem.text
    assert "point" not in problem.text + problem.remedy


def test_with_an_error_nothing_compiles_and_the_former_snapshot_stays(small, tmp_path):
    out = tmp_path / "out"
    before = packs.compile(small.folder, out)
    small.replace(M, "5.00%", "")
    with pytest.raises(PackRefused, match=r"measures\.csv:3: PCK406"):
        packs.compile(small.folder, out)
    assert [path.name for path in out.iterdir()] == [before.name]
    assert packs.open_snapshot(before, verify=True).name == "small"


def test_a_rate_that_is_not_understood_is_listed_and_marked_never_zero(small, tmp_path):
    small.replace(M, "5.00%", "as the Minister thinks fit")
    report = packs.check(small.folder)
    assert report.ok
    (warning,) = report.warnings
    assert (warning.file, warning.line) == (M, 3)
    assert "as the Minister thinks fit" in warning.text
    table = packs.open_snapshot(packs.compile(small.folder, tmp_path)).measures
    rate = table.rate_texts.index("as the Minister thinks fit")
    kinds = table.component_kind[table.rate_first[rate] : table.rate_first[rate + 1]]
    assert kinds.tolist() == [9]


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(InputUnusable, match="no folder"):
        packs.check("nowhere/at/all")


def test_a_folder_without_a_head_says_so(tmp_path):
    (problem,) = packs.check(tmp_path).problems
    assert (problem.file, problem.code) == (P, "PCK101")


def test_a_file_that_is_not_utf8_is_refused_by_name(small):
    (small.folder / "areas.csv").write_bytes(b"area,name,country\n2010,Fr\xe9d,VN\n")
    assert ("areas.csv", "PCK101") in {(p.file, p.code) for p in packs.check(small.folder).problems}


def test_a_golden_case_that_holds_is_no_problem(small):
    small.write("golden/case.toml", CASE.replace('total = "17.00"', "accepted = false"))
    assert packs.check(small.folder).ok


@pytest.mark.parametrize("name", ["vnd", "cny"])
def test_the_test_packs_are_sound(name):
    assert not packs.check(Path(__file__).parents[1] / "packs_data" / name).problems


def test_a_row_over_several_lines_is_named_by_its_first(small):
    small.replace(N, "Chargers,NAR", '"Chargers,\nof any kind",MOON')
    small.replace(N, "Whisky,LTR", "Whisky,MOON")
    lines = [row.line for row in packs.check(small.folder).problems if row.code == "PCK305"]
    assert lines == [2, 5]


def test_a_file_with_a_broken_quote_is_named_where_it_breaks(small):
    small.replace(N, "Whisky,LTR", '"Whisky"x,LTR')
    (problem,) = [row for row in packs.check(small.folder).problems if row.code == "PCK101"]
    assert (problem.file, problem.line) == (N, 3)  # the last row that could be read


STRETCHES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=6)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STRETCHES)
def test_overlaps_and_holes_are_found_exactly_where_days_are_shared_or_missing(small, stretches):
    start = date(2026, 1, 1)
    rows = [
        f"EUR,1,{number + 2},{start + timedelta(first)},{start + timedelta(first + length)},"
        for number, (first, length) in enumerate(stretches)
    ]
    usd = "USD,1,2.5,2026-01-01,,Bank"
    head = "currency,foreign_units,local_units,valid_from,valid_to,source"
    small.write("exchange_rates.csv", "\n".join([head, usd, *rows]) + "\n")
    found = {row.code for row in packs.check(small.folder).problems}
    days = [day for first, length in stretches for day in range(first, first + length)]
    shared = len(days) != len(set(days))
    missing = set(range(min(days), max(days) + 1)) - set(days)
    assert bool(found & {"PCK205", "PCK206"}) == shared
    assert ("PCK402" in found) == bool(missing)
