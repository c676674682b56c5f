"""The short way through a message with errors tells what the careful walk tells."""

import random

import msgspec
import pytest

from clearway.messages import DEFAULT_LIMITS, read_json
from clearway.messages.json_mending import mend_json
from clearway.messages.json_walk import walk_json
from clearway.proving.kernel_bench.decode_messages import make_messages

STRANGE = (
    *(
        None,
        7,
        1.5,
        True,
        "",
        "  ",
        " x",
        "NaN",
        "1,5",
        "x" * 600,
        "a\x7fb",
        "a\u202eb",
        "é",
        [],
        {},
    ),
    *([{}], [7], [{"Zz": 1}], "gbp", "XX", "-5", "a:b", {"value": "1"}, {"value": " 1"}),
    {"value": "12,5", "currencyID": "USD"},
    {"currencyID": "usd", "value": "1"},
    {"formatCode": "304", "value": "12"},
    {"value": "20260131", "formatCode": "102"},
)


def spots(node):
    """Give every place of a tree at which something can be changed."""
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from spots(node[key])


def damaged(data, chance):
    tree = msgspec.json.decode(data)
    for _ in range(chance.randint(1, 4)):
        node, key = chance.choice(list(spots(tree)))
        kind = chance.random()
        if kind < 0.2 and isinstance(node, dict):
            node["Stranger"] = chance.choice(STRANGE)
        elif kind < 0.35 and isinstance(node, dict):
            del node[key]
        else:
            node[key] = chance.choice(STRANGE)
    return msgspec.json.encode(tree)


def told(reading):
    return {(p.rule, p.pointer, p.line) for p in reading.problems}, reading.record


@pytest.mark.parametrize("seed", range(8))
def test_as_the_careful_walk(seed):
    chance = random.Random(seed)
    mended = 0
    for data in make_messages(25, 0.5, chance):
        message = damaged(data, chance)
        short = mend_json(message, "", 1)
        careful = walk_json(message, DEFAULT_LIMITS, 1)
        assert told(read_json(message)) == told(careful)
        if short is not None:
            mended += 1
            assert told(short) == told(careful)
    assert mended > 12


def test_problems_stand_in_the_order_of_the_text():
    tree = {
        "Declaration": {
            "FunctionCode": "9",
            "Nickname": 1,
            "Declarant": {"Name": " ", "ID": 7},
            "GoodsShipment": {"GovernmentAgencyGoodsItem": [{"SequenceNumeric": 1}, {}]},
            "TypeCode": "IMAX",
        }
    }
    assert [p.rule for p in read_json(msgspec.json.encode(tree)).problems] == [
        "CLW1020",
        "CLW1040",
        "CLW1031",
        "CLW1024",
        "CLW1041",
    ]
