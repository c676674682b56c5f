"""The words of cargo's rules: whole in every language, with the same places to fill."""

import re
from pathlib import Path

import pytest

import clearway.cargo
from clearway.cargo import checks
from clearway.cargo.models import Conveyance, TransportDocument
from clearway.kernel.texts import LANGUAGES, placeholders, room_catalogue
from clearway.messages import cuscar_groups


def _numbers():
    folder = Path(clearway.cargo.__file__).parent
    messages = Path(cuscar_groups.__file__).parent
    sources = [*folder.glob("*.py"), *messages.glob("cuscar*.py")]
    text = "\n".join(path.read_text() for path in sources)
    return {f"CLW{number}" for number in re.findall(r"(?:CLW|\b)(15\d\d|51\d\d)\b", text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_words(language):
    texts, english = room_catalogue("cargo", language), room_catalogue("cargo", "en")
    assert set(texts) == _numbers()
    for rule, text in texts.items():
        assert text.title, rule
        assert text.remedy, rule
        assert placeholders(text) == placeholders(english[rule]), rule


def test_longest_data_are_the_tables_own():
    for model, longest in (
        (TransportDocument, checks.LONGEST),
        (Conveyance, checks.CONVEYANCE_LONGEST),
    ):
        for name, most in longest.items():
            assert model._meta.get_field(name).max_length == most
