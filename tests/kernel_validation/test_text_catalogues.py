"""All sentences exist in all languages, with the same places to fill, and are translated."""

from __future__ import annotations

import pytest

from clearway.kernel.permits import RULES as PERMIT_RULES
from clearway.kernel.texts import (
    LANGUAGES,
    Text,
    catalogue,
    fill,
    language_of,
    placeholders,
    render,
    room_catalogue,
    rooms,
)
from clearway.kernel.validation import BATCH_RULES, RULES, validate, validate_batch

OTHERS = tuple(language for language in LANGUAGES if language != "en")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("room", rooms())
def test_every_language_has_the_same_keys_and_places(room, language):
    english, other = room_catalogue(room, "en"), room_catalogue(room, language)
    assert english.keys() == other.keys()
    different = [key for key in english if placeholders(english[key]) != placeholders(other[key])]
    assert different == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("room", ["validation", "permits"])
def test_no_sentence_is_left_in_english(room, language):
    english, other = room_catalogue(room, "en"), room_catalogue(room, language)
    same = [
        (key, field)
        for key in english
        for field in ("title", "message", "remedy")
        if getattr(english[key], field) == getattr(other[key], field)
    ]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_three_sentences(language):
    texts = catalogue(language)
    for rule in (*RULES, *BATCH_RULES, *PERMIT_RULES):
        text = texts[rule.code]
        assert text.title
        assert text.message
        assert text.remedy
    numbers = {rule.code for rule in (*RULES, *BATCH_RULES)}
    assert room_catalogue("validation", language).keys() == numbers


def test_scripts_are_those_of_the_languages():
    for key, text in room_catalogue("validation", "zh").items():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text.title), key
    for key, text in room_catalogue("validation", "ar").items():
        assert any("\u0600" <= sign <= "\u06ff" for sign in text.title), key


def test_rules_fill_every_place_of_their_texts(make, law):
    wrong = make.lodgement(
        office="VN0009",
        total_packages=101,
        issue_text="2026-02-30",
        containers=("CSQU3054384",),
        exchange_rates=(("USD", "1"),),
        items=(make.item(origin="XX", description="=1+1"), make.second()),
    )
    findings = validate(wrong, law)
    findings += validate_batch([wrong, wrong])[1]
    assert len(findings) >= 7
    for finding in findings:
        given = {name for name, _ in finding.parameters}
        for language in LANGUAGES:
            assert placeholders(catalogue(language)[finding.rule]) <= given, finding.rule


def test_what_a_trader_wrote_is_never_a_pattern():
    assert fill("a {x} b {y}", {"x": "{y}", "y": "1"}) == "a {y} b 1"
    assert fill("{missing}", {}) == "{missing}"


def test_a_key_without_text_answers_with_what_is_known():
    assert render("CLW0000", {"code": "7"}, "en") == Text("CLW0000", "CLW0000: code 7", "")


def test_language_tags():
    assert [language_of(tag) for tag in ("zh-Hans-CN", "FR_ca", "de")] == ["zh", "fr", "en"]
