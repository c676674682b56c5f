"""CSV and Parquet files as other people write them: good rows go on, bad ones are named."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clearway.messages import (
    MalformedMessage,
    from_table,
    read_csv,
    read_parquet,
    write_parquet,
)
from clearway.messages.records import Declaration, MetaData
from clearway.messages.values import Amount

D = "Declaration"
ITEM = f"{D}.GoodsShipment.GovernmentAgencyGoodsItem"


def csv(*lines):
    return "\r\n".join(lines).encode()


def test_rows_are_items_and_header_data_stand_once_or_everywhere():
    columns = f"Message,{D}.FunctionCode,{D}.InvoiceAmount,{D}.InvoiceAmount@currencyID"
    items = f"{ITEM}.SequenceNumeric,{ITEM}.Origin.CountryCode"
    once, all_over = read_csv(
        csv(
            f"{columns},{items}",
            "a,9,1000.00,GBP,1,CN",
            ",,,,2,VN",
            "b,9,1000.00,GBP,1,CN",
            "b,9,1000.00,GBP,2,VN",
        )
    )
    assert once.problems == all_over.problems == ()
    assert once.record == all_over.record
    items = once.record.declaration.goods_shipment.goods_items
    assert [item.origins[0].country_code for item in items] == ["CN", "VN"]
    assert (once.line, all_over.line) == (2, 4)


def test_without_a_message_column_the_reference_tells_declarations_apart():
    first, second = read_csv(
        csv(
            f"{D}.FunctionalReferenceID,{D}.FunctionCode,{ITEM}.SequenceNumeric",
            "L1,9,1",
            "L1,9,2",
            "L2,9,1",
        )
    )
    assert len(first.record.declaration.goods_shipment.goods_items) == 2
    assert second.record.declaration.functional_reference_id == "L2"


def test_bad_rows_are_named_and_their_neighbours_go_on():
    good, bad, last = read_csv(
        csv(
            f"Message,{D}.FunctionCode,{D}.TypeCode,{ITEM}.SequenceNumeric,{ITEM}.CustomsValueAmount",
            "1,9,IMA,1,10.00",
            "2,9,IMA,1,10.00",
            "2,9,IMD,x,1.000,00",
            "3,9,IMA,1,10.00",
        )
    )
    assert good.problems == last.problems == ()
    assert [(p.rule, p.pointer, p.line) for p in bad.problems] == [
        ("CLW1073", "", 4),
        ("CLW1074", "", 4),
        ("CLW1043", "42A/67A/68A[2]:006", 4),
    ]
    assert bad.record.declaration.type_code == "IMA"


def test_a_header_that_cannot_be_used_names_every_column():
    with pytest.raises(MalformedMessage) as caught:
        read_csv(csv(f"Colour,{D}.FunctionCode,{D}.FunctionCode,{D}.Functioncode", "1,9,9,9"))
    assert [(p.rule, dict(p.parameters)["column"]) for p in caught.value.problems] == [
        ("CLW1071", "1"),
        ("CLW1072", "3"),
        ("CLW1071", "4"),
    ]


@pytest.mark.parametrize(
    ("mark", "told"), [(";", "; (U+003B)"), ("\t", "TAB (U+0009)"), ("|", "| (U+007C)")]
)
def test_columns_parted_by_another_mark_are_told_by_that_mark(mark, told):
    for names in (("Message", f"{D}.FunctionCode"), ("Colour", "Shape, or form", f'"{D}.ID"')):
        with pytest.raises(MalformedMessage) as caught:
            read_csv(csv(mark.join(names), mark.join("19")))
        (problem,) = caught.value.problems
        assert (problem.rule, problem.line) == ("CLW1076", 1)
        for language in ("en", "fr", "zh", "vi", "ar"):
            assert told in problem.text(language).message


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "CLW1001"),
        (b"PK\x03\x04rest", "CLW1003"),
        (b"Message\r\n\xff\xfe", "CLW1009"),
        (b"\r\n", "CLW1001"),
        (b",,\r\n1,2,3", "CLW1070"),
    ],
)
def test_csv_that_cannot_be_read(data, rule):
    with pytest.raises(MalformedMessage) as caught:
        read_csv(data)
    assert caught.value.problems[0].rule == rule


def test_line_ends_and_quotes_inside_cells():
    text = f'Message,{D}.FunctionCode,{D}.Declarant.Name\r\n1,9,"A ""B"" & C, D"\r\n'
    (reading,) = read_csv(text.encode())
    assert reading.record.declaration.declarant.name == 'A "B" & C, D'
    broken = f'Message,{D}.FunctionCode,{D}.Declarant.Name\r\n1,9,"A\nB"\r\n2,9,C\r\n'
    first, second = read_csv(broken.encode())
    assert [p.rule for p in first.problems] == ["CLW1053"]
    assert (second.problems, second.line) == ((), 4)


def test_a_damaged_parquet_file():
    file = io.BytesIO()
    write_parquet([MetaData(declaration=Declaration(function_code="9"))], file)
    for data in (file.getvalue()[:-20], b"PAR1" + bytes(40), b"no parquet"):
        with pytest.raises(MalformedMessage) as caught:
            list(read_parquet(io.BytesIO(data)))
        assert caught.value.problems[0].rule == "CLW1080"


def test_foreign_parquet_columns_are_all_named():
    table = pa.table({"Colour": ["red"], "WCOTypeName": [1], "Declaration": [{"Shade": "x"}]})
    with pytest.raises(MalformedMessage) as caught:
        from_table(table)
    names = [dict(problem.parameters)["name"] for problem in caught.value.problems]
    assert names == ["Colour", "WCOTypeName", "Declaration.Shade"]


def test_values_in_parquet_are_checked_row_by_row():
    good = MetaData(
        declaration=Declaration(function_code="9", invoice_amount=Amount("1.00", "GBP"))
    )
    bad = MetaData(
        declaration=Declaration(function_code="9", invoice_amount=Amount("1e309", "GBP"))
    )
    file = io.BytesIO()
    write_parquet([good, bad, good], file)
    file.seek(0)
    first, middle, last = read_parquet(file)
    assert first.record == last.record == good
    assert [(p.rule, p.pointer, p.line) for p in middle.problems] == [("CLW1047", "42A:109", 2)]
    assert middle.record.declaration.invoice_amount is None


def test_a_narrow_table_of_another_writer_is_read():
    file = io.BytesIO()
    pq.write_table(pa.table({"Declaration": [{"TypeCode": "IMA", "FunctionCode": "9"}]}), file)
    file.seek(0)
    (reading,) = read_parquet(file)
    assert reading.problems == ()
    assert reading.record.declaration.type_code == "IMA"
