"""Published tariffs become packs that check, compile and price; what is not read is listed."""

import csv
import gzip
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from clearway import packs
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.tariff import price
from clearway.kernel.valuation import value
from clearway.packs.importers import import_tariff
from clearway.packs.importers.exchange_rates import read_exchange_rates
from clearway.vocabulary.errors import InputUnusable

EPOCH = date(1970, 1, 1).toordinal()


def day(year, month, day_of_month):
    return date(year, month, day_of_month).toordinal() - EPOCH


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


JUNE = day(2023, 6, 15)


def charges(reference, commodity, *, on=JUNE, **item):
    """Return the charges on goods worth 2,000 GBP, 500 kg, by tax, in pennies."""
    goods = {
        "commodity": commodity,
        "origin": "US",
        "procedure": "40",
        "preference": "100",
        "item_amount": 2_000_000,
        "item_currency": "GBP",
        "valuation_method": "1",
        "net_mass": 500_000_000,
        "gross_mass": 510_000_000,
    } | item
    lodgement = Lodgement(direction="IM", legal_date=on, incoterm="CIF", items=(Item(**goods),))
    worth = value(lodgement, reference)
    return {line.tax: line for line in price(lodgement, worth.values, reference).lines}


@pytest.fixture
def uk_pack(uk_table, exchange_rates, tmp_path):
    out = tmp_path / "uk"
    report = import_tariff("uk-tariff", uk_table, out, exchange_rates=[exchange_rates])
    return out, report


def test_the_uk_pack_checks_and_says_what_it_could_not_read(uk_pack):
    out, report = uk_pack
    checked = packs.check(out)
    assert not checked.errors, [str(problem) for problem in checked.errors]
    assert (report.cells["duty"], report.understood["duty"]) == (7, 6)
    (listed,) = report.listed
    assert (listed.line, listed.commodity, listed.text) == (8, "99999999", "five and a half")
    stored = json.loads((out / "import_report.json").read_text(encoding="utf-8"))
    assert stored["listed"][0]["reason"] == listed.reason
    assert "five and a half" in str(report)


def test_the_uk_pack_prices_to_the_penny_and_truncates(uk_pack):
    reference = packs.load(uk_pack[0])
    compound = charges(reference, "0201100000")
    assert compound["A00"].amount == 97_500  # 12 % of 2,000 + 5 x 147
    assert compound["B00"].amount == 59_500  # 20 % of 2,975
    cut = charges(reference, "7608100000", item_amount=296_240)
    assert (cut["A00"].amount, cut["B00"].amount) == (1_777, 6_280)  # 17.7744; 62.802


def test_a_zero_rate_of_vat_needs_its_additional_code(uk_pack):
    reference = packs.load(uk_pack[0])
    assert charges(reference, "0101210000")["B00"].amount == 40_000
    assert charges(reference, "0101210000", additional_codes=("VATZ",))["B00"].amount == 0
    assert charges(reference, "0101210000", additional_codes=("VATR",))["B00"].amount == 10_000


def test_what_is_not_understood_or_only_named_is_never_priced_as_nothing(uk_pack):
    reference = packs.load(uk_pack[0])
    odd = charges(reference, "9999999900")
    assert odd["A00"].amount is None
    assert odd["B00"].amount is None  # its base is not known either
    remedy = charges(reference, "7210122000")
    assert remedy["A00"].amount == 4_000
    assert remedy["A30"].amount is None


def test_the_former_rate_stands_until_the_reviews_conclude(uk_pack):
    assert charges(packs.load(uk_pack[0]), "7307111000")["A00"].amount == 7_400


def test_ten_digit_rows_go_before_their_eight_digits(uk_pack):
    reference = packs.load(uk_pack[0])
    assert charges(reference, "7608100011")["A00"].amount == 0
    assert charges(reference, "7608100000")["A00"].amount == 12_000


def test_the_other_column_is_the_law_for_goods_at_risk_in_northern_ireland(
    uk_table, exchange_rates, tmp_path
):
    out = tmp_path / "ni"
    report = import_tariff(
        "uk-tariff", uk_table, out, exchange_rates=[exchange_rates], territory="XI"
    )
    assert not packs.check(out).errors
    assert report.understood["duty"] == report.cells["duty"] == 7  # this column has no oddity
    lines = charges(packs.load(out), "0201100000")
    duty = 25_600 + 76_869  # 12.8 % of 2,000; 5 x 176.80 EUR at 1.15 is 768.6956 GBP
    assert (lines["A50"].amount, lines["B05"].amount) == (duty, 20_493)
    assert (lines["B00"].base, lines["B00"].amount) == (200_000, 40_000)
    with pytest.raises(InputUnusable, match="no territory"):
        import_tariff("uk-tariff", uk_table, tmp_path / "moon", territory="MOON")


def test_a_nomenclature_splits_eight_digit_rows(uk_table, tmp_path):
    split = tmp_path / "codes.csv"
    split.write_text(
        "Goods code,Start,End,Language,Pos,Indent,Description\n"
        "7608100000 80,x,,EN,8,-,Tubes\n7608100020 80,x,,EN,10,--,Other tubes\n"
        "7608100030 10,x,,EN,10,--,A heading only\n",
        encoding="utf-8",
    )
    out = tmp_path / "pack"
    import_tariff("uk-tariff", uk_table, out, nomenclature=split)
    codes = {row["code"]: row["description"] for row in rows(out, "nomenclature.csv")}
    assert codes["7608100020"] == "Other tubes"
    assert "7608100030" not in codes
    assert charges(packs.load(out), "7608100020")["A00"].amount == 12_000


def test_exchange_rates_are_exact_and_a_hole_is_not_filled(uk_pack):
    out, report = uk_pack
    by_key = {(row["currency"], row["valid_from"]): row for row in rows(out, "exchange_rates.csv")}
    assert by_key["VND", "2023-06-01"]["foreign_units"] == "29000.5"
    assert by_key["EUR", "2023-05-01"]["valid_to"] == "2023-06-01"
    assert ("USD", "2023-04-01") not in by_key  # May is missing, so April is left out
    assert any(note.startswith("USD has no rate") for note in report.notes)
    lines = charges(packs.load(out), "7608100000", item_currency="USD")
    assert lines["A00"].base == 160_000  # 2,000 USD at 1.25
    assert charges(packs.load(out), "7608100000", item_currency="CHF")["A00"].amount is None


def test_american_lines_inherit_rates_and_programmes_have_their_own(us_table, tmp_path):
    out = tmp_path / "us"
    report = import_tariff("us-hts", us_table, out)
    checked = packs.check(out)
    assert not checked.errors, [str(problem) for problem in checked.errors]
    assert (report.cells["General Rate of Duty"], report.cells["Special Rate of Duty"]) == (4, 4)
    assert {(row.line, row.column.split()[0], row.text) for row in report.listed} == {
        (8, "Special", "See 99.19.04.14"),
        (8, "Column", "33 1/3%"),
    }
    reference = packs.load(out)
    dollars = {"item_currency": "USD"}
    assert charges(reference, "0101210010", on=day(2024, 6, 1), **dollars)["DUTY"].amount == 0
    for claim, origin, amount in (
        ("100", "AU", 2_200),
        ("AU", "AU", 0),
        ("JP", "JP", 1_000),
        ("JP", "AU", 2_200),
        ("100", "CU", 6_600),
    ):
        line = charges(
            reference, "0201100500", on=day(2024, 6, 1), preference=claim, origin=origin, **dollars
        )["DUTY"]
        assert line.amount == amount, (claim, origin)
    assert charges(reference, "9817220500", on=day(2024, 6, 1))["DUTY"].amount is None
    shared = charges(reference, "9903010100", on=day(2024, 6, 1), preference="AU", origin="AU")
    assert shared["DUTY"].amount is None  # "No change" from a line that only the trader can name


def test_the_harmonized_system_alone_charges_nothing_known(tmp_path):
    file = tmp_path / "hs.csv"
    file.write_text(
        "section,hscode,description,parent,level\nI,01,Animals,TOTAL,2\nI,0101,Horses,01,4\n"
        "I,010121,Pure-bred horses,0101,6\nTOTAL,TOTAL,All,TOTAL,0\nX,999999,Other,9999,6\n",
        encoding="utf-8",
    )
    out = tmp_path / "pack"
    report = import_tariff("hs", file, out, country="VN", currency="VND", exponent=0)
    assert report.lines == 1
    assert not packs.check(out).errors
    line = charges(packs.load(out), "010121", item_currency="VND", valuation_method="")["DUTY"]
    assert line.amount is None


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("uk-tariff", "commodity,description\n", "columns"),
        ("uk-tariff", "", "columns"),
        ("us-hts", "HTS Number\n1\n", "columns"),
        ("hs", "hscode,description\n0101AB,x\n", "no subheading|not a subheading"),
        ("hs", "hscode,description\n770110,x\n", "not a subheading"),
        ("moon", "", "no kind"),
    ],
)
def test_a_file_in_another_form_is_refused_and_nothing_is_left(kind, text, said, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(text, encoding="utf-8")
    out = tmp_path / "pack"
    with pytest.raises(InputUnusable, match=said):
        import_tariff(kind, file, out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.csv"]


def test_a_broken_row_leaves_nothing_half_written(uk_table, tmp_path):
    uk_table.write_text(
        uk_table.read_text(encoding="utf-8") + "0101,Short,1%,1%,x,False,False,False,False\n",
        encoding="utf-8",
    )
    with pytest.raises(InputUnusable, match="not a commodity code") as caught:
        import_tariff("uk-tariff", uk_table, tmp_path / "pack")
    assert caught.value.where.endswith("uk.csv:9")
    assert not list(tmp_path.glob(".importing-*"))


def test_every_broken_row_is_told_at_once_by_its_line(uk_table, tmp_path):
    lines = uk_table.read_text(encoding="utf-8").splitlines()
    number = len(lines)
    lines += ["ABC" + lines[1][8:], lines[1], "\uff11" * 8 + lines[2][8:]]
    uk_table.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputUnusable) as error:
        import_tariff("uk-tariff", uk_table, tmp_path / "pack")
    assert f"line {number + 1}: 'ABC'" in error.value.what
    assert f"line {number + 2}: {lines[1][:8]} stands twice, first on line 2" in error.value.what
    assert f"line {number + 3}: " in error.value.what
    assert not (tmp_path / "pack").exists()


def test_a_folder_that_holds_something_is_not_overwritten(uk_table, tmp_path):
    out = tmp_path / "pack"
    out.mkdir()
    (out / "mine.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(InputUnusable, match="not empty"):
        import_tariff("uk-tariff", uk_table, out)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_gzip_is_read_and_a_damaged_one_refused(uk_table, tmp_path):
    packed = tmp_path / "uk.csv.gz"
    packed.write_bytes(gzip.compress(uk_table.read_bytes()))
    assert import_tariff("uk-tariff", packed, tmp_path / "pack").cells["duty"] == 7
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(InputUnusable, match="cannot be read"):
        import_tariff("uk-tariff", packed, tmp_path / "other")


def test_a_line_that_is_no_rate_of_exchange_is_refused_by_file_and_line(exchange_rates):
    bad = exchange_rates / "monthly-0723.csv"
    bad.write_text("Country,Currency\nEuro,EUR,EUR,nought,01/07/2023,31/07/2023\n", "latin-1")
    with pytest.raises(InputUnusable) as caught:
        read_exchange_rates([exchange_rates])
    assert caught.value.where.endswith("monthly-0723.csv:2")


# -- the published tables -------------------------------------------------------------------------


def test_every_uk_rate_is_understood(open_data, tmp_path):
    report = import_tariff(
        "uk-tariff",
        open_data / "tariff" / "uk_global_tariff_2021.csv.gz",
        tmp_path / "uk",
        exchange_rates=[open_data / "fx"],
    )
    assert report.cells["duty"] == report.understood["duty"] == 11_830
    assert not report.listed
    reference = packs.load(tmp_path / "uk")
    dollar = reference.exchange_rate("USD", day(2023, 6, 30))
    assert Fraction(dollar.denominator, dollar.numerator) == Fraction("1.2366")
    assert charges(reference, "8510900000")["A00"].amount == 4_000


def test_american_rates_are_understood_to_the_bar(open_data, tmp_path):
    report = import_tariff("us-hts", open_data / "tariff" / "us_hts_2024.csv.gz", tmp_path / "us")
    for column, cells, bar in (
        ("General Rate of Duty", 13_610, Decimal("0.995")),
        ("Special Rate of Duty", 9_863, Decimal("0.98")),
    ):
        assert report.cells[column] == cells
        assert Decimal(report.understood[column]) / cells >= bar
        assert report.understood[column] < cells  # what nobody can read is listed, not guessed
    assert all(row.text and row.reason and row.line for row in report.listed)


def test_the_published_harmonized_system(open_data, tmp_path):
    report = import_tariff("hs", open_data / "tariff" / "hs2022_en.csv", tmp_path / "hs")
    assert report.lines == 5_612
    assert not packs.check(tmp_path / "hs").errors
