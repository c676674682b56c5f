"""Every forbidden pair of acts, tried by one person in four ways: refused, and in the log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.lives.duties import PAIRS, WAYS, World
from tests.post_clearance.conftest import border, people, released, waiting  # noqa: F401

from clearway.accounts.four_eyes import is_same_person
from clearway.audit.models import Leaf
from clearway.vocabulary.errors import ActRefused

DOCUMENT = Path(__file__).parents[2] / "docs" / "separation-of-duties.md"


@pytest.fixture
def world(border, people, released, waiting):  # noqa: F811
    return World(border, people, released, waiting)


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda one: one.__name__)
def test_one_person_does_not_do_both(world, pair, way):
    tried = pair(world)
    again = way(tried.first)
    assert is_same_person(again, [tried.first.name])
    before = Leaf.objects.filter(kind="refusal", actor=again.name).count()
    with pytest.raises(ActRefused):
        tried.second(again)
    logged = Leaf.objects.filter(kind="refusal", actor=again.name)
    assert logged.count() > before
    assert tried.subject in set(logged.values_list("subject", flat=True))


def test_the_document_names_every_pair():
    text = DOCUMENT.read_text(encoding="utf-8")
    for pair in PAIRS:
        first, second = re.fullmatch(r"(.+) / (.+)\.", pair.__doc__).groups()
        assert f"| {first} | {second} |" in text, pair.__name__
