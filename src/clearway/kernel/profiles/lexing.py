"""What a condition's text may be made of, checked before any parser sees it.

Only the lexemes of the language pass: names, numbers, quoted text, the operators and
parentheses. Anything else (comments, semicolons, casts, other quotes, ``5kg``, ``1_000``,
letters beyond ASCII outside quotes) is refused with its column, and so is a name that is neither
a word of the language nor a column of the schema.
"""

from __future__ import annotations

import difflib
import re
from itertools import pairwise

import msgspec

from clearway.kernel.columns import Schema

MAX_BYTES = 4096
MAX_LEVELS = 30
MAX_DIGITS = 40
WORDS = frozenset({"and", "or", "not", "in", "between", "like", "is", "null", "true", "false"})
_NEVER = frozenset(
    re.findall(
        r"\w+",
        """
    select from where union join insert update delete drop create alter with as cast case when
    then else end exists any all some escape ilike similar regexp rlike glob isnull notnull
    distinct symmetric interval date timestamp collate xor div mod
""",
    )
)
_LEXEME = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<text>'(?:[^'\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|'')*')
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<comment>--|/\*|\*/)
      | (?P<operator><=|>=|<>|!=|[=<>+*/(),-])""",
    re.VERBOSE | re.ASCII,
)
_OTHER_NUMBER = re.compile(r"[\d.][\w.]*", re.ASCII)
_WORD = re.compile(r"[^\W\d]\w*")  # of letters of any script


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with a condition: where (column, from 1), what, and what to do."""

    column: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"column {self.column}: {self.what} {self.remedy}".rstrip()


class Lexeme(msgspec.Struct, frozen=True):
    """One piece of the text; ``start`` is its 0-based place."""

    kind: str
    text: str
    start: int


def _shown(mark: str) -> str:
    """Show a character; one beyond ASCII with its number, as it may look like another."""
    if mark.isascii() and mark.isprintable():
        return mark
    number = f"U+{ord(mark):04X}"
    return f"{mark} ({number})" if mark.isprintable() else number


def _strange(condition: str, place: int) -> tuple[Problem, int]:
    """Say what is wrong at a place where no lexeme begins, and where to go on reading."""
    mark = condition[place]
    if mark == "'":
        what = "this text has no closing quote, or holds a control character."
        return Problem(place + 1, what, "Close it with '; write a quote inside as ''."), len(
            condition
        )
    number = _OTHER_NUMBER.match(condition, place)
    if number:
        remedy = "Write digits with at most one decimal point, and no unit: 1000 or 2.5."
        return Problem(place + 1, f"{number[0][:40]} is not a number.", remedy), number.end()
    if mark == ";":
        return Problem(place + 1, "a condition is one expression, without ;."), len(condition)
    if mark in '"`“”‘’':
        remedy = "Write text in straight single quotes: 'CN'. Column names take no quotes."
        return Problem(
            place + 1, f"the mark {_shown(mark)} does not quote here.", remedy
        ), place + 1
    return Problem(place + 1, f"{_shown(mark)} is not part of the language."), place + 1


def nearest(name: str, schema: Schema) -> str:
    """Return the hint "Did you mean …?" for an unknown column, or "" where nothing is near."""
    found = difflib.get_close_matches(name.lower(), schema.by_name, n=1, cutoff=0.5)
    return f"Did you mean {found[0]}?" if found else "See the list of columns."


def _foreign_word(word: str, place: int, schema: Schema) -> Problem:
    """Say of a word which of its letters cannot stand in a name."""
    at = next(at for at, letter in enumerate(word) if not letter.isascii())
    what = f"{_shown(word[at])} in {word[:60]} is not a letter of a name: those are a to z."
    return Problem(place + at + 1, what, nearest(word[:60], schema))


def _check_name(name: str, start: int, schema: Schema) -> Problem | None:
    lowered = name.lower()
    if lowered in WORDS or lowered in schema:
        return None
    if lowered in _NEVER:
        remedy = "Use comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL and arithmetic."
        return Problem(start + 1, f"{name} is not part of the language.", remedy)
    return Problem(start + 1, f"there is no column {name[:60]}.", nearest(name[:60], schema))


def _check_levels(lexemes: list[Lexeme]) -> Problem | None:
    """Count open parentheses and prefix signs (NOT, minus) that stand inside one another."""
    level = run = 0
    open_levels: list[int] = []
    before = "("
    for lexeme in lexemes:
        text = lexeme.text.lower() if lexeme.kind == "name" else lexeme.text
        value_before = before in {")", "value"}
        if text == "not" or (text in {"-", "+"} and not value_before):
            run += 1
        elif text == "(":
            open_levels.append(run + 1)
            level += run + 1
            run = 0
        else:
            run = 0
            if text == ")" and open_levels:
                level -= open_levels.pop()
        if level + run > MAX_LEVELS:
            what = f"more than {MAX_LEVELS} levels of parentheses, NOT and signs."
            return Problem(lexeme.start + 1, what, "Split the profile, or write it flatter.")
        is_value = lexeme.kind in {"text", "number"} or (
            lexeme.kind == "name" and text not in WORDS - {"null", "true", "false"}
        )
        before = "value" if is_value else text
    return None


def _check_pairs(lexemes: list[Lexeme]) -> Problem | None:
    """Find two lexemes in a row that the parser would take and the language does not have."""
    for first, second in pairwise(lexemes):
        if (first.text, second.text) == ("=", "=") and first.kind == second.kind == "operator":
            return Problem(first.start + 1, "== is not part of the language.", "Write = once.")
        if (first.text, second.text) == (",", ")") and first.kind == second.kind == "operator":
            return Problem(first.start + 1, "a comma with nothing after it.", "Drop the comma.")
    return None


def read(condition: str, schema: Schema) -> tuple[list[Lexeme], list[Problem]]:
    """Cut a condition into lexemes, and tell everything in it that the language does not have."""
    size = len(condition.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        what = f"the condition has {size} bytes; at most {MAX_BYTES} are read."
        return [], [Problem(1, what, "Split it into several profiles.")]
    lexemes: list[Lexeme] = []
    problems: list[Problem] = []
    place = 0
    while place < len(condition) and len(problems) < 20:
        word = _WORD.match(condition, place)
        if word is not None and not word[0].isascii():
            problems.append(_foreign_word(word[0], place, schema))
            place = word.end()
            continue
        match = _LEXEME.match(condition, place)
        if match is None:
            problem, place = _strange(condition, place)
            problems.append(problem)
            continue
        kind, text = str(match.lastgroup), match[0]
        if kind == "comment":
            problems.append(Problem(place + 1, "comments are not part of the language."))
            break
        if kind == "number" and len(text) > MAX_DIGITS:
            problems.append(Problem(place + 1, f"a number of more than {MAX_DIGITS} digits."))
        elif kind == "name" and (wrong := _check_name(text, place, schema)):
            problems.append(wrong)
        if kind != "space":
            lexemes.append(Lexeme(kind, text, place))
        place = match.end()
    if not lexemes and not problems:
        problems.append(Problem(1, "the condition is empty.", "Write what must be true."))
    if not problems and (wrong := _check_levels(lexemes) or _check_pairs(lexemes)):
        problems.append(wrong)
    return lexemes, problems
