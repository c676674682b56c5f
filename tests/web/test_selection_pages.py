"""The ledger of selection on its page, as a file and by the API; its summary for everybody."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.clearance.conftest import waiting  # noqa: F401 - fixtures
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.inspection.conftest import ordered, people  # noqa: F401 - fixtures
from tests.supervision.conftest import looked_at, say  # noqa: F401 - fixtures
from tests.web.conftest import signed, text_of  # noqa: F401 - fixtures

from clearway.assessment.models import Assessment, Hit
from clearway.declarations.models import Declaration
from clearway.inspection.models import Opening, Order
from clearway.risk.profiles import queries
from clearway.supervision import summary as summaries
from clearway.web.words import LANGUAGES, words

LEDGER = "/selection-ledger"
SUMMARY = "/selection-summary"


@pytest.fixture(autouse=True)
def fresh():
    summaries.forget()
    yield
    summaries.forget()


@pytest.fixture
def year(border):  # noqa: F811
    """Write 400 declarations of yesterday and before: all drawn and looked at, a tenth bad.

    A live profile had asked for a hundred of them, with half of what is bad, and for that alone.
    """
    code = next(one.code for one in queries.known_profiles() if one.standing == "live")
    version = queries.known_profile(code).profile.version
    start = border.clock.now() - timedelta(days=3)
    rows = {table: [] for table in (Declaration, Assessment, Hit, Opening, Order)}
    for n in range(1, 401):
        at = start + timedelta(minutes=n)
        hit, bad = n <= 100, n % 10 == 0 if n > 100 else n % 2 == 0
        rows[Declaration].append(
            Declaration(
                id=n, declarant="XP1", lrn=f"L{n}", mrn=f"26XP{n:012}A1", organisation=1,
                direction="IM" if n % 4 else "EX", kind="standard", state="released",
                goods_state="released", debt_state="paid", lane=3, office="XP000110",
                importer="XP2", exporter="", transport_document=f"T{n}",
                fingerprint=n.to_bytes(16, "big"), consignment_key="", draw_day=0, received_at=at,
                accepted_at=at, released_at=at + timedelta(hours=9),
            )
        )  # fmt: skip
        rows[Assessment].append(
            Assessment(
                id=n, declaration=n, version=1, occasion="lodgement", at=at, kernel_version="1",
                reference_hash="0", accepted=True, lane=3, channel="random", drawn=not hit,
                asked="profile:3" if hit else "random:3", random_rate=5_000, currency="XPR",
            )
        )  # fmt: skip
        if hit:
            rows[Hit].append(
                Hit(assessment_id=n, items="1", profile=code, version=version, lane=3,
                    contribution=0, channel="profile")
            )  # fmt: skip
        told = "discrepancy" if bad else "satisfactory"
        rows[Opening].append(
            Opening(
                id=n, declaration_id=n, office="XP000110", state="closed", ordered_at=at,
                started_at=at, ended_at=at + timedelta(hours=1), outcome=told,
                at_stake=10_000 if bad else 0,
            )
        )  # fmt: skip
        rows[Order].append(
            Order(opening_id=n, look_at="goods", ordered_by="x", ordered_at=at, state="answered",
                  outcome=told)
        )  # fmt: skip
    for table, made in rows.items():
        table.objects.bulk_create(made)
    return code


def stranger():
    return Client(headers={"host": "localhost", "accept-language": "en"})


def downloaded(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_an_analyst_reads_what_each_channel_was_worth(year, signed):  # noqa: F811
    answer = signed("analyst").get(LEDGER)
    text = text_of(answer)
    # 50 of 100 by the profile, 30 of 300 by the draw: 5 times the base rate of 10 %.
    assert "Base rate: 10.0% (7.1% to 13.9%)" in text
    assert "50.0% 40.4% to 59.6%" in text
    assert "5 3.4 to 7.3" in text
    assert "Better than chance" in text
    assert f'href="/profiles/{year}"' in answer.content.decode()
    assert "Nothing but the draw could have had 300 declarations looked at." in text
    assert "About 0 violations went unfound" in text  # the draw looked at all of them
    assert answer.content.decode().count('<svg class="whisker"') == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_each_language(year, signed, language):  # noqa: F811
    told = words(language)
    for address in (LEDGER, SUMMARY):
        text = signed("supervisor").get(address, {"lang": language}).content.decode()
        assert told["channel_doubt"] in text
        assert not re.search(r"\{\w+\}|\sstyle=", text)


def test_office_direction_and_period_are_chosen(year, signed):  # noqa: F811
    page = signed("auditor")
    assert ">100<" in page.get(LEDGER, {"direction": "EX"}).content.decode()
    assert "Nothing was lodged" in text_of(page.get(LEDGER, {"office": "XP999999"}))
    assert "Nothing was lodged" in text_of(page.get(LEDGER, {"period": "2025-Q3"}))
    assert "Nothing was lodged" in text_of(page.get(LEDGER, {"office": "XP\0"}))
    assert page.get(LEDGER, {"period": "yesterday"}).status_code == 422


@pytest.mark.parametrize("who", ["officer", "trader", "carrier", "cashier", "operator"])
def test_others_see_no_ledger(border, signed, who):  # noqa: F811
    for address in (LEDGER, f"{LEDGER}.csv"):
        assert signed(who).get(address).status_code == 403
    assert stranger().get(LEDGER).status_code == 302


def test_the_file_has_every_line_and_the_api_the_same_figures(year, signed, border):  # noqa: F811
    lines = list(csv.reader(io.StringIO(downloaded(signed("analyst").get(f"{LEDGER}.csv")))))
    head = next(n for n, line in enumerate(lines) if line[:1] == ["channel"])
    table = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
    api = border.ask("supervisor", "get", "/selection-ledger").json
    assert [one["channel"] for one in api["channels"]] == [
        "legal_stop", "watchlist", "profile", "doubt", "score", "random"
    ]  # fmt: skip
    assert [(one["channel"], one["profile"]) for one in table] == [
        (one["channel"], one["profile"]) for one in api["channels"] + api["profiles"]
    ]
    (mine,) = [one for one in table if one["profile"]]
    assert (mine["found"], mine["revenue"], mine["rate"]) == ("50", "500000", "0.5")
    (told,) = api["profiles"]
    assert (told["profile"], told["found_alone"], told["better"]) == (year, 50, True)
    assert told["lift"]["value"] == pytest.approx(5.0)
    assert api["found_share"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_everybody_reads_the_summary_and_no_profile_in_it(year, border):  # noqa: F811
    answer = stranger().get(SUMMARY)
    text = text_of(answer)
    assert "The year is under way" in text
    assert "50.0% 40.4% to 59.6%" in text
    assert year not in answer.content.decode()
    told = json.loads(stranger().get(f"{SUMMARY}/2026.json").content)
    assert told["base"]["value"] == 0.1
    assert told["whole"]["selected"] == 400
    assert told == border.ask("trader", "get", "/selection-summary?year=2026").json
    file = downloaded(stranger().get(f"{SUMMARY}/2026.csv"))
    assert "\nprofile,100,100,50,0.5," in file.replace("\r", "")
    assert year not in file


@pytest.mark.parametrize("form", ["", ".csv", ".json"])
def test_a_year_without_a_summary_is_not_there(year, form):
    assert stranger().get(f"{SUMMARY}/2001{form}").status_code == 404


def test_the_border_leads_to_the_summary(border):  # noqa: F811
    assert f'href="{SUMMARY}"' in stranger().get("/").content.decode()
