"""Every sentence with which a room refuses an act is told in the language of its reader."""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.utils.html import escape

import clearway
from clearway.declarations import life_cycle, sniffing
from clearway.vocabulary.errors import StateForbids
from clearway.web import refusals
from clearway.web.words import LANGUAGES

OTHERS = [one for one in LANGUAGES if one != "en"]
REFUSALS = {
    "ActRefused", "DataRefused", "StateForbids", "StorageFails", "TooLarge", "TooMuch", "Sniffed",
    "GuaranteeShort",
}  # fmt: skip
COMPOSED = {
    # written where no such error is raised: put together, or named by a constant
    "The transport document is refused.",
    "Possible now: {}.",
    "Nothing can be done here any more.",
    "a file may have {} MiB",
    "the files of a declaration may have {} MiB together",
    "it is called .{} and is {}",
    "it has no name with an ending such as invoice.pdf",
    *life_cycle.GUARDS.values(),
}


def sentence(node):
    """Return what a node of the source says, with ``{}`` where it fills something in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return node.value if isinstance(node, ast.Constant) else ""


def branches(node):
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


@cache
def raised():
    """Return every sentence of a refusal in the source."""
    found = set()
    for path in Path(clearway.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
                said = node.args + [one.value for one in node.keywords if one.arg == "remedy"]
                found |= {sentence(one) for each in said for one in branches(each)}
    return found - {""}


@pytest.mark.parametrize("language", OTHERS)
def test_each_refusal_has_its_sentence_and_no_sentence_is_left_over(language):
    wanted, told = raised() | COMPOSED, refusals.known(language)
    assert (wanted - told.keys(), told.keys() - wanted) == (set(), set())


@pytest.mark.parametrize("language", OTHERS)
def test_each_sentence_is_recognised_and_filled_in(language):
    for english, told in refusals.known(language).items():
        given = [f"Q{number}" for number in range(english.count("{}"))]
        found = refusals.translated(english.format(*given), language)
        assert found, english
        assert found != english.format(*given)
        assert "{" not in found
        for number, value in enumerate(given):
            assert (f"{{{number}" in told) == (value in found), english


def test_a_code_is_told_by_the_word_of_the_pages():
    refused = StateForbids("The request is granted already.", remedy="Read the request again.")
    told = refusals.why(refused, "fr")
    assert "Accordée" in told
    assert "granted" not in told


def test_what_must_hold_is_told_sentence_by_sentence():
    guards = list(life_cycle.GUARDS.values())[:2]
    told = refusals.translated(f"It must hold that {'; that '.join(guards)}.", "zh")
    assert told
    assert all(refusals.known("zh")[one] in told for one in guards)


def test_why_a_file_is_refused_is_told_to_the_end():
    fault = str(sniffing.Sniffed("the image is damaged"))
    told = refusals.translated(f"The file is refused: {fault}.", "vi")
    assert told
    assert refusals.known("vi")[fault] in told


def test_what_nobody_translated_is_marked_as_english():
    assert refusals.in_language("Row 3 has <5> cells.", "ar") == (
        f'<span lang="en" dir="ltr">{escape("Row 3 has <5> cells.")}</span>'
    )
    assert refusals.in_language("It was amended since. And <more>.", "en") == escape(
        "It was amended since. And <more>."
    )
    assert 'lang="en"' in refusals.in_language("It was amended since. And more.", "fr")
