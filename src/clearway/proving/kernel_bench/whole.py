"""The rows that go through the public door: whole declarations, and a very long file.

The declarations come from ``clearway simulate day``, run as a program of its own, since the
synthetic border stands beside this room.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import msgspec

from clearway.kernel.assess import assess, assess_one
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tables import Batch
from clearway.messages import iter_ndjson, to_lodgement
from clearway.packs import demo_pack, load
from clearway.proving.kernel_bench.row import Row
from clearway.vocabulary.errors import DefectFound

BULK_ITEMS = 100_000
FILE_ITEMS = 1_000_000
MEMORY_LIMIT_MIB = 1_536.0
DECLARATIONS = 2_000


_WATCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""
"""Runs a program and prints its peak memory. A process of its own does so, because a new program's
peak begins at that of the process that starts it, and the bench itself is large by then."""


def _program(*words: str) -> list[str]:
    return [sys.executable, "-m", "clearway", *words]


def _day(folder: Path) -> Path:
    target = folder / "day.ndjson"
    words = ("simulate", "day", "--out", str(target), "--declarations", str(DECLARATIONS))
    done = subprocess.run(_program(*words), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DefectFound(f"the simulated day failed: {done.stderr.strip()[-300:]}")
    return target


def _lodgements(day: Path) -> list[Lodgement]:
    with day.open("rb") as lines:
        return [
            to_lodgement(reading.declaration)[0]
            for reading in iter_ndjson(lines)
            if reading.declaration is not None
        ]


def _one(lodgements: list[Lodgement], reference: Reference) -> Row:
    """One declaration of five items, or of the number of items nearest to five."""
    chosen = min(lodgements, key=lambda one: abs(len(one.items) - 5))
    if len(chosen.items) != 5:
        items = (chosen.items * 5)[:5]
        chosen = msgspec.structs.replace(chosen, items=items, item_count=5)
    assess_one(chosen, reference)
    taken = []
    for _ in range(300):
        start = time.perf_counter()
        assess_one(chosen, reference)
        taken.append(time.perf_counter() - start)
    return Row(name="assess_one_declaration_us", ours=median(taken) * 1e6, unit="µs")


def _many(lodgements: list[Lodgement], reference: Reference) -> Row:
    whole: list[Lodgement] = []
    items = 0
    while items < BULK_ITEMS:
        for lodgement in lodgements:
            whole.append(lodgement)
            items += len(lodgement.items)
            if items >= BULK_ITEMS:
                break
    batch = Batch.from_lodgements(whole)
    start = time.process_time()
    assess(batch, reference)
    taken = time.process_time() - start
    return Row(
        name="assess_100k_items_per_cpu_second", ours=items / taken, unit="items per CPU second"
    )


def _memory(day: Path, folder: Path, items_of_day: int) -> Row:
    """The peak memory of a program that assesses a file of a million items.

    NDJSON goes in and Parquet comes out, without the working of values and charges, so that the
    row ends in minutes.
    """
    long = folder / "long.ndjson"
    content = day.read_bytes()
    with long.open("wb") as file:
        for _ in range(-(-FILE_ITEMS // items_of_day)):
            file.write(content)
    words = _program(
        "assess", str(long), "--out", str(folder / "out"), "--format", "parquet", "--no-working"
    )
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DefectFound(f"the long file failed: {done.stderr[-300:]}")
    mebibytes = int(done.stdout) / (1024 if sys.platform != "darwin" else 1024**2)
    return Row(
        name="file_1m_peak_mib",
        ours=mebibytes,
        peer=MEMORY_LIMIT_MIB,
        peer_name="the limit",
        ratio=MEMORY_LIMIT_MIB / mebibytes,
        unit="MiB",
    )


def run_file() -> list[Row]:
    """Measure the peak memory of a very long file."""
    with tempfile.TemporaryDirectory(prefix="clearway-bench-") as name:
        day = _day(Path(name))
        items = sum(len(lodgement.items) for lodgement in _lodgements(day))
        return [_memory(day, Path(name), items)]


def run() -> list[Row]:
    """Measure the public door with declarations at hand."""
    reference = load(demo_pack())
    with tempfile.TemporaryDirectory(prefix="clearway-bench-") as name:
        lodgements = _lodgements(_day(Path(name)))
    return [_one(lodgements, reference), _many(lodgements, reference)]
