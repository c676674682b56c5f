"""Air pre-loading data: each of the eight is held to something, and the severest answer wins."""

from datetime import UTC, datetime
from fractions import Fraction

import msgspec
import pytest

from clearway.cargo.pre_loading import judge
from clearway.cargo.reports import PreLoadingReport
from clearway.cargo.rules import CargoLaw, law_of

GOOD = PreLoadingReport(
    house_number="WHB-1",
    consignor_name="Hangzhou Textile Co Ltd",
    consignor_address="88 Wulin Road, Hangzhou",
    consignee_name="Atlas Trading SA",
    consignee_address="3 Quadrant Quay, Lodestar",
    pieces=10,
    gross_mass=120_000_000,
    description="Cotton shirts",
    departure_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    origin_country="CN",
)


def _judged(law=None, **varied):
    answer, findings = judge(msgspec.structs.replace(GOOD, **varied), law or CargoLaw())
    return answer, [(each.rule, each.pointer) for each in findings]


def test_whole_data_are_ok():
    assert _judged() == ("ok", [])
    assert _judged(consignor_name="王伟纺织", consignor_address="杭州市武林路88号") == ("ok", [])


@pytest.mark.parametrize(
    ("datum", "value"),
    [
        ("consignor_name", ""), ("consignor_name", "N/A"), ("consignor_name", "..."),
        ("consignor_address", ""), ("consignor_address", "Hanoi"), ("consignee_name", "To Order"),
        ("consignee_name", "12"), ("consignee_address", "same as consignee"), ("pieces", 0),
        ("gross_mass", 0), ("description", "FAK"), ("description", "123"), ("house_number", "--"),
    ],
)  # fmt: skip
def test_each_of_the_eight_is_asked_for(datum, value):
    assert _judged(**{datum: value}) == ("rfi", [("CLW5131", datum)])


@pytest.mark.parametrize(
    ("law", "varied", "answer", "rule"),
    [
        ({}, {"gross_mass": 60_000_000_000}, "rfs", "CLW5132"),
        ({"screening_countries": "CN;VN"}, {}, "rfs", "CLW5133"),
        ({"screening_words": "lithium battery"}, {"description": "Lithium-Battery packs"}, "rfs",
         "CLW5134"),
        ({"screening_words": "lithium battery"}, {"description": "Lithiumbattery"}, "ok", None),
        ({"no_loading_words": "detonator"}, {"description": "detonator parts"}, "do_not_load",
         "CLW5135"),
    ],
)  # fmt: skip
def test_orders_of_the_pack_are_obeyed(law, varied, answer, rule):
    found = _judged(law_of({f"cargo.{name}": text for name, text in law.items()}), **varied)
    assert found[0] == answer
    assert [each for each, _ in found[1]] == ([rule] if rule else [])


def test_the_severest_answer_wins_and_all_reasons_are_told():
    law = law_of({"cargo.no_loading_words": "detonator", "cargo.screening_countries": "CN"})
    answer, found = _judged(law, description="detonator", consignee_name="")
    assert answer == "do_not_load"
    assert [rule for rule, _ in found] == ["CLW5131", "CLW5133", "CLW5135"]


def test_settings_are_read_exactly():
    law = law_of(
        {
            "cargo.bulk_tolerance": "0.5 %",
            "cargo.house_tolerance": "1/50",
            "cargo.lead_hours.4": "2.5",
            "cargo.storage_days": "30",
            "valuation.other": "x",
        }
    )
    assert (law.bulk_tolerance, law.house_tolerance) == (Fraction(1, 200), Fraction(1, 50))
    assert (law.lead_hours["4"], law.lead_hours["1"]) == (Fraction(5, 2), Fraction(24))
    assert law.storage_days == 30
    with pytest.raises(ValueError, match="negative"):
        law_of({"cargo.bulk_tolerance": "-1"})


def _body(**varied):
    return msgspec.to_builtins(GOOD) | {"gross_mass": "120", **varied}


def test_data_are_lodged_answered_and_flagged_late(border):
    answer = border.post("airline", "/pre-loading", _body())
    assert answer.status_code == 201, answer.told
    assert (answer.told["result"], answer.told["late"]) == ("ok", False)
    late = border.post("airline", "/pre-loading", _body(departure_at="2026-03-02T07:59:00Z"))
    assert late.told["late"] is True
    vague = border.post("airline", "/pre-loading", _body(description="parts"))
    assert vague.told["result"] == "rfi"
    assert "description" in vague.told["reasons"][0]["message"]
    assert border.get("airline", f"/pre-loading/{answer.told['id']}").told == answer.told
    assert border.get("carrier", f"/pre-loading/{answer.told['id']}").status_code == 404
    assert border.post("carrier", "/pre-loading", _body()).status_code == 422
    assert border.post("trader", "/pre-loading", _body()).status_code == 403


def test_the_answer_stands_on_the_document_and_mends_with_it(border):
    flight = border.ship(
        "airline", mode="4", means="", journey="WR123", carrier="XP3000000002", reference="F1"
    )
    border.post("airline", "/pre-loading", _body(description="parts"))
    master = border.bill("airline", number="020-12345675", conveyance=flight["id"])
    assert master.status_code == 201, master.told
    house = border.bill(
        "airline", number="WHB-1", master_number="020-12345675", packages=10, gross_mass="120"
    )
    assert (house.told["state"], house.told["findings"][0]["rule"]) == ("rfi", "CLW5120")
    border.post("airline", "/pre-loading", _body())
    assert border.get("airline", "/transport-documents/WHB-1").told["state"] == "ok"
    wrong = border.bill("airline", number="020-12345674", conveyance=flight["id"])
    assert wrong.status_code == 422
    assert "expected 5" in wrong.told["errors"][0]["detail"]
