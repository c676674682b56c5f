"""Where races are run: a process for each database, so that a mutant breaks nothing else.

``python -m clearway.proving.races.grounds NAMES`` prints results as JSON lines, in the database
that ``CLEARWAY_DATABASE`` names.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from clearway.vocabulary.errors import DefectFound, InputUnusable

MUTANTS: Final = Path("tests/proving/race_mutants")
DATABASES: Final = ("sqlite", "postgresql")
_WITHIN: Final = 600


def names() -> tuple[str, ...]:
    """Return the names of the races that are in the project's folder of mutants."""
    return tuple(sorted(path.stem for path in MUTANTS.glob("*.py")))


def mutant(name: str) -> Path:
    """Return the file that breaks what a race is about.

    Raises:
        InputUnusable: there is none from here.
    """
    path = MUTANTS / f"{name}.py"
    if not path.exists():
        raise InputUnusable(
            f"There is no mutant of {name!r} here; there are: {', '.join(names()) or 'none'}.",
            where=str(MUTANTS.absolute()),
            remedy="Run the command from the project's folder, with one of these names.",
        )
    return path.absolute()


def run(
    database: str, chosen: Sequence[str], workers: int, attempts: int, broken: Path | None
) -> list[dict[str, object]]:
    """Run races in a process and a database of their own; return each result as it was printed.

    Raises:
        NoPostgreSQL: this machine has none.
        DefectFound: the process ended badly.
    """
    with tempfile.TemporaryDirectory(prefix="clearway-races-") as folder, _named(database) as url:
        plain = {key: value for key, value in os.environ.items() if not key.startswith("CLEARWAY_")}
        command = [sys.executable, "-m", __name__, str(workers), str(attempts), str(broken or "")]
        done = subprocess.run(
            [*command, *chosen],
            env={**plain, "CLEARWAY_DATA": folder, "CLEARWAY_DATABASE": url},
            capture_output=True, text=True, timeout=_WITHIN, check=False,
        )  # fmt: skip
    if done.returncode:
        raise DefectFound(f"The races ended badly: {done.stderr.strip()[-600:]}", where=database)
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


@contextmanager
def _named(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield "sqlite"
        return
    from clearway.proving.private_postgresql import PrivateCluster

    with PrivateCluster(durable=True) as cluster:
        yield cluster.url(cluster.new_database())


def _here(words: Sequence[str]) -> None:
    from clearway.site.preparing import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection

    from clearway.proving.races import race
    from clearway.proving.races.table import RACES

    call_command("migrate", verbosity=0, interactive=False)
    workers, attempts, broken = int(words[0]), int(words[1]), words[2]
    if broken:
        runpy.run_path(broken)
    for one in RACES:
        if one.name in words[3:]:
            result = race.run(one, connection.vendor, workers, attempts)
            told = {**msgspec.to_builtins(result), "exact": result.is_exact}
            sys.stdout.write(msgspec.json.encode(told).decode() + "\n")


if __name__ == "__main__":
    _here(sys.argv[1:])
