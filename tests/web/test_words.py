"""The pages' words: whole in five languages, none English by laziness, none unused or missing."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel import Locale

import clearway.web
from clearway.audit.actor import Role
from clearway.declarations import kinds, life_cycle
from clearway.kernel.decisions import Lane, Severity
from clearway.vocabulary.problem_details import KINDS as PROBLEMS
from clearway.web.listing import Listing
from clearway.web.words import LANGUAGES, OWN_NAMES, words

WEB = Path(str(resources.files("clearway.web")))
OTHERS = tuple(one for one in LANGUAGES if one != "en")
FILES = sorted(file.stem for file in (WEB / "words" / "en").glob("*.toml"))

SAME = {
    "fr": {
        "about_organisation", "about_webhook", "asks_description", "asks_message",
        "column_authorisation_type", "column_finding_code", "column_mrn", "found_organisation",
        "menu_organisations", "milliseconds", "organisation_active",
        "organisation_administration", "organisation_terminal", "secret", "watch_source",
        "watch_version", "watch_version_named", "webhooks",
    },
    "zh": {"column_mrn"},
    "vi": {"about_webhook", "column_mrn", "milliseconds"},
    "ar": {"column_mrn"},
}  # fmt: skip
"""What is rightly the same as in English: a code, a unit, a word that both languages have."""
PLAIN = {
    "Clearway",
    "UN",
    "cw_ _",
    "CSV",
    "NDJSON",
    "XLSX",
    "HTTP",
    "OpenAPI",
    "v",
    "WCO",
    "@demo.example",
    "POST /api/v1/sandbox/declarations",
}
"""What templates may say by themselves: names and forms of files."""


@cache
def file(language, name):
    return tomllib.loads((WEB / "words" / language / f"{name}.toml").read_text("utf-8"))


def forms(told):
    return {"other": told} if isinstance(told, str) else told


def places(text):
    return set(re.findall(r"\{(\w*)\}", text))


def test_every_language_has_the_same_files():
    assert set(OWN_NAMES) == set(LANGUAGES)
    for language in LANGUAGES:
        assert sorted(one.stem for one in (WEB / "words" / language).glob("*.toml")) == FILES


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_word_and_its_parameters(language, name):
    english, own = file("en", name), file(language, name)
    assert list(own) == list(english)
    for key, told in own.items():
        assert isinstance(told, str) == isinstance(english[key], str), key
        wanted = places(forms(english[key])["other"])
        assert places(forms(told)["other"]) == wanted, key
        for text in forms(told).values():
            assert text == text.strip() != "", key
            assert places(text) <= wanted, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_word_has_each_form_of_its_language(language):
    wanted = set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, told in words(language).items():
        if not isinstance(told, str):
            # French and Vietnamese have "many" only for millions written in words.
            assert wanted - {"many"} <= set(told) <= wanted, key
            if language == "ar":
                assert set(told) == wanted, key


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_is_left_in_english(language):
    english = words("en")
    same = {
        key
        for key, told in words(language).items()
        if set(forms(told).values()) & set(forms(english[key]).values())
        and re.search(r"[^\W\d_]", re.sub(r"\{\w*\}", "", forms(told)["other"]))
    }
    assert same <= SAME[language]


@pytest.mark.parametrize(("language", "letters"), [("zh", "一-鿿"), ("ar", "ء-ي")])
def test_a_language_is_written_in_its_letters(language, letters):
    for key, told in words(language).items():
        if key not in SAME[language]:
            for text in forms(told).values():
                assert re.search(f"[{letters}]", text) or not re.search(r"[^\W\d_]", text), key


# -- what pages use


@cache
def python():
    """Return the texts in Python of the pages, what made-up ones begin with, words asked for."""
    constants, beginnings, asked = set(), set(), set()
    for source in WEB.rglob("*.py"):
        tree = ast.parse(source.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(node.values[0].value)
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                asked |= asked_for(function)
    return constants, beginnings, asked


def asked_for(function):
    """Return the keys that a function takes out of ``words(language)``."""

    def is_call(node):
        return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words"

    nodes = list(ast.walk(function))
    names = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and is_call(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {
        node.slice.value
        for node in nodes
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and (is_call(node.value) or getattr(node.value, "id", "") in names)
    }


@cache
def templates():
    return {
        str(one.relative_to(WEB)): one.read_text("utf-8")
        for folder in (WEB / "templates", WEB.parent / "api" / "templates")
        for one in folder.rglob("*.html")
        if one.is_relative_to(WEB)
    }


@cache
def named_in_templates():
    text = "\n".join(templates().values())
    keys = set(re.findall(r"\bwords\.([\w-]+)", text))
    keys |= set(re.findall(r'{%\s*say\s+"([\w-]+)"', text))
    keys |= set(re.findall(r'"([\w-]+)"\|word\b(?!:)', text))
    prefixes = set(re.findall(r'\|words?(?:_of)?:"(\w+)"', text))
    prefixes |= {
        cycle or "state" for cycle in re.findall(r'{%\s*state\s+[\w.]+(?:\s+"(\w+)")?', text)
    }
    return keys, prefixes


def test_every_word_that_a_page_names_is_there():
    keys, prefixes = named_in_templates()
    known = words("en").keys()
    assert keys - known == set()
    assert python()[2] - known == set()
    for prefix in prefixes:
        assert any(key.startswith(f"{prefix}_") for key in known), prefix


@cache
def prefixes_of_choices():
    """What the choices of fields and filters are worded by."""
    found = set()
    for source in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Field", "Filter"}:
                found |= {one.value for one in node.args[3:] if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_no_word_is_unused():
    keys, prefixes = named_in_templates()
    constants, beginnings, _ = python()
    kinds_of_columns = {
        one.split(":")[1] for one in constants if re.fullmatch(r"(word|state):\w+", one)
    }
    starts = {f"{one}_" for one in prefixes | kinds_of_columns | prefixes_of_choices() | {"column"}}
    starts |= {one for one in beginnings if one.endswith("_")}
    starts |= {f"{one}_" for one in constants if re.fullmatch(r"[a-z]+(_[a-z]+)*", one)} & {
        "lane_short_", "state_", "goods_", "debt_", "kind_", "direction_", "request_state_",
    }  # fmt: skip
    unused = {
        key
        for key in words("en")
        if key not in keys | constants and not any(key.startswith(start) for start in starts)
    }
    assert unused == set()


def kinds_of_events():
    """Return every kind of event that a room announces."""
    found = set()
    for source in WEB.parent.rglob("events.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(
                r"[a-z_]+\.[a-z_]+", str(node.value)
            ):
                found.add(node.value)
    return found


def test_codes_that_pages_show_have_their_words():
    known = words("en").keys()
    families = {
        "lane": (one.name for one in Lane),
        "lane_short": (one.name for one in Lane),
        "role": Role,
        "refused": PROBLEMS,
        "severity": Severity,
        "state": life_cycle.DECLARATION_STATES,
        "goods": life_cycle.GOODS_STATES,
        "debt": life_cycle.DEBT_STATES,
        "kind": kinds.KINDS,
        "event": (kind.replace(".", "_") for kind in kinds_of_events()),
    }
    missing = {
        f"{family}_{code}"
        for family, codes in families.items()
        for code in codes
        if f"{family}_{code}" not in known
    }
    assert missing == set()


def test_every_column_and_choice_of_a_list_has_its_word():
    known = words("en").keys()
    missing = set()
    for found in walk_packages(clearway.web.__path__, "clearway.web."):
        if "migrations" in found.name:
            continue
        for listing in vars(import_module(found.name)).values():
            if isinstance(listing, Listing):
                named = [listing.title, *([listing.hint] if listing.hint else [])]
                named += [f"column_{one.name}" for one in (*listing.columns, *listing.filters)]
                named += [
                    f"{one.prefix}_{choice}"
                    for one in listing.filters
                    if one.prefix
                    for choice in one.choices
                ]
                named += [word for word, _ in listing.actions]
                missing |= {(listing.name, key) for key in named if key not in known}
    assert missing == set()


def test_no_template_says_anything_by_itself():
    for name, text in templates().items():
        bare = re.sub(r"{% block main_class %}.*?{% endblock %}", "", text)
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", bare, flags=re.DOTALL)
        told = re.findall(r'\s(?:placeholder|aria-label|title|alt|content)="([^"]*)"', bare)
        told = [one for one in told if not re.match(r"width=|light dark|\{", one.strip())]
        bare = re.sub(r"<(script|style)\b.*?</\1>", " ", bare, flags=re.DOTALL)
        bare = re.sub(r"<[^>]*>", "\n", bare)
        told += re.sub(r'[\w-]+="[^"]*"', " ", bare).split("\n")  # attributes alone are a part
        said = {one.strip(" ·›←→:.…/–×+") for one in told if re.search(r"[^\W\d_]", one)}
        said = {one for one in said if not re.fullmatch(r"[A-Z\d/]*\d[A-Z\d/]*", one)}  # codes
        assert said <= PLAIN, name
