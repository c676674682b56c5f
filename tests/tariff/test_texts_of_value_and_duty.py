"""Every finding and every step of value, duty and low value can be said in every language."""

import re
from pathlib import Path

import pytest

import clearway.kernel
from clearway.kernel.low_value.rules import RULES as LOW_VALUE
from clearway.kernel.tariff.rules import RULES as TARIFF
from clearway.kernel.texts import LANGUAGES, room_catalogue
from clearway.kernel.valuation.findings import RULES as VALUATION

KERNEL = Path(clearway.kernel.__file__).parent
ROOMS = {"valuation": VALUATION, "tariff": TARIFF, "low_value": LOW_VALUE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_number_has_its_three_sentences(room, language):
    texts = room_catalogue(room, language)
    numbers = {key for key in texts if key.startswith("CLW")}
    assert numbers == set(ROOMS[room])
    for number in numbers:
        assert texts[number].title
        assert texts[number].message
        assert texts[number].remedy


@pytest.mark.parametrize("room", ROOMS)
def test_every_number_that_the_code_tells_is_listed(room):
    code = "".join(path.read_text("utf-8") for path in (KERNEL / room).glob("*.py"))
    told = set(re.findall(r'"(CLW[567]\d{3})"', code))
    assert told == set(ROOMS[room])


@pytest.mark.parametrize("room", ROOMS)
def test_every_plain_step_key_in_the_code_has_a_text(room):
    code = "".join(path.read_text("utf-8") for path in (KERNEL / room).glob("*.py"))
    keys = set(re.findall(r'"((?:value|tariff|low_value)\.[a-z_]+)"', code))
    settings = {"low_value.vague_words"}
    assert keys - settings <= set(room_catalogue(room, "en"))
