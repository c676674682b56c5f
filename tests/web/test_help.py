"""The pages of help: every finding explained in five languages, and the glossary."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from clearway.kernel.pointers import POINTERS
from clearway.kernel.texts import LANGUAGES, catalogue, placeholders
from clearway.vocabulary import identifiers
from clearway.web.helping.citing import cite
from clearway.web.helping.explaining import codes, explained, family_of, known, name_of, neutral
from clearway.web.helping.explaining import told as said
from clearway.web.helping.glossary import topics

OTHERS = tuple(one for one in LANGUAGES if one != "en")
ENGLISH = {
    "Agreement", "and", "Article", "Articles", "chapter", "code", "coded",
    "element", "Framework", "guidelines", "law", "list", "Manual", "Model", "mutual",
    "pack", "property", "Recommendation", "Recommendations", "Regulations", "Report", "Resolution",
    "Rules", "rules", "setting", "settings", "standard", "standards", "Standard", "tariff", "text",
    "the", "to", "trader", "units",
}  # fmt: skip
"""Words of English citations that no other language may keep."""


@pytest.fixture
def client(db):
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_explained(language):
    for code in codes():
        page = explained(code, language)
        assert page.title, code
        assert page.why, code
        assert page.remedy, code
        assert page.family_name, code
        assert all("{" not in part.text for part in (*page.message, *page.remedy)), code
        assert page.basis or page.family == "engine", code


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things_in_its_own_words(language):
    english, own = said("en"), said(language)
    assert english.keys() == own.keys()
    for table, entries in english.items():
        assert list(own[table]) == list(entries), table
        for key, text in entries.items():
            if table in {"family", "rule"}:
                assert own[table][key].keys() == text.keys()
                assert all(own[table][key][name] != text[name] for name in text), key
    glossary = [(topic.key, [term.key for term in topic.terms]) for topic in topics("en")]
    assert glossary == [(one.key, [term.key for term in one.terms]) for one in topics(language)]
    for mine, theirs in zip(topics("en"), topics(language), strict=True):
        for term, other in zip(mine.terms, theirs.terms, strict=True):
            assert term.text != other.text, term.key


def test_nothing_is_said_of_what_is_not_there():
    every = set(codes())
    rules = neutral()["rule"]
    assert set(rules) | set(said("en")["rule"]) <= every
    assert (
        set(neutral()["family"]) == set(said("en")["family"]) == {family_of(one) for one in every}
    )
    assert set(neutral()["basis"]) <= set(neutral()["family"])
    used = set().union(*(placeholders(text) for text in map(catalogue("en").get, every)))
    assert set(said("en")["parameter"]) == used
    fields = {field for rule in known().values() for field in rule.fields}
    fields |= {field for rule in rules.values() for field in rule.get("fields", ())}
    assert fields <= set(POINTERS)
    for rule in rules.values():
        assert ("wrong" in rule) == ("right" in rule)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_datum_of_a_declaration_has_a_name(language):
    for field in POINTERS:
        assert name_of(field, language)


@pytest.mark.parametrize("language", OTHERS)
def test_a_legal_basis_is_cited_in_the_reader_s_language(language):
    phrases = said(language)["citation"]
    bases = {rule.basis for rule in known().values()} | set(neutral()["basis"].values())
    bases |= {rule.get("basis", "") for rule in neutral()["rule"].values()}
    assert len(bases) > 100
    for basis in bases:
        for one in cite(basis, phrases):
            assert not ENGLISH & set(re.findall(r"(?<![\w.])[A-Za-z]+(?![\w.])", one)), one
            assert "#" not in one


def test_examples_are_wrong_and_right_as_they_say():
    checks = {
        "CLW3401": identifiers.check_container,
        "CLW3404": identifiers.check_ship,
        "CLW3406": identifiers.check_air_waybill,
    }
    for code, check in checks.items():
        example = neutral()["rule"][code]
        assert check(example["wrong"]) is not None, code
        assert check(example["right"]) is None, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_finding_tells_all_of_it(client, language):
    text = client.get("/help/findings/CLW3301", {"lang": language}).content.decode()
    told = explained("CLW3301", language)
    for part in (told.why, told.family_name, told.data[0].name, told.data[-1].name, told.basis[0]):
        assert part in text.replace("&#x27;", "'").replace("&quot;", '"')
    assert "42A/67A/68A/23A" in text
    assert client.get("/help/findings/CLW0000").status_code == 404
    assert client.get("/help/findings/value.freight").status_code == 404


def test_codes_are_found_by_words_in_either_language(client):
    def found(asked, language):
        page = client.get("/help/findings/", {"q": asked, "lang": language}).content.decode()
        return set(re.findall(r"/help/findings/(CLW\d+)", page))

    assert found("", "en") == set(codes())
    assert "CLW3123" in found("gross mass", "vi") & found("gross MASS", "en")
    assert "CLW3123" in found("trọng lượng", "vi")
    assert found("clw3123", "ar") == {"CLW3123"}
    assert found("nothing of the kind", "en") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_has_an_address_for_each_term(client, language):
    text = client.get("/help/glossary", {"lang": language}).content.decode()
    keys = [term.key for topic in topics(language) for term in topic.terms]
    assert len(keys) == len(set(keys)) >= 55
    for key in keys:
        assert f'id="{key}"' in text
        assert f'href="#{key}"' in text
