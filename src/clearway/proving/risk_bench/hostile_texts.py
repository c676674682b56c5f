"""500 hostile or broken conditions: each is refused with a useful message, quickly, to no effect.

The texts are made here, the same for a seed: injections, statements, casts, comments, unicode that
looks like ASCII, half tokens, deep nesting, huge texts, unknown columns, wrong types, and sound
conditions that were cut, doubled or smeared by chance.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles import check_text
from clearway.kernel.profiles.lexing import Problem

COUNT: Final = 500
_SOUND: Final = (
    "origin IN ('CN', 'VN') AND hs LIKE '8517%' AND customs_value / net_mass < 3",
    "robust_z < -3 AND NOT importer_aeo_active",
    "importer_first_seen_days < 90 OR route_new",
    "net_mass BETWEEN 100 AND 500 AND legal_date >= '2026-03-01'",
    "quantity IS NULL AND procedure = '40'",
)
_INJECTIONS: Final = (
    "{}; DROP TABLE declarations_declaration",
    "{}; DELETE FROM risk_profileversion WHERE 1 = 1; --",
    "{} UNION SELECT password FROM accounts_user",
    "{} OR EXISTS (SELECT 1 FROM accounts_user)",
    "{} AND 1 = (SELECT COUNT(*) FROM accounts_apikey)",
    "{} -- and nothing else",
    "{} /* hidden */ AND 1 = 1",
    "{}' OR '1' = '1",
    "{} AND CAST(net_mass AS text) = '1'",
    "{} AND net_mass::int = 1",
    "{} AND pg_sleep(10) IS NULL",
    "{} AND load_extension('evil')",
    "{} AND randomblob(1000000000) IS NULL",
    "{} AND hs ~ '^(a+)+$'",
    "{} AND hs GLOB '[0-9]*'",
    "{} AND hs LIKE '85%' ESCAPE '!'",
    "{} AND hs ILIKE '85%'",
    "{} AND hs || 'x' = 'x'",
    "{} AND CASE WHEN 1 = 1 THEN 1 ELSE 0 END = 1",
    "{} AND __import__('os').system('true') = 0",
    "{} AND eval('1') = 1",
    "{} AND (lambda: 0)() = 0",
    "{} AND {{{{ 7 * 7 }}}} = 49",
    "{} AND ${{jndi:ldap://example.com/a}} = 1",
    "<script>alert(1)</script> AND {}",
    "SELECT * FROM t WHERE {}",
    "WITH x AS (SELECT 1) {}",
    "INSERT INTO t VALUES (1) -- {}",
    "{} LIMIT 1",
    "{} ORDER BY hs",
    "{} GROUP BY origin HAVING 1 = 1",
    "{} AND :parameter = 1",
    "{} AND %s = 1",
    "{} AND ? = 1",
    "{} AND @@version = 1",
    "{} AND \"origin\" = 'CN'",
    "{} AND `origin` = 'CN'",
    "{} AND [origin] = 'CN'",
    "{} AND origin = $$CN$$",
    "{} AND origin = E'\\x43'",
    "{} AND origin = X'434E'",
    "{} AND origin = N'CN'",
)
_QUICK: Final = 0.02
"""Seconds beyond which a text is checked once more."""
_BROKEN: Final = (
    "", " ", "\t\n", "(", ")", "()", "((", "'", "''", "AND", "NOT", "origin", "origin =", "= 'CN'",
    "origin = = 'CN'", "origin = 'CN' AND", "AND origin = 'CN'", "origin = 'CN' origin = 'VN'",
    "origin IN", "origin IN ()", "origin IN ('CN',)", "origin IN ('CN' 'VN')", "origin IN 'CN'",
    "origin IN (NULL)", "origin IN (hs)", "origin IN (SELECT 'CN')", "origin NOT", "origin LIKE",
    "origin LIKE hs", "origin LIKE 8517", "net_mass LIKE '1%'", "net_mass BETWEEN 1",
    "net_mass BETWEEN 1 AND", "net_mass > 'heavy'", "net_mass > origin", "origin > 5",
    "origin + 1 = 2", "legal_date + 1 > '2026-01-01'", "legal_date > 5",
    "legal_date > '2026-13-01'", "legal_date > 'yesterday'", "route_new > 1", "route_new = 1",
    "origin IS TRUE", "net_mass IS 5", "origin IS", "origin = NULL", "NULL = NULL", "NULL", "5",
    "'CN'", "net_mass", "net_mass + 1", "5kg < net_mass", "net_mass > 1_000", "net_mass > 1e9",
    "net_mass > 0x10", "net_mass > 1.2.3", "net_mass > .5.", "net_mass > 1.", "net_mass >> 1",
    "net_mass ** 2 > 1", "net_mass % 2 = 1", "net_mass = 1 ^ 2", "net_mass & 1 = 1", "net_mass ! 1",
    "net_mass <=> 1", "net_mass == 1", "net_mass =! 1", "net_mass > 1 && route_new",
    "route_new || route_new", "!route_new", "~route_new", "route_new?", "a.b.c = 1",
    "kernel.origin = 'CN'", "origin.name = 'CN'", "origin[0] = 'C'", "origin() = 'CN'",
    "count(*) > 1", "len(origin) > 1", "date('now') = legal_date", "TRUE FALSE", "NOT NOT",
    "net_mass > 1;", ";", ";;", "--", "/*", "*/", "/* */", "\\", "\\'", "#", "@", "$1", "{}", "[]",
    'origin = "CN"', "origin = `CN`", "origin = ‘CN’", "origin = “CN”", "origin ＝ 'CN'",
    "оrigin = 'CN'", "origіn = 'CN'", "net‑mass > 1", "net_mass > １", "net_mass > ٣",
    "net_mass ≥ 1", "net_mass × 2 > 1", "起源 = 'CN'", "xuất_xứ = 'CN'", "المنشأ = 'CN'",
    "origin\u200b = 'CN'", "\ufefforigin = 'CN'", "\u202eorigin = 'CN'", "origin = 'C\0N'",
    "origin = 'CN\x1b[31m'", "origin =\x0b'CN'",
    "origin =\u00a0'CN'", "origin = 'CN", "origin = CN'", "origin = '''",
    "\ud800 = 1", "\U0001f600 > 1",
)  # fmt: skip
_NEARLY: Final = ("origi", "orgin", "net_mas", "netmass", "hs_code", "costums_value", "importr")


class Refusals(msgspec.Struct, frozen=True):
    """What became of the texts: how many, how many were refused, the slowest of them, and faults.

    ``faults`` names each text that was let through, or refused without a place and a sentence.
    """

    count: int
    refused: int
    slowest_ms: float
    faults: tuple[str, ...]


def hostile_texts(seed: int = 7, count: int = COUNT) -> list[str]:
    """Return hostile or broken texts, no two alike, the same for a seed."""
    return list(islice(_different(random.Random(seed)), count))


def measure(seed: int = 7, count: int = COUNT) -> Refusals:
    """Check every text, and return what became of them."""
    texts = hostile_texts(seed, count)
    refused, slowest = 0, 0.0
    faults: list[str] = []
    for text in texts:
        problems, seconds = _timed(text)
        slowest = max(slowest, seconds)
        refused += bool(problems)
        if not problems or not all(map(_is_useful, problems)):
            faults.append(text[:80])
    return Refusals(len(texts), refused, slowest * 1_000, tuple(faults))


def _timed(text: str) -> tuple[tuple[Problem, ...], float]:
    """Check a text; one that took long is taken twice more, since another may have had the core."""
    least = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        problems = tuple(check_text(text))
        least = min(least, time.perf_counter() - began)
        if least < _QUICK:
            break
    return problems, least


def _is_useful(problem: Problem) -> bool:
    """A place in the text, and a sentence without anything of our own machinery in it."""
    return problem.column >= 1 and len(problem.what) > 10 and "Traceback" not in problem.what


def _different(chance: random.Random) -> Iterator[str]:
    seen: set[str] = set()
    for text in _all(chance):
        if text not in seen:
            seen.add(text)
            yield text


def _all(chance: random.Random) -> Iterator[str]:
    yield from _BROKEN
    for form in _INJECTIONS:
        yield form.format(chance.choice(_SOUND))
    yield from _huge()
    for name in _NEARLY:
        yield f"{name} = 'CN'"
    while True:
        yield _smeared(chance)


def _huge() -> Iterator[str]:
    sound = _SOUND[0]
    for levels in (31, 40, 500, 2_000):
        yield "(" * levels + "route_new" + ")" * levels
        yield "NOT " * min(levels, 1_000) + "route_new"
        yield "-" * levels + "1 < net_mass"
        yield "(" * levels
        yield "net_mass > " + "(1 + " * levels + "1" + ")" * levels
    for size in (4_097, 100_000, 5_000_000):
        yield "route_new".ljust(size)
        yield "(" * size
        yield "'" + "x" * size
        yield "9" * size + " < net_mass"
        yield "é" * (size // 2)
    yield " AND ".join([sound] * 100)
    yield "net_mass > " + "1" * 41
    yield "net_mass > 1." + "0" * 41
    yield "x" * 4_000
    yield "hs IN (" + ",".join(f"'{n}'" for n in range(2_000)) + ")"
    yield "+".join(["net_mass"] * 400) + " > "
    yield "origin = '" + "%" * 4_000
    yield "\n" * 4_000
    yield "1/" * 1_000


def _smeared(chance: random.Random) -> str:
    """Spoil a sound condition: put something in that the language never has, or leave it open."""
    text = chance.choice(_SOUND)
    place = chance.randrange(len(text) + 1)
    kind = chance.randrange(6)
    if kind == 0:
        return f"{text[:place]};{text[place:]} {chance.choice(('AND', 'OR', '(', ')'))}"
    if kind == 1:
        return f"{text} {chance.choice(('AND', 'OR', '=', '<', '+', 'IN', 'LIKE', 'NOT'))}"
    if kind == 2:
        return f"{text} AND ({chance.choice(_SOUND)}"
    if kind == 3:
        word = chance.choice([column.name for column in SCHEMA])
        return f"{text} AND {word}_{chance.randrange(10, 10_000)} = 1"
    if kind == 4:
        mark = chance.choice("\\#@$^~`|{}[]?!:;\u00a7\u20ac\u200d")
        return f"{text} {mark} {text}"
    return f"{text} {chance.choice(_SOUND)}"
