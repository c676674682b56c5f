"""The short way through CSV and Parquet says exactly what the careful way says."""

import csv
import importlib.util
import io
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.effort import examples

from clearway.messages import (
    DEFAULT_LIMITS,
    from_table,
    iter_csv,
    read_parquet,
    to_table,
    write_csv,
    write_parquet,
)
from clearway.messages.csv_plan import Plan
from clearway.messages.goods import GovernmentAgencyGoodsItem
from clearway.messages.limits import Limits
from clearway.messages.parquet_codec import _checked, _rows_at_once
from clearway.messages.parties import Declarant
from clearway.messages.records import Declaration, MetaData
from clearway.messages.shapes import shape_of
from clearway.messages.shipment import GoodsShipment

_spec = importlib.util.spec_from_file_location(
    "generated_records", Path(__file__).with_name("generated_records.py")
)
_generated = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_generated)
messages = _generated.messages
ODD = [
    "",
    "'",
    "''x",
    "'=1",
    " ",
    " x",
    "x ",
    "a  b",
    "x" * 600,
    "1,5",
    "-1",
    "-1.50",
    "007",
    "1e3",
]
ODD += [
    "2",
    "100000",
    "1.2345678",
    "é",
    "٣",
    "a\u202eb",
    "a\u00adb",
    "a\x00b",
    "a\nb",
    'q"q',
    "\\",
    "@",
]
thorough = settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def both_ways(lines, limits=None):
    given_limits = {} if limits is None else {"limits": limits}
    with patch.object(Plan, "PAYS_AFTER", 0):
        quick = list(iter_csv(lines, **given_limits))
    with patch.object(Plan, "MOST_COLUMNS", 0):
        careful = list(iter_csv(lines, **given_limits))
    return quick, careful


def rows_of(records):
    out = io.StringIO(newline="")
    write_csv(records, out)
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def lines_of(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().splitlines(keepends=True)


@thorough
@given(st.lists(messages(), min_size=1, max_size=3), st.data())
def test_csv_with_odd_cells(records, data):
    rows = rows_of(records)
    changes = st.tuples(
        st.integers(1, len(rows) - 1), st.integers(0, len(rows[0]) - 1), st.sampled_from(ODD)
    )
    for row, column, cell in data.draw(st.lists(changes, max_size=4)):
        rows[row][column] = cell
    if data.draw(st.integers(0, 5)) == 0:
        rows[-1].append("more")
    quick, careful = both_ways(lines_of(rows))
    assert quick == careful


@thorough
@given(st.lists(messages(), min_size=1, max_size=2), st.data())
def test_csv_with_columns_left_out(records, data):
    rows = rows_of(records)
    kept = data.draw(st.sets(st.integers(0, len(rows[0]) - 1), min_size=1))
    order = data.draw(st.permutations(sorted(kept)))
    quick, careful = both_ways(lines_of([[row[n] for n in order] for row in rows]))
    assert quick == careful


def leaves_of(record):
    """Every leaf that has a value: who holds it, and its member."""
    found = []
    for member in shape_of(type(record)).members:
        value = getattr(record, member.name)
        if value is None or value == ():
            continue
        if member.shape is None:
            found.append((record, member))
        else:
            entries = value if member.repeated else (value,)
            found += [leaf for entry in entries for leaf in leaves_of(entry)]
    return found


@settings(thorough, max_examples=examples(30))  # a file of all columns takes a third of a second
@given(st.lists(messages(), min_size=1, max_size=4), st.data())
def test_parquet_with_odd_values(records, data):
    for _ in range(data.draw(st.integers(0, 3))):
        holder, member = data.draw(st.sampled_from(leaves_of(data.draw(st.sampled_from(records)))))
        odd = data.draw(st.sampled_from([text for text in ODD if text != "a\x00b"]))
        value = getattr(holder, member.name)
        if member.value_type is not None:
            attribute = value.__struct_fields__[data.draw(st.integers(0, 1))]
            setattr(value, attribute, odd)
        elif member.leaf.kind == "sequence":
            setattr(holder, member.name, data.draw(st.sampled_from([-1, 100_000, None, 99_999])))
        else:
            setattr(holder, member.name, data.draw(st.sampled_from([odd, None])))
    table = to_table(records)
    careful = [
        _checked(record, row, DEFAULT_LIMITS) for row, record in enumerate(from_table(table), 1)
    ]
    file = io.BytesIO()
    write_parquet(records, file)
    assert list(read_parquet(file, rows_at_once=3)) == careful


def declared(**members):
    return MetaData(declaration=Declaration(function_code="9", **members))


def test_clean_rows_take_the_short_way():
    file = io.BytesIO()
    write_parquet([declared(type_code="IMA"), declared()], file)
    with patch("clearway.messages.parquet_codec._checked", side_effect=AssertionError):
        first, second = read_parquet(file)
    assert (first.declaration.type_code, second.line) == ("IMA", 2)


def test_a_row_larger_than_the_limit():
    file = io.BytesIO()
    write_parquet([declared(), declared(declarant=Declarant(name="x" * 70))], file)
    small, large = read_parquet(file, limits=Limits(most_bytes=100))
    assert small.problems == ()
    assert [(problem.rule, problem.line) for problem in large.problems] == [("CLW1002", 2)]


def test_many_items_are_read_and_written_in_smaller_groups():
    items = tuple(GovernmentAgencyGoodsItem(sequence_numeric=n) for n in range(1, 1_000))
    record = declared(goods_shipment=GoodsShipment(goods_items=items))
    file = io.BytesIO()
    write_parquet([record] * 25, file)
    metadata = pq.ParquetFile(file).metadata
    assert [metadata.row_group(n).num_rows for n in range(3)] == [11, 11, 3]
    assert _rows_at_once(metadata, 1_000) == 10
    assert [reading.record for reading in read_parquet(file)] == [record] * 25


D = "Declaration"
ITEM = f"{D}.GoodsShipment.GovernmentAgencyGoodsItem"


@pytest.mark.parametrize(
    "rows",
    [
        [f"Message,{D}.FunctionCode,{ITEM}.SequenceNumeric", "1,9,1", "1,,2", "1,9,3"],
        [f"Message,{D}.FunctionCode,{ITEM}.SequenceNumeric", "1,9,", "1,9,2"],
        [f"Message,{D}.FunctionCode,{ITEM}.SequenceNumeric", "1,,1", "1,9,2"],
        [f"{D}.FunctionCode,{ITEM}.SequenceNumeric,{ITEM}.Origin[2].CountryCode", "9,1,CN"],
        [f"{D}.FunctionCode,{ITEM}.Origin.TypeCode,{ITEM}.Origin[1].TypeCode", "9,1,2", "9,,2"],
        [f"{D}.FunctionCode,{D}.InvoiceAmount@currencyID", "9,GBP"],
        [f"{D}.FunctionCode,{D}.AcceptanceDateTime", "9,20260131"],
        [f"{D}.TypeCode", "IMA"],
        ["WCOTypeName", "DEC"],
        [f"Message,{D}.FunctionCode,{ITEM}.SequenceNumeric"]
        + [f"1,9,{n}" for n in range(1, 1_002)],
    ],
)  # fmt: skip
def test_csv_with_odd_headers(rows):
    quick, careful = both_ways([f"{row}\r\n" for row in rows])
    assert quick == careful
    assert quick


def test_a_message_larger_than_the_limit():
    columns = f"Message,{D}.FunctionCode,{D}.Declarant.Name,{ITEM}.SequenceNumeric\r\n"
    rows = [columns, f"1,9,{'x' * 70},1\r\n", *(f"1,,,{n}\r\n" for n in range(2, 40))]
    quick, careful = both_ways(rows, Limits(most_bytes=400))
    assert quick == careful
    assert [problem.rule for problem in quick[0].problems] == ["CLW1002"]


def test_clean_messages_take_the_short_way():
    rows = [f"Message,{D}.FunctionCode,{ITEM}.SequenceNumeric\r\n", "1,9,1\r\n", "1,,2\r\n"]
    with (
        patch.object(Plan, "PAYS_AFTER", 0),
        patch("clearway.messages.csv_codec._Care", side_effect=AssertionError),
    ):
        (reading,) = iter_csv(rows)
    assert len(reading.declaration.goods_shipment.goods_items) == 2


def test_a_plan_is_made_once_it_pays():
    header = f"{D}.FunctionalReferenceID,{D}.FunctionCode,{D}.TypeCode\r\n"
    rows = [f"L{n},{9 if n % 7 else 99},IMA\r\n" for n in range(Plan.PAYS_AFTER + 60)]
    with patch("clearway.messages.csv_codec.Plan", wraps=Plan) as plan:
        plan.PAYS_AFTER, plan.MOST_COLUMNS = Plan.PAYS_AFTER, Plan.MOST_COLUMNS
        readings = list(iter_csv([header, *rows]))
        assert plan.call_count == 1
    assert [bool(reading.problems) for reading in readings] == [
        n % 7 == 0 for n in range(len(rows))
    ]
    assert [reading.line for reading in readings] == list(range(2, len(rows) + 2))
