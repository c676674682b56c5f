"""Every format gives back every message, field by field."""

import importlib.util
import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.effort import examples

from clearway.messages import (
    equal_field_by_field,
    from_table,
    iter_ndjson,
    read_csv,
    read_json,
    read_parquet,
    read_xml,
    to_table,
    write_csv,
    write_json,
    write_ndjson,
    write_parquet,
    write_xml,
)
from clearway.messages.json_walk import walk_json
from clearway.messages.limits import DEFAULT_LIMITS
from clearway.messages.records import Declaration, MetaData
from clearway.messages.values import Amount

_spec = importlib.util.spec_from_file_location(
    "generated_records", Path(__file__).with_name("generated_records.py")
)
_generated = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_generated)
messages = _generated.messages
quick = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def same(record, reading):
    assert reading.problems == ()
    assert equal_field_by_field(record, reading.record) == []
    assert reading.record == record


@quick
@given(messages())
def test_xml(record):
    same(record, read_xml(write_xml(record)))


@quick
@given(messages())
def test_json_quick_and_careful_agree(record):
    text = write_json(record)
    same(record, read_json(text))
    same(record, walk_json(text, DEFAULT_LIMITS, 1))
    pretty = msgspec.json.format(text, indent=2)
    same(record, read_json(pretty))
    same(record, walk_json(pretty, DEFAULT_LIMITS, 1))


@quick
@given(messages())
def test_csv(record):
    out = io.StringIO(newline="")
    write_csv([record, record], out)
    first, second = read_csv(out.getvalue().encode())
    same(record, first)
    same(record, second)


@settings(quick, max_examples=examples(25))  # a file of all columns takes a third of a second
@given(messages())
def test_tables_and_parquet(record):
    assert from_table(to_table([record, record])) == [record, record]
    file = io.BytesIO()
    assert write_parquet([record, record, record], file, rows_at_once=2) == 3
    file.seek(0)
    for reading in read_parquet(file, rows_at_once=2):
        same(record, reading)


def test_xml_to_tables_to_xml_without_the_source():
    source = _message("1000.00")
    table = to_table([read_xml(write_xml(source)).record])
    again = read_xml(write_xml(from_table(table)[0])).record
    assert equal_field_by_field(source, again) == []


def test_exponent_and_order_are_differences():
    one, other = _message("1000.0"), _message("1000.00")
    (found,) = equal_field_by_field(one, other)
    assert found.path == "Declaration.InvoiceAmount"
    assert '"1000.0"' in found.left
    assert '"1000.00"' in found.right


def _message(amount):
    return MetaData(
        declaration=Declaration(function_code="9", invoice_amount=Amount(amount, "GBP"))
    )


def test_ndjson_bad_line_does_not_stop_its_neighbours():
    good = b"".join(write_ndjson([_message("1.00")]))
    lines = [good, b'{"Declaration": {"FunctionCode"\n', b"\n", good]
    first, bad, last = iter_ndjson(lines)
    assert first.record == last.record == _message("1.00")
    assert bad.record is None
    assert [(p.rule, p.line) for p in bad.problems] == [("CLW1008", 2)]
    assert last.line == 4


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A0", "+1", "-x", "@SUM(A1)", "\t=1", "'x", "'=1"])
def test_formula_cells_are_harmless_outside_and_whole_inside(cell):
    record = _message("1.00")
    record.declaration.functional_reference_id = cell
    out = io.StringIO(newline="")
    write_csv([record], out)
    written = [c for row in out.getvalue().splitlines()[1:] for c in row.split(",")]
    assert not any(c.lstrip('"').startswith(("=", "+", "-", "@", "\t")) for c in written)
    (reading,) = read_csv(out.getvalue().encode())
    assert reading.record == record


def test_formula_in_a_traders_file_is_data():
    text = "Declaration.FunctionCode,Declaration.FunctionalReferenceID\r\n9,=1+1\r\n"
    (reading,) = read_csv(text.encode())
    assert reading.record.declaration.functional_reference_id == "=1+1"
