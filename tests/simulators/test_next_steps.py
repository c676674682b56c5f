"""The demonstration ends with commands, and they work as they are printed."""

import contextlib
import io
import os
import shlex
from unittest import mock

import pytest

from clearway.__main__ import build
from clearway.cli.main import run


def run_here(words, cache, **environment):
    plain = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "CLEARWAY_COMMAND"}}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.dict(
            os.environ, {**plain, "CLEARWAY_CACHE": str(cache), **environment}, clear=True
        ),
    ):
        code = run(build(), words)
    out.flush()
    err.flush()
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()


def printed_commands(text, first="clearway"):
    lines = [line.strip() for line in text.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(f"{first} ")]


@pytest.mark.parametrize("language", ["en", "fr", "zh", "vi", "ar"])
def test_each_printed_command_works_as_it_stands(tmp_path, language):
    code, shown, _ = run_here(["demo", "day", "-n", "150", "--lang", language], tmp_path)
    assert code == 0
    commands = printed_commands(shown)
    assert len(commands) == 5
    for _, *words in commands:
        code, told, wrong = run_here(words, tmp_path)
        assert (code, wrong) == (0, "")
        assert told.strip()


def test_the_starter_is_named_where_it_was_used(tmp_path):
    name = "python3 start.py"
    words = ["demo", "day", "-n", "60"]
    _, shown, _ = run_here(words, tmp_path, CLEARWAY_COMMAND=name)
    assert len(printed_commands(shown, name)) >= 2


def test_a_day_that_cannot_be_kept_is_shown_all_the_same(tmp_path):
    (tmp_path / "clearway").mkdir()
    (tmp_path / "clearway" / "demo-day").write_text("something of that name")
    code, shown, _ = run_here(["demo", "day", "-n", "30"], tmp_path)
    assert code == 0
    assert "Declarations" in shown
    assert printed_commands(shown) == []


def test_a_declaration_that_is_nowhere_is_asked_for(tmp_path):
    run_here(["demo", "day", "-n", "30"], tmp_path)
    code, shown, told = run_here(["explain", "NOWHERE1"], tmp_path)
    assert (code, shown) == (2, "")
    assert "--from" in told
