"""Explanations for people: amounts as they write them, reasons gathered, traders told no rule."""

import json
import unicodedata

import pytest

from clearway.cli.sentences import ranges, sentences
from clearway.kernel.decisions import Step
from clearway.kernel.texts import LANGUAGES

RATE = Step(
    "value.rate",
    (("date", "2026-03-03"), ("currency", "EUR"), ("rate", "5836/625"), ("local", "XPR")),
)


@pytest.mark.parametrize(
    ("language", "amount", "rate"),
    [
        ("en", "1,080,375.50", "9.3376"),
        ("fr", "1 080 375,50", "9,3376"),
        ("vi", "1.080.375,50", "9,3376"),
        ("zh", "1,080,375.50", "9.3376"),
    ],
)
def test_amounts_and_rates_are_written_as_the_reader_writes_them(language, amount, rate):
    price = Step("value.price", (("amount", "1080375.50"), ("currency", "EUR")))
    told = [unicodedata.normalize("NFKC", text) for text in sentences([price, RATE], language)]
    assert amount in told[0]
    assert rate in told[1]


def test_a_quotient_without_end_stays_a_quotient():
    step = Step("value.rate", (*RATE.parameters[:2], ("rate", "1/3"), ("local", "XPR")))
    assert "1 EUR = 1/3 XPR" in sentences([step], "en")[0]


def test_a_cut_share_keeps_its_sign_of_being_cut():
    step = Step(
        "value.insurance_added",
        (("amount", "73.979326…"), ("whole", "1910.31"), ("currency", "EUR")),
    )
    assert sentences([step], "en") == ["Insurance added: 73.979326… of 1,910.31 EUR."]


def test_what_a_trader_wrote_is_not_rewritten():
    step = Step("low_value.flat", (("regime", "1234567"), ("rate", "17.5 %"), ("value", "1000.00")))
    assert sentences([step], "en") == ["Regime 1234567: flat rate 17.5 % on 1,000.00."]


def test_reasons_that_differ_in_the_item_alone_are_one():
    steps = [
        Step("selection.profile", (("profile", "P1"), ("version", "2"), ("item", str(item))))
        for item in (1, 2, 3, 7)
    ]
    assert sentences(steps, "en", {"P1": "Odd price"}) == [
        "Risk profile P1 (Odd price), version 2, is true for item 1-3, 7."
    ]


def test_ranges():
    assert ranges([3, 1, 2, 9, 9, 11, 12]) == "1-3, 9, 11-12"


@pytest.fixture(scope="module")
def day(clearway, tmp_path_factory):
    """A day's decisions in a folder, and as documents."""
    out = tmp_path_factory.mktemp("day") / "out"
    assert clearway("demo", "day", "-n", 400, "-f", "json", "-o", out).returncode == 0
    lines = (out / "decisions.ndjson").read_text().splitlines()
    return out, [json.loads(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trader_is_told_what_to_look_at_and_nothing_more(clearway, day, language):
    out, decisions = day
    held = [
        one for one in decisions if one["hits"] and one["selection"]["lane"] in {"YELLOW", "RED"}
    ]
    assert held
    for one in held[:6]:
        words = ("explain", one["lrn"], "--from", out, "--for", "trader", "--lang", language)
        shown = clearway(*words).stdout.decode()
        assert "{" not in shown
        for hit in one["hits"]:
            assert hit["profile"] not in shown


def test_a_person_who_is_looked_for_is_not_told_so(clearway, day):
    out, decisions = day
    channels = {"watchlist", "legal_stop"}
    watched = [
        one
        for one in decisions
        if one["accepted"] and one["hits"] and {hit["channel"] for hit in one["hits"]} <= channels
    ]
    assert watched
    for one in watched:
        done = clearway("explain", one["lrn"], "--from", out, "--for", "trader", "-f", "json")
        assert json.loads(done.stdout)["outlook"]["advice"] == []


def test_a_green_lane_gives_no_advice(clearway, day):
    out, decisions = day
    green = [o for o in decisions if o["accepted"] and o["selection"]["lane"] == "GREEN"]
    for one in sorted(green, key=lambda found: -len(found["hits"]))[:3]:
        done = clearway("explain", one["lrn"], "--from", out, "--for", "trader", "-f", "json")
        assert json.loads(done.stdout)["outlook"]["advice"] == []


def test_the_officer_sees_tax_names_law_and_every_channel(clearway, day):
    out, decisions = day
    one = next(o for o in decisions if o["accepted"] and o["selection"]["channel"] == "profile")
    shown = clearway("explain", one["lrn"], "--from", out).stdout.decode()
    assert "B00 Value added tax: " in shown
    assert "Legal basis: Value Added Tax Act 2020" in shown
    for channel in ("Legal stop", "Watch list", "Risk profile", "Risk score", "Random draw"):
        assert channel in shown
    assert "1970-01-01" not in shown


def test_a_rejected_declaration_owes_nothing_and_is_told_so(clearway, day):
    out, decisions = day
    one = next(o for o in decisions if not o["accepted"])
    for reader in ("officer", "trader"):
        shown = clearway("explain", one["lrn"], "--from", out, "--for", reader).stdout.decode()
        assert "Not accepted: nothing is owed" in " ".join(shown.split())
