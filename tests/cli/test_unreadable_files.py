"""What cannot be read: told with place, rule, remedy, in the reader's language; code 2."""

import gzip
import os
import shutil

import pytest

CASES = {
    "empty.xml": (b"", "CLW1001"),
    "bomb.xml": (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "CLW1005"),
    "half.json": (b'{"Declaration": {"ID": "26', "CLW1008"),
    "deep.json": (b'{"Declaration":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "CLW1006"),
    "deep-list.json": (b"[" * 5_000 + b"]" * 5_000, "CLW10"),
    "photo.xml": (b"\x89PNG\r\n\x1a\n" + bytes(64), "CLW1003"),
    "scan.csv": (b"%PDF-1.7\n" + bytes(64), "CLW1003"),
    "archive.zip": (b"PK\x03\x04" + bytes(64), "CLW1003"),
    "wrong.csv": (b"a,b,c\n1,2,3\n", "CLW1071"),
    "semicolons.csv": (b"a;b;c\n1;2;3\n", "CLW1076"),
    "sheet.csv": ("Message,Declaration.ID\n1,2\n".encode("utf-16"), "CLW1009"),
    "noise.csv": (b"\x00\x01\x02" * 99, "CLW1012"),
    "cut.json.gz": (gzip.compress(b'{"Declaration":{}}' * 99)[:-9], "CLW1013"),
    "bomb.csv.gz": (gzip.compress(b"Message,Declaration.ID\n" + bytes(100 << 20)), "CLW10"),
    "nothing.json": (b"{}", "CLW1010"),
    "answer.json": (b'{"Response":{}}', "CLW10"),
}
REMEDY = {
    "en": "What to do: ", "fr": "Que faire : ", "zh": "处理办法：", "vi": "Cần làm gì: ",
    "ar": "ما العمل: ",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_where_what_and_what_to_do(clearway, tmp_path, name):
    content, rule = CASES[name]
    (tmp_path / name).write_bytes(content)
    for language, remedy in REMEDY.items():
        done = clearway("assess", name, "--lang", language, cwd=tmp_path)
        told = done.stderr.decode()
        assert done.returncode == 2
        assert not done.stdout
        assert told.startswith(name)
        assert rule in told.splitlines()[0]
        assert remedy in told
        assert "{" not in told
        assert "Traceback" not in told


def test_of_many_alike_findings_the_first_are_shown(clearway, inputs, tmp_path):
    lines = (inputs / "day.ndjson").read_bytes().splitlines(keepends=True)
    text = lines[0].replace(b'"CategoryCode":"N"', b'"CategoryCode":"N","Wizard":"1"')
    (tmp_path / "one.ndjson").write_bytes(text)
    told = clearway("assess", tmp_path / "one.ndjson").stdout.decode()
    assert 1 <= told.count("CLW1020 Error") <= 3
    assert "What to do: " in told


def test_what_cannot_be_opened_never_stops_its_neighbours(clearway, inputs, tmp_path):
    shutil.copy(inputs / "day.ndjson", tmp_path / "day.ndjson")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    done = clearway("assess", tmp_path, "--format", "json")
    told = done.stderr.decode()
    assert done.returncode == 0
    assert done.stdout
    assert "gone.json CLW1015" in told
    assert "pipe.json CLW1016" in told


def test_a_bench_of_no_known_row_is_refused(clearway):
    done = clearway("bench", "kernel", "--only", "nonsense", "--format", "json")
    assert done.returncode == 2
    assert not done.stdout
    assert "--only nonsense" in done.stderr.decode()
