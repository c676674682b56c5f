"""Where the machine runs: some processes for each database, side by side.

``python -m clearway.proving.lifecycle.grounds EFFORT MUTANT TRANSCRIPT`` runs it in the
database that ``CLEARWAY_DATABASE`` names and prints what came of it as JSON. Runs are shared
out to processes with a database and a seed of their own, the same seeds on either kind of database.
Each run is one transaction that is undone, so that every run begins alike: commits and what
outlives them are held to their promise by ``check durability`` and ``check races``.
"""

from __future__ import annotations

import gc
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final
from unittest import mock

import msgspec
from msgspec import structs

from clearway.vocabulary.errors import DefectFound, InputUnusable

MUTANTS: Final = Path("tests/proving/lifecycle_mutants")
DATABASES: Final = ("sqlite", "postgresql")
_LOOK_EVERY: Final = 10.0
"""Seconds between two looks at how far the runs are."""


class Effort(msgspec.Struct, frozen=True):
    """How much is tried."""

    runs: int = 2000
    steps: int = 50
    seed: int = 7
    shrink: bool = True
    """Whether the shortest way to a fault is looked for."""
    processes: int = 1
    """How many share the runs on each database."""

    def shares(self) -> list[Effort]:
        """Return each process's part: as many runs as the others or one more, and its own seed."""
        parts = [
            (self.runs + self.processes - 1 - place) // self.processes
            for place in range(self.processes)
        ]
        return [
            structs.replace(self, runs=part, seed=self.seed + place, processes=1)
            for place, part in enumerate(parts)
            if part
        ]


class Result(msgspec.Struct, kw_only=True):
    """What came of the runs on one database. ``fault`` is empty where all was as it must be.

    ``outcomes`` counts how the acts ended: done, or refused and how.
    """

    database: str
    runs: int
    acts: int
    outcomes: dict[str, int]
    seconds: float
    fault: str = ""


class Verdict(msgspec.Struct, kw_only=True):
    """The results of all databases and the first line in which their transcripts differ."""

    results: list[Result]
    differs: str = ""

    @property
    def finds(self) -> bool:
        """Whether something was not as the model says, rather than merely broken."""
        return any(one.fault.startswith(DefectFound.__name__) for one in self.results)

    @property
    def holds(self) -> bool:
        """Whether nothing was wrong anywhere, and the databases agree."""
        return not self.differs and not any(one.fault for one in self.results)


def names() -> tuple[str, ...]:
    """Return the names of the mutants in the project's folder."""
    return tuple(sorted(path.stem for path in MUTANTS.glob("*.py")))


def mutant(name: str) -> Path:
    """Return the file that takes one guard away.

    Raises:
        InputUnusable: there is none from here.
    """
    path = MUTANTS / f"{name}.py"
    if not path.exists():
        raise InputUnusable(
            f"There is no mutant {name!r} here; there are: {', '.join(names()) or 'none'}.",
            where=str(MUTANTS.absolute()),
            remedy="Run the command from the project's folder, with one of these names.",
        )
    return path.absolute()


def run(
    databases: tuple[str, ...],
    effort: Effort,
    broken: Path | None,
    tell: Callable[[dict[str, int]], None] = lambda _: None,
    migrated: Path | None = None,
) -> Verdict:
    """Run the machine on some databases at once, each in a process of its own, and compare.

    Args:
        databases: of ``DATABASES``.
        effort: how much is tried on each of them.
        broken: a mutant's file; None where all guards stand.
        tell: is called now and then with the runs begun on each database.
        migrated: a file of migrated tables that each process on SQLite begins with; without it
            each makes its own, which takes seconds.

    Raises:
        NoPostgreSQL: it is wanted and this machine has none.
        DefectFound: a process ended badly.
    """
    with tempfile.TemporaryDirectory(prefix="clearway-lifecycle-") as folder, ExitStack() as stack:
        started = []
        for database in databases:
            new = stack.enter_context(_named(database))
            for place, share in enumerate(effort.shares()):
                data = Path(folder) / f"{database}{place}"
                data.mkdir()
                if migrated and database == "sqlite":
                    shutil.copyfile(migrated, data / "clearway.sqlite3")
                started.append((database, place, data, _start(new(), data, share, broken)))

        def look() -> None:
            begun = Counter(dict.fromkeys(databases, 0))
            for database, _, data, _ in started:
                begun[database] += _begun(data / "transcript")
            tell(dict(begun))

        ended = [(database, _ended(database, process, look)) for database, _, _, process in started]
        results = [_summed([one for at, one in ended if at == name]) for name in databases]
        if any(one.fault for one in results):
            return Verdict(results=results)
        for place in range(len(effort.shares())):
            found = _difference([data / "transcript" for _, at, data, _ in started if at == place])
            if found:
                return Verdict(results=results, differs=f"process {place + 1}, {found}")
        return Verdict(results=results)


def _start(url: str, data: Path, effort: Effort, broken: Path | None) -> subprocess.Popen[str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("CLEARWAY_")}
    words = [msgspec.json.encode(effort).decode(), str(broken or "")]
    return subprocess.Popen(
        [sys.executable, "-m", __name__, *words, str(data / "transcript")],
        env={
            **plain,
            "CLEARWAY_DATA": str(data),
            "CLEARWAY_DATABASE": url,
            "CLEARWAY_DEMO": "1",  # the demonstration's MRNs and draws are the same everywhere
        },
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _begun(transcript: Path) -> int:
    """Return the runs of a transcript, as far as it is written."""
    if not transcript.exists():
        return 0
    with transcript.open(encoding="utf-8") as lines:
        return sum(line.startswith("begin") for line in lines)


def _ended(database: str, process: subprocess.Popen[str], look: Callable[[], None]) -> Result:
    while True:
        try:
            out, error = process.communicate(timeout=_LOOK_EVERY)
            break
        except subprocess.TimeoutExpired:
            look()
    if process.returncode:
        raise DefectFound(f"The machine ended badly: {error.strip()[-900:]}", where=database)
    return msgspec.json.decode(out.splitlines()[-1], type=Result)


def _summed(parts: list[Result]) -> Result:
    """Return what the processes of one database found together; the slowest says how long."""
    outcomes: Counter[str] = Counter()
    for part in parts:
        outcomes.update(part.outcomes)
    return Result(
        database=parts[0].database,
        runs=sum(part.runs for part in parts),
        acts=sum(part.acts for part in parts),
        outcomes=dict(outcomes),
        seconds=max(part.seconds for part in parts),
        fault=next((part.fault for part in parts if part.fault), ""),
    )


def _difference(transcripts: list[Path]) -> str:
    """Return the first line in which two transcripts differ, as each has it; empty for none."""
    with ExitStack() as stack:
        opened = [stack.enter_context(path.open()) for path in transcripts]
        for number, lines in enumerate(zip_longest(*opened, fillvalue="(nothing)"), 1):
            if len(set(lines)) > 1:
                return f"line {number}: {' <> '.join(line.strip() for line in lines)}"
    return ""


@contextmanager
def _named(database: str) -> Iterator[Callable[[], str]]:
    """Offer what makes a new database of a kind and returns its address."""
    if database == "sqlite":
        yield lambda: "sqlite"
        return
    from clearway.proving.private_postgresql import PrivateCluster

    with PrivateCluster(settings=("jit=off",)) as cluster:
        yield lambda: cluster.url(cluster.new_database())


def _here(words: list[str]) -> None:
    from clearway.site.preparing import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    from clearway.proving.lifecycle.scene import Scene

    scene = Scene()
    effort = msgspec.json.decode(words[0], type=Effort)
    if words[1]:
        runpy.run_path(words[1])
    gc.collect()
    gc.set_threshold(50_000, 20, 50)
    gc.freeze()  # what is there by now stays, and need not be gone through again and again
    told: Counter[str] = Counter()
    began = time.monotonic()
    with Path(words[2]).open("w", encoding="utf-8") as transcript:

        def write(line: str) -> None:
            transcript.write(line + "\n")
            told[outcome_of(line)] += 1

        fault = drive(scene, effort, write)
    runs = told.pop("begin", 0)
    seconds = round(time.monotonic() - began, 1)
    result = Result(
        database=connection.vendor, runs=runs, acts=sum(told.values()), outcomes=dict(told),
        seconds=seconds, fault=fault,
    )  # fmt: skip
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")


def outcome_of(line: str) -> str:
    """Return how the act of a transcript's line ended."""
    return line.rsplit(" -> ", maxsplit=1)[-1].split(" ", maxsplit=1)[0]


def drive(scene: Any, effort: Effort, write: Any) -> str:
    """Run the machine here; return what was wrong, with the shortest way there that was found."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.internal.conjecture.engine import ConjectureRunner
    from hypothesis.stateful import get_state_machine_test

    from clearway.proving.lifecycle.machine import Lifecycle

    machine = type("Lifecycle", (Lifecycle,), {"scene": scene, "write": staticmethod(write)})
    phases = [Phase.generate, *([Phase.shrink] if effort.shrink else [])]
    wanted = settings(
        max_examples=effort.runs, stateful_step_count=effort.steps, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=phases,
        print_blob=False, report_multiple_bugs=False,
    )  # fmt: skip
    test = seeded(effort.seed)(get_state_machine_test(machine, settings=wanted))
    # Five of six runs would be the one before with a part of it done twice: a third of all was done
    # before to the letter. Each run is drawn for itself instead.
    alone = mock.patch.object(ConjectureRunner, "generate_mutations_from", return_value=None)
    try:
        with alone:
            test()
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is what was looked for
        way = "; ".join(getattr(wrong, "__notes__", ()))
        where = "" if isinstance(wrong, DefectFound) else traceback.format_exc(limit=-4)
        return f"{type(wrong).__name__}: {wrong}\n{where}{way}"[:6000]
    return ""


if __name__ == "__main__":
    _here(sys.argv[1:])
