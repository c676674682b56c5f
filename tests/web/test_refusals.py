"""Every sentence with which a room refuses an act is told in the language of its reader."""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.utils.html import escape

import clearway
from clearway.declarations import life_cycle, sniffing
from clearway.kernel.profiles import check_text
from clearway.proving.risk_bench.hostile_texts import hostile_texts
from clearway.risk import child
from clearway.risk.learning import conditions, working
from clearway.vocabulary.errors import StateForbids
from clearway.web import refusals
from clearway.web.words import LANGUAGES

OTHERS = [one for one in LANGUAGES if one != "en"]
REFUSALS = {
    "ActRefused", "DataRefused", "StateForbids", "StorageFails", "TooLarge", "TooMuch", "Sniffed",
    "GuaranteeShort",
}  # fmt: skip
FAULTS_OF_PROFILES = {
    # of a condition (kernel/profiles) and of the other data of a profile (risk/profiles/rules.py)
    "this text has no closing quote, or holds a control character.",
    "Close it with '; write a quote inside as ''.",
    "{} is not a number.",
    "Write digits with at most one decimal point, and no unit: 1000 or 2.5.",
    "a condition is one expression, without ;.",
    "the mark {} does not quote here.",
    "Write text in straight single quotes: 'CN'. Column names take no quotes.",
    "{} is not part of the language.",
    "Did you mean {}?",
    "See the list of columns.",
    "{} in {} is not a letter of a name: those are a to z.",
    "Use comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL and arithmetic.",
    "there is no column {}.",
    "more than {} levels of parentheses, NOT and signs.",
    "Split the profile, or write it flatter.",
    "the condition has {} bytes; at most {} are read.",
    "Split it into several profiles.",
    "comments are not part of the language.",
    "a number of more than {} digits.",
    "the condition is empty.",
    "Write what must be true.",
    "Write = once.",
    "a comma with nothing after it.",
    "Drop the comma.",
    "two values stand side by side with nothing between them.",
    "Put an operator, AND or OR between them.",
    "{} with {} is not part of the language.",
    "IN needs a list.",
    "Write IN ('CN', 'VN').",
    "the expression cannot be read near {}.",
    "this cannot be read.",
    "Check operators, parentheses and commas.",
    "a condition is one expression.",
    "a condition must be true or false; this is a value.",
    "Compare it with something.",
    "a comparison with NULL is never true.",
    "Write IS NULL or IS NOT NULL.",
    "true or false compares only with true or false, by = or <>.",
    "IS TRUE and IS FALSE take a true-or-false column.",
    "IS takes NULL, NOT NULL, TRUE or FALSE.",
    "LIKE takes a pattern in quotes.",
    "Write hs LIKE '8517%'.",
    "LIKE takes a text column; this is a number or a date.",
    "NULL in a list is never equal to anything.",
    "Use IS NULL with OR.",
    "a list holds literals only.",
    "Compare with the column by =.",
    "{} is text and cannot be compared with a number or a date.",
    "Write the literal in quotes.",
    "'{}' is text; the other side is a number.",
    "Drop the quotes.",
    "'{}' is not a date.",
    "Write it as '2026-03-31'.",
    "a date cannot be compared with a number.",
    "Write '2026-03-31'.",
    "a condition stands where a value is needed.",
    "{} is true or false, not a value.",
    "Write {} or NOT {}.",
    "{} is text; arithmetic needs numbers.",
    "'{}' is text; arithmetic needs numbers.",
    "a date takes part in comparisons only.",
    "Use a column that counts days.",
    "This is needed.",
    "At most {} characters.",
    "A control character cannot be kept.",
    "A profile asks for blue, yellow or red, or for no lane.",
    "Whole points from 0 to {}.",
    "A profile without a lane needs a weight, or it does nothing.",
    "The channel is profile, watchlist or legal_stop.",
    "There is no such sentence for traders.",
    "The last day lies before the first.",
    "That end has passed.",
    "A profile lasts two years at most.",
    "A trial runs over a year at most.",
    "Between 1 and 512 characters.",
}
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
    *FAULTS_OF_PROFILES,
    *(part for both in conditions.WHAT.values() for part in both),
    "Found: {}; needed: {}.",
    "Model {} serves in its place.",
    working.NOTHING_EARLIER,
    child.FAILED,
    "The model is being worked on.",
    "The model that serves cannot be read.",
    "Retire it, or restore its content from a backup.",
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


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_is_wrong_with_a_condition_is_told(language):
    """Every problem that 500 hostile texts meet, and not the English of one of them."""
    english = set()
    for text in hostile_texts():
        for problem in check_text(text):
            told = f"{problem.what} {problem.remedy}".strip()
            if refusals.translated(told, language) is None:
                english.add(told[:120])
    assert english == set()
