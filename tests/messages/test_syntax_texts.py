"""Every rule of form has its sentences in five languages, with the parameters the readers give."""

import re
from pathlib import Path

import pytest

from clearway.kernel.texts import LANGUAGES, room_catalogue
from clearway.messages import MalformedMessage, read_csv, read_json, read_xml
from clearway.messages.problems import RULES

SOURCES = Path(__file__).parents[2] / "src" / "clearway"


def test_rules_and_texts_are_the_same_set():
    for language in LANGUAGES:
        assert set(room_catalogue("syntax", language)) == set(RULES)


def test_no_language_repeats_the_english():
    english = room_catalogue("syntax", "en")
    for language in set(LANGUAGES) - {"en"}:
        for rule, text in room_catalogue("syntax", language).items():
            assert text.message != english[rule].message
            assert text.remedy != english[rule].remedy


def test_every_rule_is_reported_somewhere():
    source = "".join(
        path.read_text(encoding="utf-8")
        for room in ("messages", "batch")
        for path in (SOURCES / room).glob("*.py")
        if path.name != "problems.py"
    )
    # CLW15nn are the rules of EDIFACT, which have a catalogue of their own.
    assert set(re.findall(r"CLW1[0-46-9]\d\d", source)) == set(RULES)


BAD = (
    (read_json, b'{"Declaration":{"FunctionCode":"9","FunctionCode":"9","x":1,"TypeCode":"    "}}'),
    (read_json, b'{"Declaration":{"InvoiceAmount":{"value":"1,5","currencyID":"x","y":1}}}'),
    (read_json, b'{"Declaration":{"FunctionCode":"7","Declarant":{"Name":"a\\u200b\\u0001\\nb"}}}'),
    (read_json, b'{"Declaration":{"FunctionCode":9,"InvoiceAmount":{"value":"1.2345"}}}'),
    (read_json, b"{"),
    (read_json, b""),
    (read_xml, b"<!DOCTYPE a><a/>"),
    (read_xml, b"<a>"),
    (read_xml, b"<Declaration><FunctionCode>9</FunctionCode>x<Zed/><ID a='b'>c</ID></Declaration>"),
    (read_csv, b"Colour\n1"),
    (read_csv, b"Message,Declaration.FunctionCode\n1,9,8\n1,13"),
)


@pytest.mark.parametrize(("read", "data"), BAD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_stays_empty(read, data, language):
    try:
        found = read(data)
        problems = [p for r in (found if isinstance(found, list) else [found]) for p in r.problems]
    except MalformedMessage as error:
        problems = error.problems
    assert problems
    for problem in problems:
        text = problem.text(language)
        for sentence in (text.title, text.message, text.remedy):
            assert sentence
            assert not re.search(r"\{[a-z]+\}", sentence), (problem, sentence)
