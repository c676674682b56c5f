"""The words of the rules that need the record: whole in every language, with their parameters."""

from __future__ import annotations

import pytest

from clearway.declarations.findings import RULES, told
from clearway.kernel.pointers import POINTERS
from clearway.kernel.texts import LANGUAGES, placeholders, render, room_catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_words(language: str) -> None:
    texts = room_catalogue("records", language)
    assert set(texts) == set(RULES)
    for code, rule in RULES.items():
        assert placeholders(texts[code]) == set(rule.parameters), code
        assert texts[code].title
        assert texts[code].remedy


def test_every_rule_points_at_a_datum() -> None:
    assert {rule.field for rule in RULES.values()} <= set(POINTERS)


def test_a_finding_reads_as_a_sentence() -> None:
    finding = told("CLW4301", reference="A-1")
    assert finding.pointer == "42A:D026"
    text = render(finding.rule, dict(finding.parameters), "fr").message
    assert text == "Le numéro de référence local A-1 a déjà été utilisé par ce déclarant."


def test_what_a_trader_wrote_is_shown_without_invisible_signs() -> None:
    finding = told("CLW4301", reference="A\u202e1" + "x" * 100)
    (_, shown) = finding.parameters[0]
    assert "<U+202E>" in shown
    assert len(shown) < 80
