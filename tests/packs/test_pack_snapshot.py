"""Snapshots: the same in the same out, nothing half-written, no tampering, quick to open."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway import packs
from clearway.kernel.measures import MeasureTable
from clearway.kernel.reference import CodeList, Period, Reference
from clearway.packs import building, opening, snapshot
from clearway.packs.reading import read_pack
from clearway.packs.report import Notebook
from clearway.vocabulary.errors import InputUnusable

PACKS = Path(__file__).parents[1] / "packs_data"


def built(folder):
    return building.build_reference(read_pack(Path(folder), Notebook()))


def assert_equal(one, other):
    """Compare two references field by field, the measures column by column."""
    for name in Reference.__struct_fields__:
        mine, theirs = getattr(one, name), getattr(other, name)
        if name == "measures":
            for column in MeasureTable.__struct_fields__:
                a, b = getattr(mine, column), getattr(theirs, column)
                if isinstance(a, np.ndarray):
                    assert a.dtype == b.dtype, column
                    assert np.array_equal(a, b), column
                else:
                    assert a == b, column
        elif name == "code_lists":
            assert {k: v.entries for k, v in mine.items()} == {
                k: v.entries for k, v in theirs.items()
            }
        elif name != "hash":
            assert mine == theirs, name


@pytest.mark.parametrize("folder", [PACKS / "vnd", PACKS / "cny", packs.demo_pack()])
def test_what_is_compiled_is_what_is_opened(folder, tmp_path):
    path = packs.compile(folder, tmp_path)
    opened = packs.open_snapshot(path, verify=True)
    assert_equal(opened, built(folder))
    assert opened.hash[:12] in path.name
    assert len(opened.hash) == 64


def test_the_same_pack_gives_the_same_bytes_in_another_process(small, tmp_path):
    first = packs.compile(small.folder, tmp_path / "a")
    copy = shutil.copytree(small.folder, tmp_path / "elsewhere")
    code = "import sys; from clearway import packs; print(packs.compile(*sys.argv[1:]).name)"
    for seed in ("1", "2"):
        name = subprocess.run(
            [sys.executable, "-c", code, copy, tmp_path / seed],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        assert name == first.name
        for path in first.iterdir():
            assert path.read_bytes() == (tmp_path / seed / name / path.name).read_bytes()


def test_another_rate_gives_another_hash(small, tmp_path):
    one = packs.compile(small.folder, tmp_path)
    other = packs.compile(small.replace("measures.csv", "5.00%", "5.01%").folder, tmp_path)
    assert one.name != other.name
    assert packs.open_snapshot(one).hash != packs.open_snapshot(other).hash


def test_files_are_read_only_and_compiling_again_leaves_them(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    before = {file.name: file.stat().st_ino for file in path.iterdir()}
    assert all(file.stat().st_mode & 0o222 == 0 for file in path.iterdir())
    assert packs.compile(small.folder, tmp_path) == path
    assert {file.name: file.stat().st_ino for file in path.iterdir()} == before


@pytest.mark.parametrize("step", ["_write_files", "_move", "_flush"])
def test_an_interruption_leaves_nothing(small, tmp_path, monkeypatch, step):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshot, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        packs.compile(small.folder, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_two_who_compile_at_once_agree(small, tmp_path, monkeypatch):
    """The other one renames his folder into place just before we do."""
    path = packs.compile(small.folder, tmp_path / "other")
    rename = Path.rename

    def late(self, target):
        shutil.copytree(path, target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    ours = packs.compile(small.folder, tmp_path / "out")
    assert [row.name for row in (tmp_path / "out").iterdir()] == [ours.name] == [path.name]


def tampered(path, name, change):
    file = path / name
    data = bytearray(file.read_bytes())
    change(data)
    file.chmod(0o644)
    file.write_bytes(bytes(data))


def flip_last(data):
    data[-1] ^= 1


def cut(data):
    del data[-8:]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tables.msgpack", flip_last),
        ("tables.msgpack", cut),
        ("measure_rate.npy", cut),
        ("measure_rate.npy", bytearray.clear),
        ("manifest.json", cut),
        ("manifest.json", bytearray.clear),
        ("manifest.json", lambda data: data.extend(data.replace(b'"small"', b'"other"'))),
    ],
)
def test_damage_is_refused_on_opening(small, tmp_path, name, change):
    path = packs.compile(small.folder, tmp_path)
    tampered(path, name, change)
    with pytest.raises(InputUnusable, match=r"changed|damaged|cannot be read"):
        packs.open_snapshot(path)


def test_a_changed_rate_is_found_by_the_full_check(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    tampered(path, "measure_component_rate.npy", flip_last)
    with pytest.raises(InputUnusable, match="changed or damaged"):
        packs.open_snapshot(path, verify=True)


def test_a_manifest_that_lies_about_a_digest_no_longer_matches_its_hash(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    tampered(path, "measure_component_rate.npy", flip_last)
    manifest = msgspec.json.decode((path / "manifest.json").read_bytes(), type=snapshot.Manifest)
    note = snapshot._note_of(path / "measure_component_rate.npy")
    lie = msgspec.structs.replace(
        manifest, files={**manifest.files, "measure_component_rate.npy": note}
    )
    (path / "manifest.json").chmod(0o644)
    (path / "manifest.json").write_bytes(msgspec.json.encode(lie))
    with pytest.raises(InputUnusable, match="does not match its hash"):
        packs.open_snapshot(path)


def test_a_missing_file_and_no_snapshot_at_all_are_named(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    (path / "measure_area.npy").unlink()
    with pytest.raises(InputUnusable, match=r"measure_area\.npy"):
        packs.open_snapshot(path)
    with pytest.raises(InputUnusable, match="no snapshot here"):
        packs.open_snapshot(tmp_path / "nothing")


def test_a_future_format_is_named(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    text = (path / "manifest.json").read_text().replace('"format": 1', '"format": 9')
    (path / "manifest.json").chmod(0o644)
    (path / "manifest.json").write_text(text)
    with pytest.raises(InputUnusable, match="format 9"):
        packs.open_snapshot(path)


def test_load_compiles_once_and_again_when_a_byte_differs(small, tmp_path, monkeypatch):
    calls = []
    write = snapshot.write_snapshot
    monkeypatch.setattr(opening, "write_snapshot", lambda *a: calls.append(1) or write(*a))
    first = packs.load(small.folder, tmp_path)
    assert packs.load(small.folder, tmp_path).hash == first.hash
    assert len(calls) == 1
    small.replace("measures.csv", "5.00%", "6.00%")
    assert packs.load(small.folder, tmp_path).hash != first.hash
    assert len(calls) == 2


def test_a_damaged_cache_is_compiled_again_from_its_source(small, tmp_path):
    first = packs.load(small.folder, tmp_path)
    (kept,) = tmp_path.glob("*/*.clearway")
    tampered(kept, "tables.msgpack", cut)
    assert packs.load(small.folder, tmp_path).hash == first.hash


def test_load_takes_a_snapshot_and_refuses_nothing_at_all(small, tmp_path):
    path = packs.compile(small.folder, tmp_path)
    assert packs.load(path).hash == packs.open_snapshot(path).hash
    with pytest.raises(InputUnusable, match="neither a snapshot nor a pack"):
        packs.load(tmp_path / "nowhere")


def test_the_harmonized_system_loads_within_its_bar(tmp_path):
    """5,612 subheadings in less than 5 s, a look-up at p95 in less than 1 ms."""
    start = time.perf_counter()
    reference = packs.open_snapshot(packs.compile(PACKS / "cny", tmp_path))
    assert time.perf_counter() - start < 5
    assert len(reference.commodities) == 5_612
    times = []
    for code in list(reference.commodities)[::10]:
        start = time.perf_counter()
        assert reference.commodity(code, 20_515) is not None
        times.append(time.perf_counter() - start)
    assert sorted(times)[int(len(times) * 0.95)] < 0.001


def test_a_large_measure_table_opens_at_once(small, tmp_path):
    """1.4 million rows are mapped, not read."""
    reference = built(small.folder)
    rows = 1_400_000
    table = reference.measures
    wide = {
        name: np.resize(getattr(table, name), rows)
        for name in ("commodity", "measure_type", "area", "additional_code", "quota_order",
                     "valid_from", "valid_to", "rate", "legal_basis")
    }  # fmt: skip
    large = msgspec.structs.replace(reference, measures=msgspec.structs.replace(table, **wide))
    path = snapshot.write_snapshot(large, tmp_path)
    best = min(_seconds(packs.open_snapshot, path) for _ in range(5))
    assert best < 0.1
    assert len(packs.open_snapshot(path).measures.rate) == rows


def _seconds(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    version=TEXTS,
    notes=st.dictionaries(TEXTS, TEXTS, max_size=4),
    days=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=40),
    holidays=st.dictionaries(st.integers(0, 40_000), TEXTS, max_size=5),
    names=st.dictionaries(TEXTS, TEXTS, max_size=5),
)
def test_whatever_is_written_comes_back(tmp_path, small, version, notes, days, holidays, names):
    reference = built(small.folder)
    column = np.array(days, dtype=np.int32)
    changed = msgspec.structs.replace(
        reference,
        version=version,
        settings=notes,
        calendar=msgspec.structs.replace(reference.calendar, holidays=holidays),
        measures=msgspec.structs.replace(reference.measures, valid_from=column, rate=column),
        code_lists={
            name: CodeList(
                name,
                {
                    name: (
                        msgspec.structs.replace(
                            reference.code_lists["document"].entries["N380"][0],
                            name=text,
                            period=Period(min(days), max(days)),
                        ),
                    )
                },
            )
            for name, text in names.items()
        },
    )
    assert_equal(snapshot.open_snapshot(snapshot.write_snapshot(changed, tmp_path)), changed)


def test_what_a_killed_run_left_is_cleared_away_later(small, tmp_path):
    for name, age in ((".small-old.partial", 7_200), (".small-new.partial", 10)):
        (tmp_path / name).mkdir()
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    path = packs.compile(small.folder, tmp_path)
    left = {row.name for row in tmp_path.iterdir()} - {"small"}
    assert left == {".small-new.partial", path.name}


def test_a_folder_that_cannot_be_written_is_named(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputUnusable, match="cannot be written"):
        packs.compile(small.folder, tmp_path / "file" / "out")


def test_load_works_without_a_cache_that_can_be_written(small, tmp_path):
    (tmp_path / "file").write_text("")
    assert packs.load(small.folder, tmp_path / "file").name == "small"


def test_the_cache_keeps_only_its_latest_packs_and_touches_nothing_else(
    small, tmp_path, monkeypatch
):
    monkeypatch.setattr(opening, "_CACHED_PACKS", 2)
    cache = tmp_path / "cache"
    (cache / "letters").mkdir(parents=True)
    text = (small.folder / "measures.csv").read_text()
    for rate in ("6.00%", "7.00%", "8.00%"):
        small.write("measures.csv", text.replace("5.00%", rate))
        assert rate in packs.load(small.folder, cache).measures.rate_texts
    assert (cache / "letters").is_dir()
    assert len(list(cache.glob("pack-*"))) == 2
