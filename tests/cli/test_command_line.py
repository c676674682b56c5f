"""The commands end to end: outputs agree, exit codes tell, nothing is left half-written."""

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ARRIVED = ("--observed-on", "2026-03-03")


def decisions_of(done):
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)["decisions"]
    for one in found:
        del one["file"], one["line"]
    return found


@pytest.fixture(scope="module")
def answers(clearway, inputs):
    """The decisions on the twelve declarations, read from NDJSON."""
    return decisions_of(clearway("assess", inputs / "day.ndjson", "-f", "json", *ARRIVED))


@pytest.mark.parametrize("name", ["day.csv", "day.parquet", "inbox"])
def test_every_form_of_the_same_declarations_gives_the_same_decisions(
    clearway, inputs, answers, name
):
    assert decisions_of(clearway("assess", inputs / name, "-f", "json", *ARRIVED)) == answers


def test_the_working_of_values_and_charges_is_kept(answers):
    assert any(line["steps"] for one in answers for line in one["charges"])


def test_json_on_standard_output_is_nothing_but_json(clearway_apart, inputs):
    done = clearway_apart("assess", inputs / "inbox", "-f", "json", "--lang", "ar")
    document = json.loads(done.stdout)
    assert set(document) == {"decisions", "errors", "summary"}
    assert document["summary"]["declarations"] == 12
    assert sum(document["summary"]["lanes"].values()) == document["summary"]["accepted"]


def test_the_written_outputs_agree(clearway, inputs, answers, tmp_path):
    for form in ("json", "csv", "parquet", "table"):
        done = clearway(
            "assess", inputs / "day.ndjson", "-f", form, "-o", tmp_path / form, *ARRIVED
        )
        assert done.returncode == 0, done.stderr
    lines = (tmp_path / "json" / "decisions.ndjson").read_text().splitlines()
    written = [json.loads(line) for line in lines]
    assert [one["charges"] for one in written] == [one["charges"] for one in answers]
    charged = sum(line["payable"] or 0 for one in answers for line in one["charges"])
    parquet = pq.read_table(tmp_path / "parquet" / "charges.parquet")
    assert sum(cell or 0 for cell in parquet["payable"].to_pylist()) == charged
    with (tmp_path / "csv" / "charges.csv").open(newline="") as file:
        assert sum(int(row["payable"] or 0) for row in csv.DictReader(file)) == charged
    summaries = [
        json.loads((tmp_path / form / "summary.json").read_text())
        for form in ("json", "csv", "parquet", "table")
    ]
    for summary in summaries:
        del summary["seconds"], summary["elapsed"]
        assert summary == summaries[0]
    listing = (tmp_path / "table" / "declarations.txt").read_text().splitlines()
    assert len(listing) == 13


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_explaining_from_an_output_is_explaining_from_the_declaration(
    clearway, inputs, answers, tmp_path, form
):
    out = tmp_path / "out"
    clearway("assess", inputs / "day.ndjson", "-f", form, "-o", out, *ARRIVED)
    lrn = answers[5]["lrn"]
    shown = [
        clearway("explain", lrn, "--from", place, "-f", "json", "--lang", "zh")
        for place in (out, inputs / "day.ndjson")
    ]
    assert [one.returncode for one in shown] == [0, 0], shown[0].stderr
    assert json.loads(shown[0].stdout) == json.loads(shown[1].stdout)


def test_the_trader_learns_no_risk_rule(clearway, inputs, answers):
    hit = next(one for one in answers if one["hits"] or one["selection"]["lane"] != "GREEN")
    words = ("explain", hit["lrn"], "--from", inputs / "day.ndjson")
    officer = clearway(*words).stdout.decode()
    trader = clearway(*words, "--for", "trader", "-f", "json").stdout.decode()
    for profile in {one["profile"] for one in hit["hits"]}:
        assert profile in officer
        assert profile not in trader
    document = json.loads(trader)
    assert "selection" not in document
    assert set(document["outlook"]) == {"message", "advice"}
    for word in ("profile", "weight", "channel", "score", "draw"):
        assert word not in trader.lower().replace(document["outlook"]["message"].lower(), "")


def test_a_broken_line_and_a_foreign_file_stop_nobody(clearway, inputs, tmp_path):
    lines = (inputs / "day.ndjson").read_bytes().splitlines(keepends=True)
    lines[3] = b'{"Declaration": {\n'
    lines[7] = lines[7].replace(b'"FunctionCode"', b'"FunctionCode\xff"')
    (tmp_path / "a.ndjson").write_bytes(b"".join(lines))
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (tmp_path / "c.xml").write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    (tmp_path / "empty.csv").write_bytes(b"")
    done = clearway("assess", tmp_path, "-f", "json", *ARRIVED)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["summary"]["declarations"] == 10
    assert document["summary"]["unreadable"] == 5
    assert {(Path(one["file"]).name, one["line"]) for one in document["errors"]} >= {
        ("a.ndjson", 4),
        ("a.ndjson", 8),
    }
    assert all(one["reason"] for one in document["errors"])


def test_a_csv_line_that_is_no_utf8_is_refused_alone(clearway, inputs, tmp_path):
    lines = (inputs / "day.csv").read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"Street", b"Stra\xdfe", 1)
    (tmp_path / "day.csv").write_bytes(b"".join(lines))
    document = json.loads(clearway("assess", tmp_path / "day.csv", "-f", "json").stdout)
    assert document["summary"]["declarations"] == 11
    assert [one["code"] for one in document["errors"]] == ["CLW1009"]


def test_gzip_is_read_and_a_bomb_is_not(clearway, inputs, answers, tmp_path):
    packed = tmp_path / "day.ndjson.gz"
    packed.write_bytes(gzip.compress((inputs / "day.ndjson").read_bytes()))
    assert decisions_of(clearway("assess", packed, "-f", "json", *ARRIVED)) == answers
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b"{" + b" " * 100_000_000))
    done = clearway("assess", bomb)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("assess", "no-such-file.xml"), "no such file"),
        (("assess", "."), "holds no file"),
        (("explain", "X1"), "--from"),
        (("assess", "x", "--pack", "nowhere"), "nowhere"),
        (("assess", ".", "--format", "parquet"), "--out"),
        (("demo", "day", "--date", "2026-02-30"), "no date"),
        (("demo", "day", "-n", "-1"), "-1"),
        (("profile", "check", "orgin = 'CN'"), "origin"),
        (("nonsense",), "nonsense"),
    ],
)
def test_what_cannot_be_used_is_refused_with_two_and_a_reason(clearway, tmp_path, words, told):
    done = clearway(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in " ".join((done.stdout + done.stderr).decode().split())
    assert b"Traceback" not in done.stderr


def test_a_folder_of_somebody_else_is_not_touched(clearway, inputs, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    done = clearway("assess", inputs / "day.ndjson", "-f", "csv", "-o", tmp_path)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_output_is_replaced_whole(clearway, inputs, tmp_path):
    out = tmp_path / "out"
    for form in ("csv", "json"):
        assert clearway("assess", inputs / "day.ndjson", "-f", form, "-o", out).returncode == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "decisions.ndjson",
        "errors.ndjson",
        "summary.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(tmp_path, number):
    words = ["demo", "day", "-n", "50000", "-f", "json", "-o", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "clearway", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out.*/decisions.ndjson")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr.decode()
    assert list(tmp_path.iterdir()) == []
    assert b"Traceback" not in stderr


def test_a_spreadsheet_never_runs_a_cell(clearway, inputs, tmp_path):
    lines = (inputs / "day.ndjson").read_bytes().splitlines(keepends=True)
    message = json.loads(lines[0])
    message["Declaration"]["FunctionalReferenceID"] = "=1+1"
    (tmp_path / "day.ndjson").write_text(json.dumps(message))
    done = clearway("assess", tmp_path / "day.ndjson", "-f", "csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode()))
    assert row["lrn"] == "'=1+1"
    out = tmp_path / "out"
    clearway("assess", tmp_path / "day.ndjson", "-f", "csv", "-o", out)
    assert '"\'=1+1"' in (out / "declarations.csv").read_text()
    explained = clearway("explain", "=1+1", "--from", out, "-f", "json")
    assert json.loads(explained.stdout)["lrn"] == "=1+1"


@pytest.mark.parametrize("language", ["en", "fr", "zh", "vi", "ar"])
@pytest.mark.parametrize("columns", ["40", "160"])
def test_the_summary_speaks_and_fits(clearway, inputs, language, columns):
    done = clearway("assess", inputs / "day.ndjson", "--lang", language, env={"COLUMNS": columns})
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    expected = {
        "en": "Declarations", "fr": "Déclarations", "zh": "报关单", "vi": "Tờ khai",
        "ar": "البيانات الجمركية",
    }  # fmt: skip
    assert expected[language] in text
    assert max(len(line) for line in text.splitlines()) <= int(columns)
    assert "\x1b[" not in text


def test_it_works_where_the_locale_is_plain(clearway_apart, inputs):
    done = clearway_apart(
        "assess", inputs / "inbox", "--lang", "ar",
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "أخضر" in done.stdout.decode()


@pytest.mark.parametrize(
    "words",
    [
        ("assess",), ("explain",), ("pack", "check"), ("pack", "compile"), ("pack", "import"),
        ("profile", "check"), ("profile", "test"), ("demo", "day"), ("simulate", "day"),
        ("conformance", "wco-dm"), ("bench", "kernel"),
    ],
)  # fmt: skip
def test_every_command_has_help_with_an_example(clearway, words):
    done = clearway(*words, "--help")
    assert done.returncode == 0
    assert f"clearway {' '.join(words)}" in done.stdout.decode()
    assert "Example" in done.stdout.decode()


def test_version_and_completion(clearway, clearway_apart):
    assert clearway("--version").stdout.decode().startswith("clearway ")
    # The shell is named here: where nobody sits at one, typer would find none.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = clearway_apart("--show-completion", "bash", env=named)
    assert done.returncode == 0
    assert b"complete" in done.stdout


def test_the_version_is_told_before_any_room_is_opened(clearway):
    tell = (
        "import sys; from clearway.__main__ import main; sys.argv = ['clearway', '--version'];"
        "code = main(); sys.exit(code or len({'numpy', 'typer', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", tell], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == clearway("--version").stdout.strip()


def test_profiles_are_checked_and_tried(clearway, inputs, tmp_path):
    file = tmp_path / "profiles.txt"
    file.write_text("net_mass > 0\norigin = 'QQ'\n")
    assert clearway("profile", "check", file).returncode == 0
    done = clearway("profile", "test", file, "--items", inputs / "day.ndjson", "-f", "json")
    document = json.loads(done.stdout)
    assert [one["hits"] for one in document["profiles"]] == [document["items"], 0]


def test_a_pack_is_checked_and_compiled(clearway, tmp_path):
    from clearway import packs

    done = clearway("pack", "check", packs.demo_pack(), "-f", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == []
    done = clearway("pack", "compile", packs.demo_pack(), "--out", tmp_path)
    assert done.returncode == 0
    assert Path(done.stdout.decode().strip()).is_dir()


def test_the_demonstration_day_is_the_same_every_time(clearway):
    runs = [
        json.loads(clearway("demo", "day", "-n", 30, "-f", "json").stdout)["decisions"]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) == 30


def test_a_file_with_its_history_is_decided_like_the_day_itself(clearway, tmp_path):
    day = ("-n", "60", "--seed", "5", "--date", "2026-03-03")
    file, history = tmp_path / "day.ndjson", tmp_path / "history.csv"
    assert clearway("simulate", "day", "-o", file, "--history", history, *day).returncode == 0
    direct = decisions_of(clearway("demo", "day", "-f", "json", *day))
    read = decisions_of(
        clearway("assess", file, "--history", history, "-f", "json", *ARRIVED, "--no-working")
    )
    assert [one["selection"] for one in read] == [one["selection"] for one in direct]
    assert [one["findings"] for one in read] == [one["findings"] for one in direct]
    assert any(one["hits"] for one in direct)


def test_the_columns_of_conditions_can_be_looked_up(clearway):
    told = json.loads(clearway("profile", "columns", "importer", "-f", "json").stdout)
    assert {"importer", "importer_first_seen_days"} <= {one["name"] for one in told}
    assert all(one["meaning"] for one in told)
    assert b"importer_aeo_active" in clearway("profile", "columns").stdout
