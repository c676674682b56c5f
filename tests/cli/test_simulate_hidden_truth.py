"""``clearway simulate hidden-truth``: what is declared and what is true, in files apart."""

import json

import pytest
from pyarrow import parquet

from clearway.simulators.hidden_truth import COLUMNS, DECLARED


def test_declared_and_true_are_written_apart(clearway, tmp_path):
    out = tmp_path / "year"
    done = clearway(
        "simulate", "hidden-truth", "--weeks", "3", "--seed", "5", "--inspect", "0.1",
        "--out", out, "--format", "json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    declared, truth = (
        parquet.read_table(out / f"{name}.parquet") for name in ("declared", "truth")
    )
    assert declared.column_names == list(DECLARED)
    assert truth.column_names == list(COLUMNS)
    assert declared["declaration"].to_pylist() == truth["declaration"].to_pylist()
    assert told["items"] == declared.num_rows
    assert told["offences"] == sum(truth["violation"].to_pylist())
    assert told["inspected"] == pytest.approx(0.1 * told["items"], abs=2)
    assert sum(one["share_of_offences"] for one in told["schemes"].values()) == pytest.approx(
        1, abs=0.001
    )
    assert {path.name for path in out.iterdir()} == {
        "declared.parquet", "truth.parquet", "deeds.parquet",
    }  # fmt: skip


def test_the_table_names_the_schemes(clearway, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[border]\nweeks = 2\nitems_a_week = 300\n")
    done = clearway("simulate", "hidden-truth", "--parameters", own, "--out", tmp_path / "own")
    assert done.returncode == 0
    assert "2 weeks" in done.stdout.decode()
    assert "undervaluation" in done.stdout.decode()


def test_what_cannot_be_is_refused_and_nothing_is_written(clearway, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[fraud]\nshares = 0.1\n")
    out = tmp_path / "out"
    done = clearway("simulate", "hidden-truth", "--parameters", own, "--out", out)
    assert done.returncode == 2
    assert "Did you mean share?" in done.stderr.decode()
    assert not out.exists()
    out.mkdir()
    done = clearway("simulate", "hidden-truth", "--out", out)
    assert done.returncode == 2
    assert "of that name already" in done.stderr.decode()
