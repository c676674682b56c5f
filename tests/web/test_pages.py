"""The pages: in five languages, without scripts, readable in light and dark."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from importlib import resources
from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.declarations.models import Declaration
from clearway.intake.models import Alarm
from clearway.kernel.decisions import Lane
from clearway.vocabulary.problem_details import KINDS
from clearway.web import latency, queries, status
from clearway.web.latency import quantile
from clearway.web.words import LANGUAGES, words

PAGES = ["/", "/?renew=no", "/problems/", "/problems/not-there", "/nothing"]


@pytest.fixture
def ask(db):
    status.forget()
    yield Client(raise_request_exception=False, headers={"host": "localhost"})
    status.forget()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_shown_in_each_language_without_any_script_inside(ask, page, language):
    answer = ask.get(page, {"lang": language})
    text = answer.content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text
    assert not re.search(r"<style|\sstyle=|\s(hx-)?on[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert words(language)["to_content"] in text


def test_the_browser_chooses_the_language(ask):
    answer = ask.get("/", headers={"Accept-Language": "vi,en;q=0.5"})
    assert '<html lang="vi"' in answer.content.decode()
    answer = ask.get("/", headers={"Accept-Language": "tlh"})
    assert '<html lang="en"' in answer.content.decode()


def test_renewal_can_be_stopped(ask):
    assert 'hx-trigger="every' in ask.get("/").content.decode()
    assert 'hx-trigger="every' not in ask.get("/?renew=no").content.decode()


def test_each_kind_of_problem_has_its_page(ask):
    for name, kind in KINDS.items():
        assert kind.title in ask.get(f"/problems/{name}").content.decode()
    assert ask.get("/problems/unheard-of").status_code == 404


def lodged(number, at, state, lane=None):
    Declaration.objects.create(
        id=number, declarant="D", lrn=f"L{number}", organisation=1, direction="IM",
        kind="standard", state=state, goods_state="unmatched", debt_state="none", lane=lane,
        office="O", importer="I", exporter="E", transport_document="T", fingerprint=bytes([number]),
        consignment_key=f"K{number}", draw_day=0, received_at=at,
    )  # fmt: skip


def test_the_border_is_told_as_it_is(ask, simulated_clock):
    now = simulated_clock.now()
    lodged(1, now - timedelta(minutes=1), "assessed", 0)
    lodged(2, now - timedelta(minutes=2), "under_control", 3)
    lodged(3, now - timedelta(minutes=3), "rejected")
    lodged(4, now - timedelta(minutes=4), "received")
    lodged(5, now - timedelta(hours=5), "released", 0)
    lodged(6, now - timedelta(hours=25), "released", 0)
    lodged(7, now + timedelta(minutes=5), "assessed", 0)
    lately = queries.flow(now, status.MINUTES)
    assert (lately.lodged, lately.accepted, lately.rejected, lately.ahead) == (4, 2, 1, 1)
    assert lately.lanes == {Lane.GREEN: 1, Lane.BLUE: 0, Lane.YELLOW: 0, Lane.RED: 1}
    assert queries.flow(now, status.DAY).lodged == 5
    text = ask.get("/").content.decode()
    assert re.search(r"<dt>Lodged</dt><dd class=\"number\">4</dd>", text)


def test_alarms_stand_first_and_tell_no_subject(ask, simulated_clock):
    now = simulated_clock.now()
    Alarm.objects.create(kind="quarantine", subject="declaration:SECRET", first_at=now, last_at=now)
    text = ask.get("/").content.decode()
    assert "quarantine" in text
    assert "SECRET" not in text
    assert text.index("quarantine") < text.index("Lodged")


def test_one_look_serves_all_who_ask_within_a_second(ask, django_assert_num_queries):
    ask.get("/")
    with django_assert_num_queries(0):
        ask.get("/?lang=fr")


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.floats(0.01, 1))
def test_a_quantile_lies_in_its_bucket(counts, wanted):
    bounds = [0.001 * 2**place for place in range(len(counts))]
    heights, total = [], 0
    for count in counts:
        total += count
        heights.append(float(total))
    found = quantile(zip(bounds, heights, strict=True), wanted)
    if not total:
        assert found is None
        return
    place = next(place for place, height in enumerate(heights) if height >= wanted * total)
    lower = bounds[place - 1] if place else 0.0
    assert lower * 1000 <= found <= bounds[place] * 1000


def test_recent_answers_are_told_beside_all_of_them(monkeypatch):
    counts = {0.01: 100.0, 1.0: 100.0, float("inf"): 100.0}
    now = [1000.0]
    monkeypatch.setattr(latency, "_counts", lambda: dict(counts))
    monkeypatch.setattr(latency, "time", SimpleNamespace(monotonic=lambda: now[0]))
    latency.forget()
    latency.note()
    assert latency.recent_quantiles(0.5) == [None]
    for bound in (1.0, float("inf")):
        counts[bound] += 50  # slow ones
    assert latency.recent_quantiles(0.5)[0] > 10 > latency.whole_quantiles(0.5)[0]
    for _ in range(40):  # they are long ago
        now[0] += latency.NOTED_EVERY
        latency.note()
    assert latency.recent_quantiles(0.5) == [None]
    assert latency.whole_quantiles(0.95)[0] > 10
    latency.forget()


def _tokens():
    style = resources.files("clearway.web").joinpath("static/web/tokens.css").read_text()
    colour = r"(#[0-9a-f]{6})"
    found = re.findall(rf"--([\w-]+): light-dark\({colour}, {colour}\);", style)
    return [{name: pair[theme] for name, *pair in found} for theme in (0, 1)]


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", _tokens(), ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *((ink, ground, 4.5) for ink in ("ink", "ink-soft", "ink-faint", "brand", "red")
          for ground in ("paper", "card", "band")),
        *((lane, f"{lane}-bg", 4.5) for lane in ("green", "yellow", "red", "blue")),
        *(("ink", f"{lane}-bg", 4.5) for lane in ("red", "blue")),
        ("brand-ink", "brand", 4.5),
        ("focus", "paper", 3),
        ("focus", "card", 3),
    ],
)  # fmt: skip
def test_every_ink_can_be_read_on_its_ground(theme, ink, ground, least):
    high, low = sorted((_luminance(theme[ink]), _luminance(theme[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_a_day_is_written_as_its_readers_do(db):
    from clearway.web.writing import instant

    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert len({instant(noon, language) for language in LANGUAGES}) == len(LANGUAGES)
