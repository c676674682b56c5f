"""Bad JSON: every error at once, each with pointer and line, on the quick and the careful path."""

import json

import msgspec
import pytest

from clearway.messages import Limits, MalformedMessage, read_json

GOOD = {"Declaration": {"FunctionCode": "9"}}


def read(tree):
    """Read a tree compact and pretty; both must tell the same."""
    compact = read_json(msgspec.json.encode(tree))
    pretty = read_json(json.dumps(tree, indent=1, ensure_ascii=True).encode())
    assert {(p.rule, p.pointer) for p in compact.problems} == {
        (p.rule, p.pointer) for p in pretty.problems
    }
    assert compact.record == pretty.record
    return compact


def found(tree):
    return [(problem.rule, problem.pointer) for problem in read(tree).problems]


def declaration(**members):
    return {"Declaration": {"FunctionCode": "9", **members}}


def refused(data, **limits):
    with pytest.raises(MalformedMessage) as caught:
        read_json(data, limits=Limits(**limits))
    return [(problem.rule, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("CLW1001", 0)),
        (b'{"Declaration":\n {"FunctionCode": "9"', ("CLW1008", 2)),
        (b'{"a": "\xff"}', ("CLW1009", 1)),
        (b"\x1f\x8b\x08\x00", ("CLW1003", 0)),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, ("CLW1006", 1)),
        (b"[" * 100_000, ("CLW1006", 1)),
    ],
)
def test_what_cannot_be_read_at_all(data, expected):
    assert refused(data) == [expected]


def test_size_limit():
    assert refused(b'{"Declaration":{"FunctionCode":"9"}}', most_bytes=10) == [("CLW1002", 0)]


@pytest.mark.parametrize(
    "text",
    [
        '{"Declaration":{"FunctionCode":"9","FunctionCode":"9"}}',
        '{"Declaration":{"FunctionCode":"9" , "FunctionCode" :"13"}}',
        '{"Declaration":{"FunctionCode":"9","\\u0046unctionCode":"13"}}',
        '{"Declaration":{"FunctionCode":"9","TypeCode":"a:b","FunctionCode":"9"}}',
    ],
)
def test_duplicate_keys_are_found_however_they_are_written(text):
    reading = read_json(text.encode())
    assert ("CLW1023", "42A:017") in [(p.rule, p.pointer) for p in reading.problems]
    assert reading.record.declaration.function_code == "9"


def test_a_lost_object_in_a_duplicate_key_is_found():
    text = '{"Declaration":{"FunctionCode":"9"},"Declaration":{"FunctionCode":"9"}}'
    assert [p.rule for p in read_json(text.encode()).problems] == ["CLW1023"]


def test_a_duplicate_cannot_hide_behind_an_escaped_colon():
    text = '{"Declaration":{"FunctionCode":"9","TypeCode":"\\u003a","TypeCode":"A"}}'
    assert "CLW1023" in [p.rule for p in read_json(text.encode()).problems]


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        ({"value": "NaN"}, "CLW1046"),
        ({"value": "1e309"}, "CLW1047"),
        ({"value": "1,5"}, "CLW1044"),
        ({"value": "１２３"}, "CLW1045"),
        ({"value": "x"}, "CLW1043"),
        ({"value": "1.2345"}, "CLW1048"),
        ({"value": "20260131093000Z"}, "CLW1043"),
        ({"value": 12.5}, "CLW1031"),
        ({"value": "1", "currencyID": "usd"}, "CLW1030"),
        ({"value": "1", "currencyID": 7}, "CLW1031"),
        ({"currencyID": "usd", "value": "1"}, "CLW1030"),
        ({"value": "1", "unitCode": "KGM"}, "CLW1028"),
        ({"currencyID": "USD"}, "CLW1024"),
        ("12", "CLW1031"),
        (12, "CLW1031"),
        ([1], "CLW1031"),
    ],
)
def test_amounts(amount, rule):
    assert found(declaration(InvoiceAmount=amount)) == [(rule, "42A:109")]


@pytest.mark.parametrize(
    ("literal", "rule"), [("NaN", "CLW1046"), ("-Infinity", "CLW1046"), ("1e309", "CLW1047")]
)
def test_literals_that_are_no_numbers(literal, rule):
    text = f'{{"Declaration":{{"FunctionCode":"9","InvoiceAmount":{{"value":{literal}}}}}}}'
    (problem,) = read_json(text.encode()).problems
    assert (problem.rule, problem.pointer) == (rule, "42A:109")


def test_counts_are_whole():
    assert found(declaration(TotalPackageQuantity={"value": "3.5"})) == [("CLW1048", "42A:146")]
    assert found(declaration(TotalPackageQuantity={"value": "3.0"})) == []
    assert found(declaration(GoodsItemQuantity={"value": "100000"})) == [("CLW1047", "42A:228")]


@pytest.mark.parametrize(
    ("members", "rule", "pointer"),
    [
        ({"Nickname": "x"}, "CLW1020", "42A"),
        ({"TypeCode": 7}, "CLW1031", "42A:D013"),
        ({"TypeCode": ""}, "CLW1040", "42A:D013"),
        ({"TypeCode": "   "}, "CLW1040", "42A:D013"),
        ({"TypeCode": "IMAX"}, "CLW1041", "42A:D013"),
        ({"Declarant": {"Name": "a\u0001b"}}, "CLW1051", "42A/57B:R124"),
        ({"Declarant": {"Name": "a\u202eb"}}, "CLW1052", "42A/57B:R124"),
        ({"Declarant": {"Name": "a\u2060b"}}, "CLW1052", "42A/57B:R124"),
        ({"Declarant": {"Name": "a\nb"}}, "CLW1053", "42A/57B:R124"),
        ({"Declarant": []}, "CLW1031", "42A/57B"),
        ({"Amendment": {}}, "CLW1031", "42A/06A"),
        ({"Amendment": ["x"]}, "CLW1031", "42A/06A[1]"),
        ({"@": {"TypeCode@colour": "red"}}, "CLW1028", "42A"),
        ({"@": {"TypeCode@listAgencyID": "four"}}, "CLW1030", "42A"),
        ({"AcceptanceDateTime": {"value": "20260131"}}, "CLW1029", "42A:023"),
        ({"AcceptanceDateTime": {"value": "31.1.2026", "formatCode": "304"}}, "CLW1049", "42A:023"),
    ],
)
def test_one_error_of_form(members, rule, pointer):
    reading = read(declaration(**members))
    assert [(p.rule, p.pointer) for p in reading.problems] == [(rule, pointer)]
    assert reading.record.declaration.function_code == "9"


def test_a_lone_surrogate_never_reaches_a_record():
    text = b'{"Declaration":{"FunctionCode":"9","TypeCode":"\\ud800"}}'
    reading = read_json(text)
    assert [p.rule for p in reading.problems] == ["CLW1051"]
    assert reading.record.declaration.type_code is None


def test_mandatory_data():
    assert found({"Declaration": {"TypeCode": "IMA"}}) == [("CLW1024", "42A:017")]
    assert found({"Declaration": {"FunctionCode": None}}) == [("CLW1024", "42A:017")]


def test_a_thousand_items():
    items = [{"SequenceNumeric": 1}] * 1000
    tree = declaration(GoodsShipment={"GovernmentAgencyGoodsItem": items})
    assert found(tree) == [("CLW1025", "42A/67A/68A[1000]")]


def test_every_error_at_once_with_its_line():
    text = """{"Declaration": {
      "FunctionCode": "7",
      "InvoiceAmount": {"value": "1,50", "currencyID": "USD"},
      "GoodsShipment": {"GovernmentAgencyGoodsItem": [
        {"SequenceNumeric": 1},
        {"Origin": [
          {"CountryCode": "XXXXX"}]}]}}}"""
    problems = read_json(text.encode()).problems
    assert [(p.rule, p.pointer, p.line) for p in problems] == [
        ("CLW1050", "42A:017", 2),
        ("CLW1044", "42A:109", 3),
        ("CLW1024", "42A/67A/68A[2]:006", 6),
        ("CLW1041", "42A/67A/68A[2]/92A:063", 7),
    ]


def test_a_declaration_without_envelope_and_a_stranger():
    assert read_json(b'{"FunctionCode":"9"}').kind == "declaration"
    assert read_json(b'{"colour":"red"}').kind == "other"
    assert [p.rule for p in read_json(b'["x"]').problems] == ["CLW1031"]
