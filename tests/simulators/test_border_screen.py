"""What the border shows of itself, in five languages, on a terminal and on none."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from clearway.accounts.ready import READY, demo_secret
from clearway.kernel.texts import LANGUAGES
from clearway.simulators.border.figures import Figures
from clearway.simulators.border.platform import Reply
from clearway.simulators.border.screen import Screen, show_end, show_start
from clearway.simulators.border.words import words

ZONE = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def figures():
    found = Figures()
    found.at = dt.datetime(2026, 3, 3, 9, 5, tzinfo=dt.UTC)
    for lane in ("green", "green", "red", None):
        found.lodged(Reply(201, {"lane": lane}, 0.004))
    found.lodged(Reply(422, {}, 0.006))
    found.bulk({"accepted": 7}, 9)
    found.unmatched = 3
    return found


def shown(render, width=100):
    out = io.StringIO()
    render(Console(file=out, width=width, force_terminal=False))
    return out.getvalue()


def test_every_language_has_the_same_labels_and_its_own_words():
    english = words("en")
    for language in LANGUAGES[1:]:
        assert words(language).keys() == english.keys(), language
        repeated = {key for key, text in words(language).items() if text == english[key]}
        assert not repeated, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_shown_in_a_line_and_in_a_table(figures, language):
    label = words(language)
    screen = Screen(Console(file=io.StringIO()), figures, ZONE, language)
    line, table = screen.line(), shown(lambda out: out.print(screen.table()))
    for text in (line, table):
        assert "2026-03-03 09:05" in text
        assert label["rejected"] in text
        assert "4.0 ms" in text
        assert label["red"] in text


def test_counts_are_what_was_answered(figures):
    line = Screen(Console(file=io.StringIO()), figures, ZONE, "en").line()
    assert "lodged 14, accepted 11, rejected 3" in line
    assert "green 2 blue 0 yellow 0 red 1" in line
    assert "ahead of cargo 3" in line


def test_keys_and_addresses_stand_whole_on_a_narrow_terminal():
    told = shown(lambda out: show_start(out, "http://localhost:8765", ["a note"], "en"), width=40)
    for name in ("trader", "supervisor"):
        assert demo_secret(name) in told
    assert "http://localhost:8765/api/v1/docs" in told
    order = [
        "http://localhost:8765/\n",
        "/tour",
        "/accounts/login/",
        "registrar@demo.example",
        "/api/",
    ]
    assert sorted(order, key=told.index) == order  # what one opens first, keys last
    assert "only" in told
    assert {ready.name for ready in READY} >= {"trader", "airline", "terminal", "platform"}


def test_what_nobody_expected_is_told_with_its_words(figures):
    figures.note_unexpected("POST /bulk: 404", {"detail": "There is no such thing."})
    figures.note_unexpected("POST /bulk: 404", {"detail": "Not told."})
    told = shown(lambda out: show_end(out, figures, "en"))
    assert "POST /bulk: 404 (2 times)" in told
    assert "There is no such thing." in told
