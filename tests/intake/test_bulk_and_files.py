"""Bulk files and the file drop: the good are taken, the bad told, nothing doubled."""

import hashlib
import json
import time
from concurrent.futures import Future
from datetime import timedelta

import pytest
from tests.intake.conftest import make_trader

from clearway.audit.actor import system
from clearway.declarations.models import Declaration, Version
from clearway.events.models import Event
from clearway.intake import bulk, bulk_discarding, bulk_replay, queries, returned_files
from clearway.intake.answering import storage_fails
from clearway.intake.file_drop import FileDrop
from clearway.intake.models import BulkJob, BulkRow


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.DATA = tmp_path


def lines(message, numbers):
    return [message(n) for n in numbers]


def test_good_rows_are_taken_and_bad_ones_told(line, trader, message):
    def spoil(declaration):
        declaration["TotalPackageQuantity"]["value"] = "9999"

    rows = [message(1), b"", b"{broken", message(2, change=spoil), message(3)]
    job = bulk.receive(trader, "day.ndjson", "ndjson", [b"\n".join(rows)], "bulk")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.state, job.done, job.accepted, job.rejected, job.unreadable) == (
        "finished", 4, 2, 1, 1,
    )  # fmt: skip
    told = {row.row: row for row in BulkRow.objects.filter(severity="error")}
    assert {3, 4} == set(told)
    assert told[4].pointer == "42A:146"
    assert told[4].lrn == "REF-2"
    assert Declaration.objects.filter(mrn__isnull=False).count() == 2
    kept = dict(Declaration.objects.values_list("lrn", "mrn"))
    assert list(queries.taken_rows(job)) == [
        (1, "REF-1", kept["REF-1"]),
        (5, "REF-3", kept["REF-3"]),
    ]


def test_a_job_that_was_cut_off_goes_on_without_doubling(line, trader, message, monkeypatch):
    rows = lines(message, range(10))
    job = bulk.receive(trader, "day.ndjson", "ndjson", [b"\n".join(rows)], "bulk")
    monkeypatch.setattr(bulk, "CHUNK", 4)
    monkeypatch.setattr(bulk, "AHEAD", 2)

    class Cut(Exception):
        pass

    real, settled = bulk.Bulk._settle, []

    def cut(self, *arguments):
        for _, future in arguments[1][0].rows:
            future.result(60)  # on record, but not counted
        if settled:
            raise Cut
        settled.append(1)
        real(self, *arguments)

    monkeypatch.setattr(bulk.Bulk, "_settle", cut)
    with pytest.raises(Cut):
        bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert job.done in {4, 8}  # the second chunk too, where it was answered by then
    assert Declaration.objects.count() >= 8
    monkeypatch.setattr(bulk.Bulk, "_settle", real)
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.state, job.done, job.accepted, job.rejected) == ("finished", 10, 10, 0)
    assert Declaration.objects.count() == Version.objects.count() == 10


def test_a_huge_file_holds_up_no_other_organisation(line, trader, message, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    other = make_trader("XP2000000008")
    huge, next_one = lines(message, range(16)), lines(message, range(20, 22))
    files = [(trader, "huge", huge), (trader, "next", next_one), (other, "small", huge[:2])]
    for owner, name, rows in files:
        bulk.receive(owner, name, "ndjson", [b"\n".join(rows)], "bulk")
    finished = []
    real = bulk.Bulk._finish

    def finish(self, job, *arguments):
        finished.append((job.name, BulkJob.objects.get(name="huge").done))
        real(self, job, *arguments)

    monkeypatch.setattr(bulk.Bulk, "_finish", finish)
    bulk.Bulk(line).run_all()
    assert [name for name, _ in finished] == ["small", "huge", "next"]
    assert finished[0][1] < 16
    assert {job.done for job in BulkJob.objects.all()} == {16, 2}
    assert not BulkJob.objects.exclude(state="finished").exists()


def test_a_worker_that_ends_leaves_each_file_at_a_checkpoint(line, trader, message, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    monkeypatch.setattr(bulk, "AHEAD", 2)
    job = bulk.receive(
        trader, "day", "ndjson", [b"\n".join(lines(message, range(12)))], "bulk"
    )  # fmt: skip
    worker = bulk.Bulk(line)
    real = bulk.Bulk._settle

    def settle(self, *arguments):
        real(self, *arguments)
        worker._ending.set()

    monkeypatch.setattr(bulk.Bulk, "_settle", settle)
    worker.run_all()
    job.refresh_from_db()
    assert job.state == "running"
    assert 2 <= job.done < 12
    assert Declaration.objects.count() == job.done
    monkeypatch.setattr(bulk.Bulk, "_settle", real)
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.state, job.done, job.accepted) == ("finished", 12, 12)


def test_rows_of_a_cut_off_job_are_known_by_their_message_alone(line, trader, message, monkeypatch):
    """The mutant of the test above: without the look at the record, rows are refused as used."""
    monkeypatch.setattr(bulk_replay, "recognise", lambda _piece: False)
    rows = lines(message, range(3))
    job = bulk.receive(trader, "day.ndjson", "ndjson", [b"\n".join(rows)], "bulk")
    bulk.Bulk(line).run_all()
    BulkJob.objects.filter(pk=job.pk).update(state="running", done=0, accepted=0)
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.accepted, job.rejected) == (0, 3)


def test_the_same_file_is_one_job(line, trader, message):
    content = b"\n".join(lines(message, range(2)))
    first = bulk.receive(trader, "a.ndjson", "ndjson", [content], "bulk")
    assert bulk.receive(trader, "b.ndjson", "ndjson", [content[:9], content[9:]], "bulk") == first


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_are_taken_too(line, trader, message, tmp_path, form):
    from clearway.messages import read_json, write_csv, write_parquet

    records = [read_json(message(n)).record for n in range(3)]
    path = tmp_path / f"day.{form}"
    if form == "csv":
        with path.open("w", newline="") as text:
            write_csv(records, text)
    else:
        write_parquet(iter(records), path)
    job = bulk.receive(trader, path.name, form, [path.read_bytes()], "bulk")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.state, job.accepted, job.done) == ("finished", 3, 3)


def test_a_file_that_is_no_table_fails_as_a_whole(line, trader):
    job = bulk.receive(trader, "x.parquet", "parquet", [b"PAR1 no"], "bulk")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert job.state in {"failed", "finished"}
    assert job.failure or job.unreadable == 1


def put(folder, name, content, **wrong):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    manifest = {
        "file": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **wrong,
    }  # fmt: skip
    (folder / f"{name}.manifest.json").write_text(json.dumps(manifest))


def test_a_dropped_file_is_lodged_once_and_answered(line, trader, message, tmp_path):
    drop, folder = FileDrop(line), tmp_path / "file-drop" / trader.identifier
    put(folder, "one.json", message(1))
    assert drop.look() == 1
    assert not (folder / "one.json").exists()
    answer = json.loads((folder / "processed" / "one.json.answer.json").read_text())
    assert answer["status"] == 201
    put(folder, "again.json", message(1))
    assert drop.look() == 1
    assert Declaration.objects.count() == 1


def test_half_a_file_waits_and_a_wrong_one_fails(line, trader, message, tmp_path):
    drop, folder = FileDrop(line), tmp_path / "file-drop" / trader.identifier
    put(folder, "half.json", message(1)[:100], size=len(message(1)))
    put(folder, "wrong.json", message(2), sha256="0" * 64)
    put(folder, "away.json", message(3), file="../../secret.key")
    assert drop.look() == 2
    assert (folder / "half.json").exists()
    assert (folder / "failed" / "wrong.json").exists()
    assert not Declaration.objects.exists()


def test_files_of_an_unknown_trader_lie_where_they_are(line, trader, message, tmp_path):
    folder = tmp_path / "file-drop" / "XP9999999999"
    put(folder, "one.json", message(1))
    assert FileDrop(line).look() == 0
    assert (folder / "one.json").exists()


def test_rows_that_the_record_could_not_take_go_again_together(line, trader, message, monkeypatch):
    """One after another they would take a second each: a file of thousands would take hours."""
    rows, real, refused = lines(message, range(30)), line.submit, []

    def submit(submission):
        if len(refused) < 30:
            refused.append(submission)
            future = Future()
            future.set_result(storage_fails(full=False))
            return future
        return real(submission)

    monkeypatch.setattr(line, "submit", submit)
    job = bulk.receive(trader, "day.ndjson", "ndjson", [b"\n".join(rows)], "bulk")
    began = time.monotonic()
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    assert (job.state, job.accepted) == ("finished", 30)
    assert time.monotonic() - began < 15


def test_what_was_accepted_is_written_in_two_forms():
    rows = [(1, "=1+1", "26XP0"), (5, "REF-3", "26XP1")]
    csv = "".join(returned_files.accepted_csv(iter(rows)))
    assert csv == "row,lrn,mrn\r\n1,'=1+1,26XP0\r\n5,REF-3,26XP1\r\n"
    told = [json.loads(line) for line in returned_files.accepted_ndjson(iter(rows))]
    assert told[0] == {"row": 1, "lrn": "=1+1", "mrn": "26XP0"}


def test_finished_files_are_thrown_away_after_their_days_and_that_is_on_record(
    line, trader, message, monkeypatch
):
    job = bulk.receive(trader, "day.ndjson", "ndjson", [message(1)], "bulk")
    young = bulk.receive(trader, "next.ndjson", "ndjson", [message(2)], "bulk")
    bulk.Bulk(line).run_all()
    job.refresh_from_db()
    BulkJob.objects.filter(pk=young.pk).update(finished_at=job.finished_at + timedelta(days=2))
    monkeypatch.setattr(bulk_discarding, "_SETTLED_AFTER", -60)
    bulk_discarding.discard(system("rounds"), job.finished_at + timedelta(days=1))
    bulk_discarding.discard(system("rounds"), job.finished_at + timedelta(days=1))
    assert not bulk.path_of(job.sha256).exists()
    assert bulk.path_of(young.sha256).exists()
    assert [each.subject for each in Event.objects.filter(kind="bulk.discarded")] == [
        f"bulk:{job.pk}"
    ]
    assert len(list(queries.taken_rows(job))) == 1
