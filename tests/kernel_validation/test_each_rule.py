"""Each rule alone: a clean declaration, one datum made wrong, exactly that rule at that place."""

from __future__ import annotations

import re

import pytest

from clearway.kernel.decisions import Severity
from clearway.kernel.lodgement import (
    Charge,
    DocumentRow,
    Lodgement,
    Party,
    PreviousDocumentRow,
    SuppliedTax,
)
from clearway.kernel.validation import RULES, validate

ITEM = "42A/67A/68A[1]"


def previous(**changes):
    row = {"item": 0, "category": "N", "code": "705", "reference": "COSU6251234567"} | changes
    return (PreviousDocumentRow(**row),)


# Number: the declaration with one datum wrong, and where the finding must point.
CASES = {
    2101: (lambda m: m.lodgement(type_code="QQA", direction="QQ"), "42A:D013"),
    2102: (lambda m: m.lodgement(additional_type="Q"), "42A:D013"),
    2103: (lambda m: m.lodgement(function_code="8"), "42A:017"),
    2104: (lambda m: m.lodgement(office="VN7777"), "42A:065"),
    2105: (lambda m: m.lodgement(border_mode="x"), "42A/15A:T022"),
    2106: (lambda m: m.lodgement(border_means_type="1Z"), "42A/15A:T018"),
    2107: (lambda m: m.lodgement(incoterm="FAB"), "42A/67A/22B:090"),
    2108: (lambda m: m.lodgement(transaction_nature="77"), "42A/67A:103"),
    2109: (lambda m: m.lodgement(freight_currency="ZZZ"), "42A/67A/41A:117"),
    2110: (lambda m: m.lodgement(agent_status="9"), "42A/05A:102"),
    2111: (
        lambda m: m.lodgement(aeo_parties=(("VN0101234567", "QQ"),)),
        "42A/67A/16C[1]:R005",
    ),
    2112: (
        lambda m: m.lodgement(authorisations=(("VN0101234567", "QQQ"),)),
        "42A/17C[1]:R145",
    ),
    2113: (lambda m: m.lodgement(guarantees=(("Z", "26VNG001"),)), "42A/90A[1]:101"),
    2114: (lambda m: m.lodgement(loading_location="CNQQQ"), "42A/67A/28A/83A:L010"),
    2115: (
        lambda m: m.lodgement(duty_tax_parties=(("VN0101234567", "FR9"),)),
        "42A/67A/55B[1]:R005",
    ),
    2116: (lambda m: m.with_item(statements=(("00777", "text"),)), f"{ITEM}/03A[1]:226"),
    2120: (lambda m: m.with_item(origin="XX"), f"{ITEM}/92A:063"),
    2121: (lambda m: m.with_item(preferential_origin="2999"), f"{ITEM}/92A[2]:063"),
    2122: (lambda m: m.lodgement(export_country="XX"), "42A/67A/95B:062"),
    2123: (lambda m: m.lodgement(destination_country="XX"), "42A/67A/99B:465"),
    2124: (lambda m: m.lodgement(border_nationality="XX"), "42A/15A:T014"),
    2125: (lambda m: m.lodgement(routing_countries=("CN", "XX")), "42A/28A/81A[2]:064"),
    2126: (lambda m: m.lodgement(carrier=Party("CN00000018", country="XX")), "42A/28A/18A/04A:242"),
    2130: (lambda m: m.with_item(commodity="8504400"), f"{ITEM}/23A/21A:145"),
    2131: (lambda m: m.with_item(commodity="85049999"), f"{ITEM}/23A/21A:145"),
    2132: (lambda m: m.with_item(commodity="85043300"), f"{ITEM}/23A/21A:145"),
    2133: (lambda m: m.with_item(commodity="85043200"), f"{ITEM}/23A/21A:145"),
    2134: (lambda m: m.with_item(additional_codes=("A999", "Z000")), f"{ITEM}/23A/21A[2]:145"),
    2135: (lambda m: m.with_item(procedure="P99"), f"{ITEM}/70A:166"),
    2136: (lambda m: m.with_item(previous_procedure="P99"), f"{ITEM}/70A:161"),
    2137: (lambda m: m.with_item(additional_procedures=("Q01",)), f"{ITEM}/70A[1]:166"),
    2138: (lambda m: m.with_item(preference="999"), f"{ITEM}/23A/50A:164"),
    2139: (lambda m: m.with_item(valuation_method="9"), f"{ITEM}/41A:122"),
    2140: (
        lambda m: m.lodgement(charges=(Charge("ZZ", 215_000, "USD"),)),
        "42A/67A/41A/58B[1]:371",
    ),
    2141: (lambda m: m.with_item(package_types=("BX", "??")), f"{ITEM}/93A[2]:141"),
    2142: (
        lambda m: m.with_item(quantity=1_000_000, quantity_unit="QQQ"),
        f"{ITEM}/23A/65A:130",
    ),
    2143: (lambda m: m.with_row(code="Q000"), f"{ITEM}/02A[1]:D006"),
    2144: (lambda m: m.with_row(exemption_code="ZZ"), f"{ITEM}/02A[1]:360"),
    2145: (
        lambda m: m.lodgement(previous_documents=previous(code="999")),
        "42A/67A/99A[1]:D019",
    ),
    2146: (
        lambda m: m.lodgement(previous_documents=previous(category="Q")),
        "42A/67A/99A[1]:D031",
    ),
    2147: (
        lambda m: m.with_item(taxes=(SuppliedTax("A00", "E"), SuppliedTax("Q99", "E"))),
        f"{ITEM}/23A/50A[2]:113",
    ),
    2148: (lambda m: m.with_item(taxes=(SuppliedTax("A00", "Q"),)), f"{ITEM}/23A/50A[1]/94A:107"),
    2149: (lambda m: m.with_item(dangerous_goods=("9999",)), f"{ITEM}/23A/12C[1]:506"),
    2150: (
        lambda m: m.with_item(preference="120", quota_order="090999"),
        f"{ITEM}/23A/50A:401",
    ),
    2901: (lambda m: m.lodgement(office="VN0009"), "42A:065"),
    2902: (lambda m: m.lodgement(office="VN0010"), "42A:065"),
    3501: (
        lambda m: m.lodgement(acceptance_text="20260230091500Z"),
        "42A:023",
    ),
    3502: (lambda m: m.lodgement(acceptance_text="3 March 2026"), "42A:023"),
    3503: (lambda m: m.lodgement(acceptance_text="20260303091500"), "42A:023"),
    3504: (lambda m: m.lodgement(issue_text="２０２６０３０３"), "42A:D011"),
    3505: (lambda m: m.lodgement(issue_format="999"), "42A:D011"),
    3506: (
        lambda m: m.lodgement(legal_date=None, observed_on=None),
        "42A:023",
    ),
    3507: (lambda m: m.lodgement(acceptance_text="20260304000000+07"), "42A:023"),
    3508: (
        lambda m: m.lodgement(acceptance_text="", issue_text="20260304"),
        "42A:D011",
    ),
    3509: (
        lambda m: m.lodgement(observed_on=m.day + 2, issue_text="20260304"),
        "42A:D011",
    ),
    3510: (lambda m: m.with_row(effective_date=m.day + 1), f"{ITEM}/02A[1]:276"),
    3301: (lambda m: m.with_item(description="Static\x07 converters"), f"{ITEM}/23A:137"),
    3302: (lambda m: m.with_item(description="Static \u202econverters"), f"{ITEM}/23A:137"),
    3303: (lambda m: m.with_item(description="Static con\u200bverters"), f"{ITEM}/23A:137"),
    3304: (lambda m: m.lodgement(lrn="GOLD-０１"), "42A:D026"),
    3305: (lambda m: m.with_item(description="=cmd|' /C calc'!A0"), f"{ITEM}/23A:137"),
    3306: (
        lambda m: m.lodgement(importer=Party("VN0101234567", "Công ty Điê\u0323n Á", "VN")),
        "42A/67A/74A:R037",
    ),
    3307: (lambda m: m.with_item(description="a " * 257), f"{ITEM}/23A:137"),
    3310: (lambda m: m.with_item(description="  "), f"{ITEM}/23A:137"),
    3311: (lambda m: m.with_item(description="a1"), f"{ITEM}/23A:137"),
    3312: (lambda m: m.with_item(description="General cargo."), f"{ITEM}/23A:137"),
    3701: (lambda m: m.lodgement(lrn=""), "42A:D026"),
    3702: (lambda m: m.lodgement(type_code=""), "42A:D013"),
    3703: (lambda m: m.lodgement(declarant=None, agent=None), "42A/57B:R123"),
    3704: (lambda m: m.lodgement(importer=None), "42A/67A/74A:R038"),
    3705: (
        lambda m: export(m, exporter=None),
        "42A/57A:R032",
    ),
    3706: (lambda m: m.lodgement(agent_status=""), "42A/05A:102"),
    3711: (lambda m: m.with_item(commodity=""), f"{ITEM}/23A/21A:145"),
    3712: (lambda m: m.with_item(procedure=""), f"{ITEM}/70A:166"),
    3713: (lambda m: m.with_item(origin=""), f"{ITEM}/92A:063"),
    3714: (lambda m: m.with_item(packages=None), f"{ITEM}/93A:144"),
    3401: (
        lambda m: containers(m, "CSQU3054384", carrier=Party("VN0312345678")),
        "42A/67A/28A/31B[1]:159",
    ),
    3402: (lambda m: containers(m, "CSQU3054384"), "42A/67A/28A/31B[1]:159"),
    3403: (lambda m: containers(m, "AD12345"), "42A/67A/28A/31B[1]:159"),
    3404: (lambda m: m.lodgement(border_means_id="9074728"), "42A/15A:T006"),
    3405: (
        lambda m: m.lodgement(arrival_means_type="40", arrival_means_id="VIETNAM AIR"),
        "42A/67A/28A/10A:T002",
    ),
    3406: (
        lambda m: m.lodgement(previous_documents=previous(code="740", reference="738-12345678")),
        "42A/67A/99A[1]:D018",
    ),
    3407: (lambda m: m.lodgement(carrier=Party("QQ123")), "42A/28A/18A:R012"),
    3408: (
        lambda m: m.lodgement(authorisations=(("123456", "DPO"),)),
        "42A/17C[1]:R144",
    ),
    3409: (lambda m: m.lodgement(id="26VN00000000123401"), "42A:D014"),
    3410: (
        lambda m: m.lodgement(
            previous_documents=previous(code="MRN", reference="26VN00000000123401")
        ),
        "42A/67A/99A[1]:D018",
    ),
    3411: (lambda m: m.lodgement(ucr="VN-2026-1"), "42A/67A/35B:016"),
    3412: (
        lambda m: m.with_item(dangerous_goods=("UN1263",)),
        f"{ITEM}/23A/12C[1]:506",
    ),
    3101: (lambda m: m.lodgement(item_count=3), "42A:228"),
    3102: (lambda m: m.with_item(sequence=7), f"{ITEM}:006"),
    3103: (lambda m: m.lodgement(total_packages=101), "42A:146"),
    3104: (lambda m: m.lodgement(total_gross_mass=6_000_000_001), "42A:131"),
    3105: (lambda m: m.lodgement(invoice_amount=40_000_010), "42A:109"),
    3106: (
        lambda m: m.lodgement(
            items=tuple(
                m.second(sequence=i, description=f"Transformers, lot {i}") for i in range(1, 1001)
            ),
            item_count=1000,
            total_packages=60_000,
            total_gross_mass=4_800_000_000_000,
            invoice_amount=16_000_000_000,
        ),
        "42A/67A/68A[1000]",
    ),
    3107: (lambda m: m.lodgement(items=(), item_count=0, documents=()), "42A/67A/68A[1]"),
    3108: (
        lambda m: m.lodgement(freight_amount=10**16),
        "42A/67A/41A:117",
    ),
    3109: (lambda m: m.lodgement(freight_currency=""), "42A/67A/41A:117"),
    3110: (lambda m: m.lodgement(freight_amount=-3_000_000), "42A/67A/41A:117"),
    3111: (
        lambda m: m.lodgement(freight_amount=3_000_500, freight_currency="VND"),
        "42A/67A/41A:117",
    ),
    3112: (
        lambda m: m.lodgement(items=(m.item(item_amount=0), m.second()), invoice_amount=16_000_000),
        f"{ITEM}/23A/79A:112",
    ),
    3113: (lambda m: m.with_item(item_currency="EUR"), f"{ITEM}/23A/79A:112"),
    3121: (
        lambda m: m.with_item(gross_mass=-1_200_000_000, net_mass=None),
        f"{ITEM}/23A/65A:126",
    ),
    3122: (lambda m: m.with_item(net_mass=0), f"{ITEM}/23A/65A:128"),
    3123: (lambda m: m.with_item(net_mass=1_200_000_001), f"{ITEM}/23A/65A:126"),
    3124: (lambda m: m.lodgement(total_gross_mass=0), "42A:131"),
    3125: (lambda m: m.with_item(packages=-40), f"{ITEM}/93A:144"),
    3126: (lambda m: m.lodgement(total_packages=-1), "42A:146"),
    3127: (
        lambda m: m.with_item(quantity=0, quantity_unit=""),
        f"{ITEM}/23A/65A:130",
    ),
    3128: (
        lambda m: m.with_row(write_off_quantity=0, write_off_unit="KGM"),
        f"{ITEM}/02A[1]/22C:502",
    ),
    3129: (
        lambda m: m.lodgement(items=(m.item(), m.second(quantity=4_500_000))),
        "42A/67A/68A[2]/23A/65A:130",
    ),
    3130: (
        lambda m: m.with_item(quantity=1_000_000_000, quantity_unit="KGM"),
        f"{ITEM}/23A/65A:130",
    ),
    3601: (lambda m: m.with_item(procedure="P10"), f"{ITEM}/70A:166"),
    3602: (lambda m: m.with_item(previous_procedure="P51"), f"{ITEM}/70A:161"),
    3603: (lambda m: m.with_item(additional_procedures=("F15",)), f"{ITEM}/70A[1]:166"),
    3604: (lambda m: m.lodgement(destination_country="LA"), "42A/67A/99B:465"),
    3605: (lambda m: m.lodgement(export_country="VN"), "42A/67A/95B:062"),
    3606: (lambda m: export(m, destination_country="VN"), "42A/67A/99B:465"),
    3607: (lambda m: export(m, export_country="LA"), "42A/67A/95B:062"),
    3611: (lambda m: m.lodgement(freight_amount=0), "42A/67A/41A:117"),
    3612: (
        lambda m: m.lodgement(border_mode="4", border_means_type="", border_means_id=""),
        "42A/67A/22B:090",
    ),
    3613: (lambda m: m.lodgement(incoterm_place=""), "42A/67A/22B:L002"),
    3621: (
        lambda m: m.lodgement(
            containers=(), seals=(), items=(m.item(containers=()), m.second(containers=()))
        ),
        "42A/67A/28A/31B[1]:159",
    ),
    3622: (lambda m: m.lodgement(container_indicator="0"), "42A/67A/28A:096"),
    3623: (lambda m: m.with_item(containers=("MSKU9070323",)), f"{ITEM}/23A/31B[1]:159"),
    3624: (
        lambda m: m.lodgement(
            container_indicator="",
            containers=(),
            items=(m.item(containers=()), m.second(containers=())),
        ),
        "42A/67A/28A/31B/44B[1]:165",
    ),
    3625: (lambda m: m.lodgement(border_means_type="30"), "42A/15A:T018"),
    3631: (lambda m: m.with_item(preference="300"), f"{ITEM}/92A[2]:063"),
    3632: (lambda m: m.with_item(preference="120"), f"{ITEM}/23A/50A:401"),
    3633: (lambda m: m.with_item(quota_order="090001"), f"{ITEM}/23A/50A:164"),
    3641: (
        lambda m: m.lodgement(items=(m.item(), m.second(quantity_unit="LTR"))),
        "42A/67A/68A[2]/23A/65A:130",
    ),
    3642: (
        lambda m: m.lodgement(items=(m.item(), m.second(quantity=None, quantity_unit=""))),
        "42A/67A/68A[2]/23A/65A:130",
    ),
    4101: (
        lambda m: m.lodgement(items=(m.item(procedure="P45"), m.second()), previous_documents=()),
        f"{ITEM}/99A[1]:D018",
    ),
    4102: (lambda m: m.with_item(procedure="P51"), "42A/17C[1]:R145"),
    4103: (lambda m: m.with_item(procedure="P53"), "42A/90A[1]:101"),
    4104: (lambda m: m.with_item(procedure="P71"), "42A/67A/43B:L019"),
    4105: (
        lambda m: m.lodgement(containers=("CSQU3054383", "CSQU3054383")),
        "42A/67A/28A/31B[2]:159",
    ),
    4106: (
        lambda m: m.lodgement(seals=("SH-778812", "SH-778812")),
        "42A/67A/28A/31B/44B[2]:165",
    ),
    4107: (
        lambda m: m.lodgement(documents=(DocumentRow(1, "N935", "INV-1"),) * 2),
        f"{ITEM}/02A[2]:D005",
    ),
    4108: (
        lambda m: m.lodgement(previous_documents=previous() * 2),
        "42A/67A/99A[2]:D018",
    ),
    4109: (
        lambda m: m.lodgement(
            items=(m.item(), m.item(sequence=2)),
            total_packages=80,
            total_gross_mass=2_400_000_000,
            invoice_amount=48_000_000,
        ),
        "42A/67A/68A[2]/23A/21A:145",
    ),
    4111: (lambda m: m.lodgement(exchange_rates=(("USD", "25,000"),)), "42A/40A[1]:118"),
    4112: (lambda m: m.lodgement(exchange_rates=(("USD", "25100"),)), "42A/40A[1]:118"),
    4121: (
        lambda m: m.lodgement(aeo_parties=(("VN0312345678", "IM"),)),
        "42A/67A/16C[1]:R143",
    ),
    4122: (
        lambda m: m.lodgement(aeo_parties=(("VN0101234567", "IM"),) * 2),
        "42A/67A/16C[2]",
    ),
    4131: (lambda m: m.with_row(reference=""), f"{ITEM}/02A[1]:D005"),
    4132: (lambda m: m.with_row(write_off_quantity=5_000_000), f"{ITEM}/02A[1]/22C:502"),
    4141: (
        lambda m: m.lodgement(consignee=Party("VN0101234567", "Another company")),
        "42A/67A/27A:R014",
    ),
    4142: (
        lambda m: m.lodgement(consignee=Party("VN0101234567", "CÔNG TY ĐIỆN Á")),
        "42A/67A/27A:R014",
    ),
}


def export(m, **changes) -> Lodgement:
    fields = {
        "type_code": "EXA",
        "direction": "EX",
        "export_country": "VN",
        "destination_country": "CN",
        "exporter": Party("VN0101234567", "Công ty Điện Á", "VN"),
        "importer": None,
        "items": (m.item(procedure="P10"), m.second(procedure="P10")),
    }
    return m.lodgement(**(fields | changes))


def containers(m, number, **changes) -> Lodgement:
    items = (m.item(containers=(number,)), m.second(containers=(number,)))
    return m.lodgement(containers=(number,), items=items, **changes)


def found(lodgement, reference):
    return [(finding.rule, finding.pointer) for finding in validate(lodgement, reference)]


def test_the_clean_declarations_are_clean(make, law):
    assert found(make.lodgement(), law) == []
    assert found(export(make), law) == []


def test_every_rule_has_its_case_here():
    assert sorted(CASES) == sorted(rule.number for rule in RULES)


@pytest.mark.parametrize("number", sorted(CASES))
def test_one_wrong_datum_is_told_once_by_its_rule(number, make, law):
    build, pointer = CASES[number]
    if number == 3412:
        # Where a pack lists the numbers, an ill-formed one is unknown; the form rule serves others.
        kept = {name: codes for name, codes in make.lists().items() if name != "dangerous_goods"}
        law = make.reference(code_lists=kept)
    assert found(build(make), law) == [(f"CLW{number}", pointer)]


def test_numbers_and_names_are_unique():
    assert len({rule.number for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert len(RULES) >= 60


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_says_where_and_why(rule):
    assert rule.pointers
    assert all(pointer.startswith("42A") for pointer in rule.pointers)
    assert rule.legal_basis
    assert isinstance(rule.severity, Severity)


@pytest.mark.parametrize("number", sorted(CASES.keys() - {3412}))
def test_a_finding_points_where_its_rule_may(number, make, law):
    build, _ = CASES[number]
    rule = next(rule for rule in RULES if rule.number == number)
    finding = validate(build(make), law)[0]
    shapes = {re.sub(r"\[[^]]*]", "", pointer) for pointer in rule.pointers}
    assert re.sub(r"\[[^]]*]", "", finding.pointer) in shapes


def test_a_pack_changes_a_severity_or_switches_a_rule_off(make):
    wrong = make.lodgement(total_packages=101)
    louder = make.reference(settings={"severity.CLW3103": "doubt"})
    assert [finding.severity for finding in validate(wrong, louder)] == [Severity.DOUBT]
    silent = make.reference(settings={"severity.CLW3103": "off"})
    assert validate(wrong, silent) == []
