"""The profile language: what it accepts, what it refuses and how it says so."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from clearway.kernel.columns import encode_rows
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles import ProfileSet, check_text
from clearway.kernel.profiles import test_on as try_on
from clearway.kernel.reference import Period, Profile
from clearway.proving.generated_profiles import SMALL_SCHEMA
from clearway.vocabulary.errors import ProfileRefused


def profile(condition):
    return Profile("P", 1, condition, None, 1, Period())


def true_for(condition, schema=SCHEMA, **values):
    """Both evaluators' answer, which must be the same."""
    compiled = ProfileSet.compile([profile(condition)], schema)
    row = schema.row(values)
    bulk = compiled.hits_bulk(encode_rows([row], schema))
    assert compiled.hits(row) == ([0] if len(bulk.rows[0]) else [])
    return bool(compiled.hits(row))


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("customs_value / net_mass < 3", {"customs_value": 2_999, "net_mass": 1_000_000}, True),
        ("customs_value / net_mass < 3", {"customs_value": 3_000, "net_mass": 1_000_000}, False),
        ("customs_value / net_mass < 3", {"customs_value": 1, "net_mass": 0}, False),
        ("NOT customs_value / net_mass < 3", {"customs_value": 1, "net_mass": 0}, False),
        ("customs_value / net_mass IS NULL", {"customs_value": 1, "net_mass": 0}, True),
        ("customs_value / net_mass < 3", {"customs_value": 5, "net_mass": -1}, True),
        ("customs_value / net_mass > 3", {"customs_value": -5_000, "net_mass": -1_000_000}, True),
        ("NOT origin = 'CN'", {}, False),
        ("NOT origin = 'CN'", {"origin": "VN"}, True),
        ("NOT (origin = 'CN' AND hs LIKE '85%')", {"origin": "VN"}, True),
        ("NOT (origin = 'CN' OR hs LIKE '85%')", {"origin": "VN"}, False),
        ("origin NOT IN ('CN')", {}, False),
        ("origin = 'cn'", {"origin": "CN"}, False),
        ("hs LIKE '8517_3%'", {"hs": "8517130000"}, True),
        ("hs LIKE '8517'", {"hs": "8517130000"}, False),
        ("origin = export_country", {"origin": "CN", "export_country": "CN"}, True),
        ("origin <> export_country", {"origin": "CN"}, False),
        ("route_new", {"route_new": True}, True),
        ("NOT route_new", {}, False),
        ("route_new IS NOT TRUE", {}, True),
        ("legal_date >= '2026-03-03'", {"legal_date": 20_515}, True),
        ("legal_date > '2026-03-03'", {"legal_date": 20_515}, False),
        ("item_count + 2 * 3 = 9", {"item_count": 3}, True),
        ("10 - 2 - 3 = item_count", {"item_count": 5}, True),
        ("-item_count < -4.5", {"item_count": 5}, True),
        ("origin = 'CN' OR origin = 'VN' AND route_new", {"origin": "CN"}, True),
        ("NOT origin = 'CN' AND route_new", {"origin": "VN", "route_new": True}, True),
        ("net_mass = 0.1 + 0.2", {"net_mass": 300_000}, True),
        ("description = 'it''s'", {"description": "it's"}, True),
        ("net_mass > 0.0000001", {"net_mass": 0}, False),
        ("1 / 0 IS NULL", {}, True),
        ("net_mass BETWEEN 5 AND NULL", {"net_mass": 1}, False),
        ("net_mass NOT BETWEEN 5 AND NULL", {"net_mass": 1}, True),
    ],
)
def test_fixed_meaning(condition, values, expected):
    assert true_for(condition, **values) is expected


def test_extreme_values_do_not_wrap():
    huge = {"a": 2**63 - 1, "b": 2**63 - 1, "c": 2**63 - 1, "d": -(2**63)}
    assert true_for("a * b > c", SMALL_SCHEMA, **huge)
    assert true_for("a * b * c > 0 AND a * d < 0 AND d * d > a", SMALL_SCHEMA, **huge)
    assert true_for("a / b / c < 1", SMALL_SCHEMA, **huge)
    exact = {"a": 3 * 10**17, "b": 10**17, "c": 3_000}
    assert true_for("a / b = c", SMALL_SCHEMA, **exact)
    assert not true_for("a / b < c", SMALL_SCHEMA, **exact)
    assert true_for("a / b < c", SMALL_SCHEMA, **{**exact, "a": 3 * 10**17 - 1})
    assert Fraction(3 * 10**17, 1_000) / Fraction(10**17, 10**6) == 3_000


HOSTILE = {
    "5kg > net_mass": "not a number",
    "net_mass > 1_000": "not a number",
    "net_mass > 1e309": "not a number",
    "net_mass > NaN": "no column NaN",
    "net_mass > .5": "not a number",
    "net_mass > １２": "not part of the language",
    "origin = 'CN'; DROP TABLE profiles": "without ;",
    "DROP TABLE profiles": "DROP is not part",
    "origin IN (SELECT origin FROM t)": "SELECT is not part",
    "CAST(hs AS INT) > 3": "CAST is not part",
    "hs::int > 3": "not part of the language",
    "origin = 'CN' -- all": "comments",
    "origin /* x */ = 'CN'": "comments",
    'origin = "CN"': "does not quote",
    "origin = ‘CN’": "does not quote",
    "origin = 'CN": "no closing quote",
    "origin foo": "no column foo",
    "origin hs": "side by side",
    "orign = 'CN'": "Did you mean origin?",
    "customs_valu > 3 AND importers = 'x'": "Did you mean importer?",
    "hs ILIKE '85%'": "ILIKE is not part",
    "hs LIKE '85!%' ESCAPE '!'": "ESCAPE is not part",
    "hs LIKE origin": "pattern in quotes",
    "net_mass LIKE '85%'": "text column",
    "origin > 3": "is text",
    "net_mass = '3'": "is text",
    "origin + 1 = 2": "arithmetic needs numbers",
    "legal_date > 3": "a date cannot",
    "legal_date > '2026-02-30'": "is not a date",
    "legal_date > '03/03/2026'": "is not a date",
    "legal_date + 1 > '2026-01-01'": "comparisons only",
    "route_new > 3": "true or false",
    "route_new + 1 > 3": "true or false",
    "net_mass": "compare it with something",
    "'x'": "must be true or false",
    "origin IN ()": "IN needs a list",
    "origin IN ('CN', export_country)": "literals only",
    "origin IN ('CN', NULL)": "NULL in a list",
    "origin = NULL": "Write IS NULL",
    "hs LIKE '8%' AND NOT (NULL) <> origin": "column 32: a comparison with NULL",
    "route_new = NULL": "Write IS NULL",
    "net_mass >= NULL": "Write IS NULL",
    "ørigin = 'CN'": "column 1: ø (U+00F8) in ørigin",
    "hs LIKE '8%' AND origiñ = 'CN'": "column 23: ñ (U+00F1) in origiñ",
    "\u202eorigin = 'CN'": "column 1: U+202E is not part",
    "(net_mass > 3) > 2": "a condition stands where a value is needed",
    "(origin, hs) = ('CN', '85')": "not part of the language",
    "net_mass > 3 AND": "cannot be read",
    "((net_mass > 3)": "cannot be read",
    "": "empty",
    "   \n ": "empty",
    "(" * 31 + "route_new" + ")" * 31: "more than 30 levels",
    "NOT " * 31 + "route_new": "more than 30 levels",
    "net_mass > " + "- " * 31 + "1": "more than 30 levels",
    "origin = '" + "x" * 4_096 + "'": "at most 4096",
    "origin = '" + "日" * 1_400 + "'": "at most 4096",
    "net_mass > " + "9" * 41: "more than 40 digits",
    "__import__('os').system('x')": "no column __import__",
    "origin = 'a\x00b'": "control character",
    "f(net_mass) > 3": "no column f",
    "net_mass % 2 = 0": "not part of the language",
    "net_mass || 'x' = 'x'": "not part of the language",
    "origin = 'CN' \ud800": "not part of the language",
}


@pytest.mark.parametrize(("condition", "message"), HOSTILE.items())
def test_what_is_outside_the_language_is_refused_with_its_place(condition, message):
    check_text("route_new")  # the first call loads the parser
    start = time.perf_counter()
    problems = check_text(condition)
    assert time.perf_counter() - start < 0.05
    assert problems
    assert all(problem.column >= 1 for problem in problems)
    assert message.lower() in " ".join(str(problem) for problem in problems).lower()
    with pytest.raises(ProfileRefused) as refused:
        ProfileSet.compile([profile(condition)])
    assert "profile P, column" in str(refused.value)


def test_every_problem_is_told_with_its_column():
    problems = check_text("orign = 'CN' AND 5kg > 3 AND hss LIKE '85%'")
    assert [problem.column for problem in problems] == [1, 18, 30]
    typed = check_text("origin > 3 AND net_mass = 'x' AND hs = 'ok'")
    assert [problem.column for problem in typed] == [1, 16]


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 30 + "route_new" + ")" * 30,
        "NOT " * 30 + "route_new",
        "NOT (" * 15 + "route_new" + ")" * 15,
        " OR ".join(f"item={n}" for n in range(290)),
        "net_mass > " + "+".join(["1"] * 2_000),
        "net_mass > " + "/".join(["packages"] * 400),
        "packages / " * 300 + "item_count > 0",
        " + ".join(["packages / item_count", "net_mass / quantity"] * 80) + " > 1",
        "origin IN (" + ", ".join(f"'{n}'" for n in range(500)) + ")",
        "Origin = 'CN' and NOT Route_New",
    ],
    ids=range(10),
)
def test_what_is_large_but_lawful_is_accepted(condition):
    assert len(condition) <= 4_096
    assert check_text(condition) == []
    true_for(condition, packages=3, item_count=2, net_mass=5, quantity=7, origin="CN")


def test_no_text_of_a_condition_reaches_the_generated_code():
    attack = "x'') or __import__(''os'').abort() or (''"
    assert not true_for(f"description = '{attack}'", description="x")
    assert true_for(f"description LIKE '{attack}%'", description=attack.replace("''", "'") + "y")


def test_every_column_of_the_schema_can_be_named():
    for column in SCHEMA:
        assert check_text(f"{column.name} IS NULL") == [], column.name
        assert check_text(f"NOT ({column.name} IS NOT NULL)") == [], column.name


def test_three_hundred_profiles_reload_in_half_a_second():
    conditions = [
        f"origin IN ('CN','V{n}') AND hs LIKE '{n:04}%' AND customs_value / net_mass < {n}.5"
        for n in range(300)
    ]
    start = time.process_time()
    ProfileSet.compile(profile(condition) for condition in conditions)
    assert time.process_time() - start < 0.5


def test_a_trial_counts_hits_and_overlap():
    profiles = ProfileSet.compile(
        [profile("net_mass > 1"), profile("net_mass > 2"), profile("FALSE")]
    )
    rows = [SCHEMA.row({"net_mass": n * 1_000_000}) for n in (1, 2, 3)]
    result = try_on(profiles, rows)
    assert (result.items, result.any, result.hits, result.only) == (3, 2, (2, 1, 0), (1, 0, 0))
    assert result.overlap == ((2, 1, 0), (1, 1, 0), (0, 0, 0))
    assert try_on(profiles, []).hits == (0, 0, 0)


def test_splitting_and_shuffling_a_batch_changes_nothing():
    profiles = ProfileSet.compile(
        [profile("origin IN ('CN','VN') AND net_mass / packages < 0.5"), profile("NOT route_new")]
    )
    rows = [
        SCHEMA.row(
            {"origin": ["CN", "VN", "US"][n % 3], "net_mass": n * 1_000, "packages": n % 7,
             "route_new": [True, False, None][n % 3 - n % 2]}
        )
        for n in range(200)
    ]  # fmt: skip
    whole = profiles.hits_bulk(encode_rows(rows, SCHEMA))
    batch = encode_rows(rows, SCHEMA)
    parts = [profiles.hits_bulk(batch.slice(start, start + 37)) for start in range(0, 200, 37)]
    for place in range(2):
        joined = [row + 37 * n for n, part in enumerate(parts) for row in part.rows[place].tolist()]
        assert joined == whole.rows[place].tolist()
        turned = profiles.hits_bulk(encode_rows(rows[::-1], SCHEMA)).rows[place].tolist()
        assert sorted(199 - row for row in turned) == whole.rows[place].tolist()


def test_a_word_with_a_foreign_letter_is_told_once():
    (problem,) = check_text("ørigin = 'CN'")
    assert "\\x" not in str(problem)
    assert problem.remedy == "Did you mean origin?"
