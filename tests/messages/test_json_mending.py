"""The short way through a message with errors tells what the careful walk tells."""

import random
from copy import deepcopy

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
ATTRIBUTES = (7, {}, {"TypeCode@listID": "x"}, {"ID@schemeID": "\u200b"}, {"Zz@a": "b"}, {"ID": 1})


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
            node["Stranger"] = deepcopy(chance.choice(STRANGE))
        elif kind < 0.3 and isinstance(node, dict):
            del node[key]
        elif kind < 0.35 and isinstance(node, dict):
            node["@"] = deepcopy(chance.choice(ATTRIBUTES))
        elif kind < 0.45 and isinstance(node[key], dict):
            node[key] = dict(reversed(node[key].items()))
        else:
            node[key] = deepcopy(chance.choice(STRANGE))
    return msgspec.json.encode(tree)


def rewritten(message, chance):
    """The same message, or nearly, as others may write it."""
    kind = chance.randint(0, 6)
    if kind == 0:
        return msgspec.json.format(message, indent=chance.choice((0, 1, 4)))
    if kind == 1:
        return message.replace(b":", b" :", chance.randint(1, 30))
    if kind == 2:  # keys and texts with an escape
        return message.replace(b"Type", b"T\\u0079pe", chance.randint(1, 9))
    if kind == 3:  # a key that comes twice, at the end of its class
        return message.replace(b"}]", b',"ID":"X","ID":"Y"}]', chance.randint(1, 3))
    if kind == 4:
        begin, _, rest = message.partition(b'"TypeCode":')
        return begin + b'"TypeCode":"IMA","TypeCode":' + rest if rest else begin
    return message


def told(reading):
    return [(p.rule, p.pointer, p.line, p.parameters) for p in reading.problems], reading.record


@pytest.mark.parametrize("seed", range(8))
def test_as_the_careful_walk(seed):
    chance = random.Random(seed)
    mended = 0
    for data in make_messages(60, 0.5, chance):
        message = rewritten(damaged(data, chance), chance)
        short = mend_json(message, "", 1)
        careful = told(walk_json(message, DEFAULT_LIMITS, 1))
        assert told(read_json(message)) == careful
        if short is not None:
            mended += 1
            assert told(short) == careful
    assert mended > 50


def test_a_declaration_without_envelope_is_mended():
    for data in make_messages(20, 1.0, random.Random(3)):
        message = bytes(msgspec.json.decode(data, type=dict[str, msgspec.Raw])["Declaration"])
        short = mend_json(message, "", 1)
        assert short.problems
        assert told(short) == told(walk_json(message, DEFAULT_LIMITS, 1))


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
