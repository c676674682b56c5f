"""``clearway check durability``: the trials, as a table or as JSON."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.vocabulary.errors import InputUnusable

MUTANTS = Path("tests/proving/mutants")
KILLS = {"sqlite": 300, "postgresql": 100}
RESTARTS = 10
KEYS, HANDS = 200, 50


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("durability")(check_durability)


def check_durability(
    *,
    format_: ReportFormatOption = ReportFormat.TABLE,
    runs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Kills on SQLite; the other trials shrink alike. 300 are whole.",
        ),
    ] = None,
    only: Annotated[
        str, typer.Option(metavar="NAME", help="Only trials whose name begins so.")
    ] = "",
    mutant: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Break the server on purpose: the check must find it (exit 1)."
        ),
    ] = "",
) -> None:
    """Kill the server, its database and its disk under load; hold the record to what was told.

    Exit code 0: nothing acknowledged was lost or doubled, no event, audit leaf or outbox row is
    missing, and the server was ready again within 5 s. Exit code 1: something was.

    Examples:
      clearway check durability

      clearway check durability --runs 10 --mutant answers_before_commit
    """
    from clearway.site.preparing import prepare

    prepare()
    program = _mutated(mutant) if mutant else None
    trials = list(_trials(runs or KILLS["sqlite"], only, program))
    if not trials:
        raise InputUnusable(
            "No trial's name begins so.", where=f"--only {only}", remedy="Leave --only out."
        )
    if format_ is ReportFormat.JSON:
        write_json([{**msgspec.to_builtins(one), "passed": one.passed} for one in trials])
    else:
        console().print(_table(trials))
        for one in trials:
            if said := one.skipped or one.note:
                console().print(f"{one.name}: {said}", markup=False)
    if any(not one.passed and not one.skipped for one in trials):
        raise typer.Exit(1)


def _trials(runs: int, only: str, program: tuple[str, ...] | None) -> Iterator[Any]:
    from clearway.proving.durability import trials
    from clearway.proving.durability.record import Verdict
    from clearway.proving.private_postgresql import NoPostgreSQL

    bench = trials.Bench(tell=side_console().print)
    if program is not None:
        bench.program = program
    share = runs / KILLS["sqlite"]
    planned: dict[str, Callable[[], trials.Trial]] = {
        "kills on sqlite": lambda: trials.kills(bench, runs, "sqlite"),
        "kills on postgresql": lambda: trials.kills(
            bench, max(1, round(share * KILLS["postgresql"])), "postgresql"
        ),
        "restarts of PostgreSQL": lambda: trials.database_restarts(
            bench, max(1, round(share * RESTARTS))
        ),
        "full disk on sqlite": lambda: trials.full_disk(bench),
        "repeats on sqlite": lambda: trials.repeats(bench, KEYS, HANDS, "sqlite"),
        "repeats on postgresql": lambda: trials.repeats(bench, KEYS, HANDS, "postgresql"),
    }
    for name, run in planned.items():
        if not name.startswith(only):
            continue
        side_console().print(f"trying: {name} …")
        try:
            yield run()
        except NoPostgreSQL as reason:
            yield trials.Trial(name=name, failures=0, verdict=Verdict(), skipped=reason.what)


def _mutated(name: str) -> tuple[str, ...]:
    """Return a program that breaks the platform by a file of the tests, and then serves.

    Raises:
        InputUnusable: there is no such mutant here.
    """
    path = MUTANTS / f"{name}.py"
    known = sorted(each.stem for each in MUTANTS.glob("*.py") if each.stem != "__init__")
    if name not in known or importlib.util.spec_from_file_location(name, path) is None:
        raise InputUnusable(
            f"There is no mutant {name!r}" + (f" among {', '.join(known)}." if known else "."),
            where=str(MUTANTS.absolute()),
            remedy="Run the command from the project's folder, with one of these names.",
        )
    program = (
        "import runpy, sys; from clearway.site.preparing import prepare; prepare(); "
        f"runpy.run_path({str(path.absolute())!r}); sys.argv = ['clearway', 'serve']; "
        "from clearway.__main__ import main; sys.exit(main())"
    )
    return "-c", program


def _table(trials: list[Any]) -> Table:
    names = ("trial", "failures", "acknowledged", "lost", "doubled", "missing", "contradicted")
    table = Table(*names, "late", "verdict", title="Durability")
    for one in trials:
        found = one.verdict
        missing = found.missing_events + found.missing_leaves + found.missing_outbox
        missing += found.missing_assessments + found.half_written
        counts = (one.failures, found.acknowledged, found.lost, found.duplicates, missing)
        said = "skipped" if one.skipped else "holds" if one.passed else "FAILS"
        table.add_row(
            one.name, *(f"{count:,}" for count in counts), str(found.contradictions),
            str(one.late), said,
        )  # fmt: skip
    return table
