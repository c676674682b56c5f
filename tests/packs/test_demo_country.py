"""The Republic of Portolan: complete, plausible, and true to its own golden cases."""

from collections import defaultdict

import numpy as np
import pytest

from clearway import packs
from clearway.kernel.measures import Kind, Operation
from clearway.packs.nomenclature import hs2022

DAY = 20_515  # 2026-03-03


@pytest.fixture(scope="module")
def portolan(tmp_path_factory):
    return packs.load(packs.demo_pack(), tmp_path_factory.mktemp("cache"))


def test_it_checks_clean_golden_cases_included():
    report = packs.check(packs.demo_pack())
    assert not report.problems
    assert len(list((packs.demo_pack() / "golden").glob("*.toml"))) >= 12


def test_every_subheading_is_declarable(portolan):
    declarable = {code[:6] for code in portolan.commodities}
    assert declarable == {code for code in hs2022() if len(code) == 6}
    assert sum(not code.endswith("00") for code in portolan.commodities) >= 300
    assert all(len(code) == 8 for code in portolan.commodities)
    assert all(line.description for lines in portolan.commodities.values() for line in lines)


def test_it_has_what_a_country_has(portolan):
    assert len(portolan.code_lists["office"].entries) >= 8
    kinds = {rows[0].properties["kind"] for rows in portolan.code_lists["office"].entries.values()}
    assert kinds >= {"port", "airport", "land", "post"}
    assert len({permit.agency for permit in portolan.permits}) >= 5
    assert all(permit.legal_basis for permit in portolan.permits)
    assert len(portolan.profiles) >= 25
    assert len(portolan.low_value_regimes) >= 2
    assert {tax.method for tax in portolan.taxes} == {"exclusive", "inclusive"}
    assert not portolan.calendar.is_working_day(DAY + 5)  # a Sunday
    assert portolan.calendar.is_working_day(DAY)
    families = {kind.family for kind in portolan.measure_types.values()}
    assert families == {
        "duty", "preference", "suspension", "quota", "remedy", "excise", "vat", "fee",
    }  # fmt: skip


def test_rates_of_every_kind_occur_and_all_are_understood(portolan):
    table = portolan.measures
    assert {Kind(kind) for kind in set(table.component_kind.tolist())} == {
        Kind.FREE, Kind.AD_VALOREM, Kind.SPECIFIC,
    }  # fmt: skip
    operations = {Operation(row) for row in set(table.component_operation.tolist())}
    assert operations >= {Operation.SUM, Operation.MINIMUM, Operation.MAXIMUM}
    assert table.component_season_from.any()
    assert "ASV.HLT" in table.units
    vat = table.measure_types.index("305")
    assert len(set(table.rate[table.measure_type == vat].tolist())) == 2


def test_every_line_has_one_duty_and_one_vat_on_a_day(portolan):
    table = portolan.measures
    standing = (table.valid_from <= DAY) & (table.valid_to > DAY) & (table.quota_order == 0)
    for code in ("103", "305"):
        rows = standing & (table.measure_type == table.measure_types.index(code))
        counts = np.bincount(table.commodity[rows], minlength=len(table.commodities))
        assert (counts == 1).all()


def test_a_preference_is_never_dearer_than_the_third_country_duty(portolan):
    table = portolan.measures
    plain = {}
    for rate, text in enumerate(table.rate_texts):
        first, last = table.rate_first[rate : rate + 2]
        if text == "Free":
            plain[rate] = 0
        elif last - first == 1 and table.component_kind[first] == Kind.AD_VALOREM:
            plain[rate] = int(table.component_rate[first])
    duty = {}
    preferences = defaultdict(list)
    for row in range(len(table.rate)):
        kind = portolan.measure_types[table.measure_types[table.measure_type[row]]].family
        if table.valid_from[row] <= DAY < table.valid_to[row] and table.rate[row] in plain:
            if kind == "duty":
                duty[table.commodity[row]] = plain[table.rate[row]]
            elif kind == "preference":
                preferences[table.commodity[row]].append((row, plain[table.rate[row]]))
    dearer = [
        (table.commodities[place], rate)
        for place, rows in preferences.items()
        for _, rate in rows
        if rate > duty.get(place, rate)
    ]
    # The tariff for least developed countries sets 4 % on arms, whatever the third-country rate.
    assert {code[:2] for code, _ in dearer} <= {"93"}


def test_agreements_need_their_proof_and_their_members_are_dated(portolan):
    assert len({"2005", "2006", "2010", "2020", "2030"} & set(portolan.areas)) == 5
    for code in ("200", "300", "320"):
        assert portolan.preferences[code].proof_documents
    brunei = [row for row in portolan.areas["2020"] if row.code == "BN"]
    assert not brunei[0].period.covers(DAY)


def test_rates_of_exchange_stand_on_every_day(portolan):
    for currency in ("EUR", "USD", "GBP", "CNY", "JPY", "VND"):
        for day in range(20_089, 21_550, 7):
            rate = portolan.exchange_rate(currency, day)
            assert rate is not None
            assert rate.numerator > 0 < rate.denominator
    assert portolan.exchange_rate("XPR", DAY).numerator == 1
