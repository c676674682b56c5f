"""Simulated analysts and officers: what they do with what inspections showed."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from clearway import packs
from clearway.risk.profiles.rules import problems_of
from clearway.simulators.border.analysts import RULES, Analysts
from clearway.simulators.border.border import Border
from clearway.simulators.border.corrections import Corrections, _changes
from clearway.simulators.border.firms import firms_of
from clearway.simulators.market import Market

TUESDAY = dt.date(2026, 3, 3)
ZONE = ZoneInfo("Europe/Lisbon")


def at(day, hour):
    return dt.datetime(2026, 3, day, hour, tzinfo=ZONE)


class Platform:
    """Answers by path, and remembers what was said to it by whom."""

    def __init__(self, **lists):
        self.lists, self.said, self.answers = lists, [], {}

    def pages(self, _who, path, _at, **_how):
        return self.lists.get(path.strip("/"), [])

    def ask(self, who, method, path, _at, **how):
        body = how.get("body")
        told = None if body is None else msgspec.json.decode(body.content)
        if method != "GET":
            self.said.append((who, method, path, told))
        answer = self.answers.get((method, path), {})
        return SimpleNamespace(ok=True, status=200, body=answer, seconds=0.0)


@pytest.fixture(scope="module")
def market():
    return Market(packs.load(packs.demo_pack()), (TUESDAY - dt.date(1970, 1, 1)).days)


@pytest.fixture(scope="module")
def firms(market):
    return firms_of(market, 7)


@pytest.fixture
def on(monkeypatch, firms):
    """Return analysts on a platform with such lists."""

    def make(**lists):
        platform = Platform(**lists)
        border = Border(platform, ZONE, 7)
        monkeypatch.setattr(border, "settle", lambda _: None)
        return Analysts(border, firms, 40, TUESDAY), platform

    return make


def test_every_condition_that_analysts_write_is_sound():
    for rule in RULES:
        assert problems_of(rule.condition) == []


def test_they_write_nothing_on_the_first_day_at_the_weekend_or_twice(on):
    analysts, platform = on()
    for moment in (at(3, 9), at(7, 9), at(4, 15)):
        analysts.look_around(moment)
    assert platform.said == []
    text = {"versions": [{"text": {"digest": "d"}}]}
    platform.answers["POST", "/profiles"] = text
    platform.answers["GET", "/selection-ledger"] = {"inspected": 0, "found": 0}
    analysts.look_around(at(4, 9))
    drafted = [told["code"] for _, _, path, told in platform.said if path == "/profiles"]
    assert drafted == [rule.code for rule in RULES]
    assert {who for who, *_ in platform.said} == {"analyst"}
    platform.said.clear()
    platform.lists["profiles"] = [{"code": rule.code, "standing": "proposed"} for rule in RULES]
    analysts.look_around(at(5, 9))
    assert platform.said == []


def test_the_second_analyst_approves_what_the_first_proposed(on):
    analysts, platform = on(profiles=[{"code": "DM-001", "standing": "proposed"}])
    platform.answers["GET", "/profiles/DM-001"] = {"versions": [{"text": {"digest": "d"}}]}
    analysts.look_around(at(4, 11))
    ((who, _, path, told),) = platform.said
    assert (who, path, told["seen"]) == ("analyst2", "/profiles/DM-001/approval", "d")


@pytest.mark.parametrize(
    ("inspected", "found", "ordered"), [(200, 3, False), (20, 20, False), (60, 20, True)]
)
def test_a_model_is_ordered_once_there_is_something_to_learn_from(on, inspected, found, ordered):
    analysts, platform = on(profiles=[{"code": rule.code, "standing": "live"} for rule in RULES])
    platform.answers |= {
        ("GET", "/selection-ledger"): {"inspected": inspected, "found": found},
        ("POST", "/models"): {"number": 3},
        ("GET", "/models/3"): {"work": "", "state": "refused"},
    }
    analysts.look_around(at(10, 9))
    assert [path for _, _, path, _ in platform.said] == ["/models"] * ordered


def model(state, unmet, made="2026-03-16T09:00:00+00:00"):
    return {"number": 3, "state": state, "unmet": unmet, "digest": "d", "made_at": made}


def test_what_meets_every_condition_is_proposed_and_a_second_person_lets_it_serve(on):
    live = [{"code": rule.code, "standing": "live"} for rule in RULES]
    analysts, platform = on(profiles=live, models=[model("shadow", [])])
    analysts.look_around(at(17, 9))
    assert [(who, path) for who, _, path, _ in platform.said] == [
        ("analyst", "/models/3/proposal")
    ]  # fmt: skip
    platform.said.clear()
    platform.lists["models"] = [model("proposed", [])]
    analysts.look_around(at(17, 11))
    assert {(who, path) for who, method, path, _ in platform.said if method == "PUT"} == {
        ("supervisor", f"/inspection-capacities/{office}")
        for office in ("XP000110", "XP000210", "XP000310")
    }
    assert platform.said[-1][:3] == ("analyst2", "POST", "/models/3/promotion")
    platform.said.clear()
    platform.lists["models"] = [model("live", [])]
    analysts.look_around(at(18, 9))
    assert [(who, path) for who, _, path, _ in platform.said] == [
        ("analyst", f"/profiles/{rule.code}/retirement") for rule in RULES if rule.crude
    ]


def test_what_does_not_meet_them_stays_in_the_shadow_until_another_learns_from_more(on):
    live = [{"code": rule.code, "standing": "live"} for rule in RULES]
    analysts, platform = on(profiles=live, models=[model("shadow", ["importer"])])
    analysts.look_around(at(17, 9))
    assert platform.said == []
    platform.answers |= {
        ("GET", "/selection-ledger"): {"inspected": 90, "found": 20},
        ("POST", "/models"): {"number": 4},
        ("GET", "/models/4"): {"work": "", "state": "refused"},
    }
    analysts.look_around(at(20, 9))
    assert [path for _, _, path, _ in platform.said] == ["/models/3/retirement", "/models"]


# Corrections.


def found(code, item, told):
    return {"code": code, "item": item, "found": told}


def test_a_correction_says_what_the_report_says():
    assert _changes([
        found("value", 1, "12.50"), found("origin", 2, "CN"),
        found("classification", 3, "85171300"),
        found("quantity_excess", 4, "90"), found("undeclared_goods", 0, "24021000"),
    ]) == [
        {"item": 1, "datum": "price", "value": "12.50"},
        {"item": 2, "datum": "origin", "value": "CN"},
        {"item": 2, "datum": "preference", "value": "100"},
        {"item": 3, "datum": "commodity", "value": "85171300"},
        {"item": 4, "datum": "quantity", "value": "90"},
    ]  # fmt: skip


def test_what_was_found_is_corrected_after_release_by_two_persons(monkeypatch):
    platform = Platform()
    border = Border(platform, ZONE, 7)
    monkeypatch.setattr(border, "settle", lambda _: None)
    corrections = Corrections(border)
    platform.answers |= {
        ("GET", "/declarations/M1"): {"state": "assessed", "office": "XP000110"},
        ("GET", "/inspections/5"): {"findings": [found("value", 1, "12.50")]},
        ("POST", "/declarations/M1/corrections"): {"id": 9, "state": "proposed"},
    }
    corrections.follow_up("M1", 5)
    corrections.look_around(at(4, 9))
    assert platform.said == []  # the goods are not released yet
    platform.answers["GET", "/declarations/M1"]["state"] = "released"
    corrections.look_around(at(4, 11))  # not the hour
    corrections.look_around(at(7, 9))  # Saturday
    assert platform.said == []
    corrections.look_around(at(4, 15))
    assert [(who, path) for who, _, path, _ in platform.said] == [
        ("officer", "/declarations/M1/corrections"), ("supervisor", "/corrections/9/confirmation")
    ]  # fmt: skip
    platform.said.clear()
    corrections.look_around(at(5, 9))
    assert platform.said == []  # done
