"""Generated conditions and items: every form of the language, and the values that hurt."""

from __future__ import annotations

import random

from clearway.kernel.columns import Column, ColumnType, Schema
from clearway.kernel.reference import Period, Profile

NUMBERS = ("a", "b", "c", "d")
SMALL_SCHEMA = Schema(
    [
        Column("a", ColumnType.NUMBER, "thousandths", 1_000),
        Column("b", ColumnType.NUMBER, "millionths", 1_000_000),
        Column("c", ColumnType.NUMBER, "whole", 1),
        Column("d", ColumnType.NUMBER, "hundredths", 100),
        Column("s", ColumnType.TEXT, "text"),
        Column("t", ColumnType.TEXT, "text"),
        Column("f", ColumnType.BOOLEAN, "flag"),
        Column("g", ColumnType.BOOLEAN, "flag"),
        Column("day", ColumnType.DATE, "date"),
        Column("ratio", ColumnType.NUMBER, "computed", formula="a / b"),
        Column("odd", ColumnType.NUMBER, "computed", formula="0.6745 * (a / b - c) / d"),
    ]
)
WORDS = ["CN", "VN", "US", "", "8517130000", "851762", "85", "é", "日本", "a%b", "a_b", "C", "cn"]
PATTERNS = [
    "85%",
    "8517%",
    "%00",
    "%17%",
    "_N",
    "C_",
    "%",
    "",
    "a%b",
    "__",
    "8%1%0%",
    "%é",
    "c%",
    "日_",
]
EXTREMES = [
    0, 1, -1, 2**31, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1, 3_037_000_500, -3_037_000_499,
    10**18, 999_999_999_999_999_999, 1_000, -1_000, 500, 2**53 + 1, 10**6,
]  # fmt: skip
LITERALS = ["0", "1", "-1", "0.5", "2.5", "0.001", "0.0000001", "3", "1000", "9223372036854775807",
            "99999999999999999999.5", "-0.001", "1.000"]  # fmt: skip
FLAG_TESTS = ["f", "g", "f = TRUE", "g <> FALSE", "f = g", "f <> g", "TRUE", "FALSE",
              "f IS TRUE", "g IS NOT FALSE", "f IS NOT TRUE", "NOT g"]  # fmt: skip
DAYS = ["2026-03-03", "1969-12-31", "2026-01-01", "1970-01-01"]


def number(rng: random.Random, depth: int) -> str:
    """Write a number: a column, a literal, or arithmetic over them."""
    if depth <= 0 or rng.random() < 0.35:
        pick = rng.random()
        if pick < 0.65:
            return rng.choice(NUMBERS)
        if pick < 0.72:
            return rng.choice(["ratio", "odd"])
        return rng.choice([*LITERALS, "(NULL + 0)"]) if pick < 0.97 else "-" + rng.choice(NUMBERS)
    left, right = number(rng, depth - 1), number(rng, depth - 1)
    text = f"{left} {rng.choice('+-*/')} {right}"
    return f"({text})" if rng.random() < 0.7 else text


def _word(rng: random.Random) -> str:
    return "'" + rng.choice(WORDS) + "'"


def leaf(rng: random.Random) -> str:
    """Write one comparison, list, pattern, range or test of absence."""
    return rng.choice(_LEAVES)(rng)


def _operator(rng: random.Random) -> str:
    return rng.choice(["=", "<>", "<", "<=", ">", ">=", "!="])


def _negation(rng: random.Random) -> str:
    return rng.choice(["", "NOT "])


def _comparison(rng: random.Random) -> str:
    return f"{number(rng, 2)} {_operator(rng)} {number(rng, 2)}"


def _between(rng: random.Random) -> str:
    return f"{number(rng, 1)} {_negation(rng)}BETWEEN {number(rng, 0)} AND {number(rng, 0)}"


def _number_list(rng: random.Random) -> str:
    values = ", ".join(rng.sample(LITERALS, rng.randint(1, 4)))
    return f"{number(rng, 1)} {_negation(rng)}IN ({values})"


def _text_comparison(rng: random.Random) -> str:
    return f"{rng.choice('st')} {_operator(rng)} {rng.choice([_word(rng), 's', 't', '(NULL + 0)'])}"


def _text_list(rng: random.Random) -> str:
    words = ", ".join(_word(rng) for _ in range(rng.randint(1, 6)))
    return f"{rng.choice('st')} {_negation(rng)}IN ({words})"


def _pattern(rng: random.Random) -> str:
    return f"{rng.choice('st')} {_negation(rng)}LIKE '{rng.choice(PATTERNS)}'"


def _absence(rng: random.Random) -> str:
    value = rng.choice(["s", "t", "f", "g", "day", number(rng, 2)])
    return f"({value}) IS {_negation(rng)}NULL"


def _flag(rng: random.Random) -> str:
    return rng.choice(FLAG_TESTS)


def _day(rng: random.Random) -> str:
    return f"day {_operator(rng)} '{rng.choice(DAYS)}'"


def _days(rng: random.Random) -> str:
    return f"day {_negation(rng)}BETWEEN '{rng.choice(DAYS)}' AND '{rng.choice(DAYS)}'"


_LEAVES = (
    _comparison, _comparison, _comparison, _between, _number_list, _text_comparison,
    _text_list, _pattern, _absence, _flag, _day, _days,
)  # fmt: skip


def condition(rng: random.Random, depth: int = 3) -> str:
    """Write a condition of AND, OR and NOT over leaves."""
    if depth <= 0 or rng.random() < 0.3:
        return leaf(rng)
    pick = rng.random()
    if pick < 0.2:
        return f"NOT ({condition(rng, depth - 1)})"
    word = " AND " if pick < 0.65 else " OR "
    parts = [condition(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    return word.join(f"({part})" if rng.random() < 0.8 else part for part in parts)


_STEMS = ("85", "8517", "C", "a", "日")
_PRICES = ("0", "0.5", "1", "2.5", "1000", "-1")


def _usual_part(rng: random.Random) -> str:
    """Write a part of the kinds that analysts join with AND, of few forms, so that many recur."""
    pick = rng.randrange(9)
    if pick < 2:
        return f"{rng.choice('st')} {rng.choice(['=', '<=', '<', '>='])} {_word(rng)}"
    if pick == 2:
        return f"{rng.choice('st')} {_negation(rng)}LIKE '{rng.choice(_STEMS)}%'"
    if pick == 3:
        return f"({_text_list(rng)} OR {_pattern(rng)})"
    if pick == 4:
        return f"{rng.choice(NUMBERS)} {rng.choice(['<', '<=', '>', '>='])} {rng.choice(LITERALS)}"
    if pick == 5:
        return f"a / b {rng.choice(['<', '>='])} {rng.choice(_PRICES)}"
    if pick == 6:
        return f"(a - c) / d > {rng.choice(_PRICES)}"
    if pick == 7:
        return rng.choice(["s <> t", "s = t", "f", "NOT g", "b IS NULL", "s IS NOT NULL"])
    return f"({leaf(rng)} OR {leaf(rng)})"


def usual_condition(rng: random.Random) -> str:
    """Write a condition as most are: an AND of a test on a code and a few parts more."""
    first = f"{rng.choice('st')} {_negation(rng)}IN ({_word(rng)}, {_word(rng)}, {_word(rng)})"
    parts = [first] if rng.random() < 0.8 else []
    parts += [_usual_part(rng) for _ in range(rng.randint(1, 3))]
    rng.shuffle(parts)
    joined = " AND ".join(parts)
    if rng.random() < 0.2:
        return f"({joined}) OR (f AND {_usual_part(rng)} AND s = {_word(rng)})"
    return joined


def item(rng: random.Random, *, wide: bool = True) -> tuple[object, ...]:
    """Make a row of ``SMALL_SCHEMA``: absence, zero, negatives; beyond 64 bits if ``wide``."""

    def maybe(value: object) -> object:
        return None if rng.random() < 0.15 else value

    def whole() -> int:
        pick = rng.random()
        if pick < 0.35:
            return rng.choice(EXTREMES)
        if wide and pick < 0.4:
            return rng.choice([10**30, -(10**25), 2**63])
        return rng.choice([rng.randint(-3, 3) * 1_000, rng.randint(-5_000, 5_000), 0])

    return (
        maybe(whole()), maybe(whole()), maybe(rng.randint(-3, 3)),
        maybe(rng.choice([whole(), 100, 0])),
        maybe(rng.choice(WORDS)), maybe(rng.choice(WORDS)),
        maybe(rng.random() < 0.5), maybe(rng.random() < 0.5),
        maybe(rng.choice([20_515, -1, 0, 20_454, 99_999])),
    )  # fmt: skip


def usual_item(rng: random.Random, *, wide: bool = False) -> tuple[object, ...]:
    """Make a row whose values often are the very ones that ``usual_condition`` names.

    ``wide`` adds values near the ends of 64 bits, never beyond.
    """

    def maybe(value: object) -> object:
        return None if rng.random() < 0.1 else value

    def whole(scale: int) -> object:
        if wide and rng.random() < 0.05:
            return rng.choice(EXTREMES)
        return maybe(rng.choice((-2, -1, 0, 1, 2, 5, 6, 2_000)) * scale // 2)

    words = WORDS[:7]
    return (
        whole(1_000), whole(1_000_000), maybe(rng.randint(-3, 3)), whole(100),
        maybe(rng.choice(words)), maybe(rng.choice(words)),
        maybe(rng.random() < 0.5), maybe(rng.random() < 0.5), maybe(rng.choice([20_515, -1, 0])),
    )  # fmt: skip


def profile(text: str, place: int = 0) -> Profile:
    """Make a profile of a condition, without a lane."""
    return Profile(f"P{place:03}", 1, text, None, 10, Period())
