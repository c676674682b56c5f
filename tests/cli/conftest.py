"""The command line on small simulated files: in this process, or in one of its own."""

import contextlib
import io
import os
import subprocess
import sys
from types import SimpleNamespace
from unittest import mock

import pytest

from clearway.__main__ import build
from clearway.cli.main import run

PLAIN = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}


def run_here(*words, env=None, cwd=None):
    """Run a command and return its exit code and what it wrote, as bytes."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.dict(os.environ, {**PLAIN, **(env or {})}, clear=True),
        contextlib.chdir(cwd or "."),
    ):
        code = run(build(), [str(word) for word in words])
    out.flush()
    err.flush()
    return SimpleNamespace(
        returncode=code, stdout=out.buffer.getvalue(), stderr=err.buffer.getvalue()
    )


def run_apart(*words, env=None):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "clearway", *map(str, words)],
        capture_output=True,
        timeout=120,
        check=False,
        env={**PLAIN, **(env or {})},
    )


@pytest.fixture(scope="session")
def clearway():
    return run_here


@pytest.fixture(scope="session")
def clearway_apart():
    return run_apart


@pytest.fixture(scope="session")
def inputs(tmp_path_factory):
    """The same twelve declarations in every form."""
    folder = tmp_path_factory.mktemp("inputs")
    for form in ("ndjson", "csv", "parquet", "xml"):
        name = folder / ("inbox" if form == "xml" else f"day.{form}")
        done = run_here("simulate", "day", "-n", 12, "--seed", 3, "-f", form, "--out", name)
        assert done.returncode == 0, done.stderr
    return folder
