"""A pack spoiled at random: the check always answers, and never with an exception."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway import packs
from clearway.vocabulary.errors import PackRefused

SCRAPS = st.one_of(
    st.sampled_from(
        [
            "",
            "\n",
            ",",
            '"',
            "=",
            "[",
            "]",
            "[[",
            "}",
            "\x00",
            "﻿",
            "1e309",
            "-1",
            "9" * 30,
            "NaN",
            "2026-02-30",
            "true",
            "[]",
            "{}",
            "*",
            "77",
            "１２３",
            "=cmd|' /C calc'!A0",
        ]
    ),
    st.text(max_size=6),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_check_answers_whatever_the_files_hold(tmp_path_factory, small, data):
    small.__init__(small.folder)  # whole again, whatever the example before has done
    files = sorted(path for path in small.folder.rglob("*") if path.is_file())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(files))
        before = path.read_bytes()
        start = data.draw(st.integers(0, len(before)))
        end = min(len(before), start + data.draw(st.integers(0, 8)))
        scrap = data.draw(SCRAPS).encode("utf-8", "surrogatepass")
        path.write_bytes(before[:start] + scrap + before[end:])
    report = packs.check(small.folder)
    for problem in report.problems:
        assert str(problem).startswith(problem.file)
        assert problem.line >= 0
    out = tmp_path_factory.mktemp("out")
    if report.ok:
        packs.open_snapshot(packs.compile(small.folder, out), verify=True)
        return
    with pytest.raises(PackRefused) as refused:
        packs.compile(small.folder, out)
    assert all(str(problem) in str(refused.value) for problem in report.errors)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("file", ["pack.toml", "profiles.toml", "low_value.toml", "calendar.toml"])
def test_check_answers_whatever_kind_of_value_stands_in_a_toml_file(small, file):
    lines = (small.folder / file).read_text().splitlines()
    for place, line in enumerate(lines):
        key = re.match(r"(\S+) = ", line)
        for value in ("1", "[[1]]", "{ a = 1 }"):
            if key:
                changed = [*lines[:place], f"{key[1]} = {value}", *lines[place + 1 :]]
            elif line.startswith("["):
                changed = [f"{line.strip('[]')} = {value}", *(row for row in lines if row != line)]
            else:
                continue
            small.write(file, "\n".join(changed))
            report = packs.check(small.folder)
            assert report.ok or all(problem.text for problem in report.errors)
