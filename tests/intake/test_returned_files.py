"""The wrong rows of a file come back as they were, are mended, and go in again as they are."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clearway.declarations.models import Declaration
from clearway.intake import bulk, returned_files
from clearway.intake.models import BulkJob
from clearway.messages import read_json, write_csv, write_parquet
from clearway.vocabulary.errors import StateForbids

PACKAGES = "Declaration.TotalPackageQuantity"
REFERENCE = "Declaration.FunctionalReferenceID"


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.DATA = tmp_path


def spoil(declaration):
    declaration["TotalPackageQuantity"]["value"] = "999999"


def returned(job, language="en"):
    with returned_files.to_mend(job, language) as file:
        return file.read()


def written(bodies, form):
    """Return messages as a file of a form."""
    if form == "ndjson":
        return b"\n".join(bodies)
    records = [read_json(body).record for body in bodies]
    if form == "csv":
        text = io.StringIO(newline="")
        write_csv(records, text)
        return text.getvalue().encode()
    kept = io.BytesIO()
    write_parquet(records, kept)
    return kept.getvalue()


def mended(content, form, right):
    """Mend a returned file as its owner would; ``right`` gives the packages of a reference."""
    if form == "ndjson":
        trees = [json.loads(line) for line in content.splitlines()]
        for tree in trees:
            assert list(tree)[:3] == list(returned_files.NOTES)
            told = tree["Declaration"]
            told["TotalPackageQuantity"]["value"] = right[told["FunctionalReferenceID"]]
            told["FunctionalReferenceID"] += "-B"
        return trees, b"\n".join(json.dumps(tree).encode() for tree in trees)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        for row in rows:
            if row[REFERENCE]:
                row[PACKAGES] = right[row[REFERENCE]]
                row[REFERENCE] += "-B"
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return [row for row in rows if row["#reason"]], text.getvalue().encode()
    table = pq.read_table(io.BytesIO(content))
    rows = table.to_pylist()
    for row in rows:
        told = row["Declaration"]
        told["TotalPackageQuantity"]["value"] = right[told["FunctionalReferenceID"]]
        told["FunctionalReferenceID"] += "-B"
    kept = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), kept)
    return rows, kept.getvalue()


def worked_off(line, trader, content, form, name="day"):
    job = bulk.receive(trader, name, form, [content], "bulk")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    return job


def whole_round(line, trader, message, form, count, wrong):
    """Hand in a file, get its wrong rows back, mend them, hand them in."""
    right = {
        f"REF-{n}": json.loads(message(n))["Declaration"]["TotalPackageQuantity"]["value"]
        for n in sorted(wrong)
    }
    bodies = [message(n, change=spoil if n in wrong else None) for n in range(count)]
    job = worked_off(line, trader, written(bodies, form), form)
    assert (job.state, job.accepted, job.rejected) == ("finished", count - len(wrong), len(wrong))
    told, again = mended(returned(job, "fr"), form, right)
    assert len(told) == len(wrong)
    assert all(PACKAGES in one["#field"] and REFERENCE in one["#field"] for one in told)
    second = worked_off(line, trader, again, form, "mended")
    assert (second.state, second.accepted, second.done) == ("finished", len(wrong), len(wrong))
    assert Declaration.objects.exclude(state="rejected").count() == count
    return told


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_what_is_wrong_comes_back_and_goes_in_again_as_it_is(line, trader, message, form):
    told = whole_round(line, trader, message, form, 12, {2, 3, 7})
    if form == "ndjson":
        assert [one["#row"] for one in told] == [3, 4, 8]
    english = returned_files.wrong_rows(BulkJob.objects.get(name="day"), "en")
    assert all(one.reason not in {each["#reason"] for each in told} for one in english)


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_ten_thousand_rows_with_a_hundred_and_thirty_seven_wrong(line, trader, message, form):
    wrong = {n * 73 for n in range(137)}
    assert len(whole_round(line, trader, message, form, 10_000, wrong)) == 137


def test_rows_that_nobody_can_read_come_back_as_they_were(line, trader, message):
    rows = [message(1), b"{broken", b"", b'"no object"', b"\xff\xfe{", b"{}"]
    job = worked_off(line, trader, b"\r\n".join(rows), "ndjson")
    back = returned(job).splitlines()
    assert [json.loads(line.replace(b"broken", b'"":0}'))["#row"] for line in back] == [2, 4, 5, 6]
    assert back[0].endswith(b", broken")
    assert json.loads(back[1])["#line"] == '"no object"'
    # What came back twice has the notes of the second time alone.
    job = worked_off(line, trader, b"\n".join(back[:1]), "ndjson", "again")
    assert returned(job).count(b"#row") == 1


def test_damaged_rows_of_a_table_come_back_as_they_were(line, trader, message):
    lines = written([message(1), message(2, change=spoil), message(3)], "csv").split(b"\r\n")
    damaged = next(n for n, line in enumerate(lines) if line.startswith(b"2,"))
    lines[damaged] += b",one cell too many,\xff"
    job = worked_off(line, trader, b"\r\n".join(lines), "csv")
    back = returned(job)
    assert b"," + lines[damaged] + b"\r\n" in back
    assert b"\r\n1," not in back
    again = worked_off(line, trader, back, "csv", "again")
    twice = returned(again)
    assert twice.startswith("\ufeff#row,#field,#reason,Message".encode())
    assert b"one cell too many" in twice


def test_a_file_that_is_under_way_or_thrown_away_gives_nothing_back(line, trader, message):
    job = bulk.receive(trader, "day", "ndjson", [message(1, change=spoil)], "bulk")
    with pytest.raises(StateForbids):
        returned_files.to_mend(job, "en")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    bulk.path_of(job.sha256).unlink()
    with pytest.raises(StateForbids):
        returned_files.to_mend(job, "en")
