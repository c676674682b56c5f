"""The page that shows every part as built: whole, in each language, and told of in docs."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from django.test import Client

from clearway.kernel.texts import LANGUAGES

STYLES = resources.files("clearway.web").joinpath("static/web")
DOCS = Path(__file__).parents[2] / "docs" / "components.md"
ELSEWHERE = {
    "the head, the foot and the columns of every page": {
        "aside", "beside", "dense", "desk", "find", "guided", "menu", "name", "narrow", "skip",
        "top", "tour", "two", "welcome",
    },
    "shown by the connection, not by a page": {"ended", "lost", "offline", "stale"},
    "seen by nobody, or not on paper": {"no-print", "unseen"},
    "forms that Django and allauth write": {"errorlist", "helptext"},
    "the forms of cargo and of the register, wherever they stand": {"asking", "form", "wide"},
    "the worklists of cargo, which the head of their pages leads through": {"tabs"},
    "the API reference and long contents": {"contents", "method", "operation", "prose"},
}  # fmt: skip
"""Classes that no part shows, by the reason."""


@pytest.fixture
def client(db):
    return Client(headers={"host": "localhost"})


def classes():
    found = set()
    for name in ("page.css", "parts.css"):
        style = re.sub(r"/\*.*?\*/", "", STYLES.joinpath(name).read_text(), flags=re.DOTALL)
        for rule in re.findall(r"([^{}]+)\{", style):
            found |= set(re.findall(r"\.([A-Za-z][\w-]*)", rule))
    return found


def test_every_class_is_shown_or_has_its_reason(client):
    text = client.get("/help/components").content.decode()
    main = text[text.index("<main") :]
    shown = set(" ".join(re.findall(r'class="([^"]+)"', main)).split())
    reasons = set().union(*ELSEWHERE.values())
    assert classes() - shown - reasons == set()
    assert reasons <= classes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_stands_there_with_its_markup(client, language):
    text = client.get("/help/components", {"lang": language}).content.decode()
    parts = re.findall(r'<h2 id="part-(\w+)">', text)
    assert len(parts) >= 15
    assert text.count("<pre class=") == len(parts)
    identifiers = re.findall(r'\sid="([^"]+)"', text)
    assert len(identifiers) == len(set(identifiers))
    assert not re.search(r"\sstyle=|<style", text)


def test_the_document_names_every_part(client):
    text = client.get("/help/components").content.decode()
    told = DOCS.read_text("utf-8")
    missing = [one for one in re.findall(r'<h2 id="part-(\w+)">', text) if f"`{one}`" not in told]
    assert missing == []
