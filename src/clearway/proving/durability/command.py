"""``clearway check durability``: the trials, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.vocabulary.errors import InputUnusable

if TYPE_CHECKING:
    from clearway.proving.durability.trials import Trial

KILLS = {"sqlite": 300, "postgresql": 100}
RESTARTS = 10
KEYS, HANDS = 200, 50
FEWEST_RESTARTS = 3
OF_A_MUTANT = 15
"""Kills of a mutant on SQLite, from which the size of the other trials follows as always."""


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("durability")(check_durability)


def check_durability(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MUTANT]...",
            help="With --mutant: which; every one by default.",
            show_default=False,
        ),
    ] = None,
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
        bool, typer.Option("--mutant", help="Break the server on purpose: it must be found.")
    ] = False,
) -> None:
    """Kill the server, its database and its disk under load; hold the record to what was told.

    Exit code 0: nothing acknowledged was lost or doubled, no event, audit leaf or outbox row is
    missing, and the server was ready again within 5 s. Exit code 1: something was.

    With --mutant each server broken on purpose meets the trial that is to find it (or those that
    --only names). Exit code 1: all of them were found, as they must be. Exit code 0: one was not.

    Examples:
      clearway check durability

      clearway check durability --runs 30 --only kills

      clearway check durability --mutant answers_before_commit
    """  # fmt: skip
    from clearway.site.preparing import prepare

    prepare()
    if names and not mutant:
        raise InputUnusable("Mutants are named behind --mutant.", where=" ".join(names))
    if mutant:
        shown = _of_mutants(names or [], runs or OF_A_MUTANT, only)
        failed = bool(shown) and all(one.said != "NOT FOUND" for one in shown)
    else:
        shown = [Shown(one.name, one, _said(one)) for one in _trials(runs or KILLS["sqlite"], only)]
        failed = any(one.said == "FAILS" for one in shown)
    if not shown:
        raise InputUnusable(
            "No trial's name begins so.", where=f"--only {only}", remedy="Leave --only out."
        )
    _show(shown, format_)
    if failed:
        raise typer.Exit(1)


class Shown(NamedTuple):
    """A trial with the name of its row and what is said of it."""

    name: str
    trial: Trial
    said: str


def _said(one: Trial) -> str:
    return "skipped" if one.skipped else "holds" if one.passed else "FAILS"


def _of_mutants(names: Sequence[str], runs: int, only: str) -> list[Shown]:
    """Let each mutant meet its trial, or those that are named; the right count must show it."""
    from clearway.proving.durability.mutants import mutants

    shown = []
    for each in mutants(names):
        side_console().print(f"mutant: {each.name}")
        for one in _trials(runs, only or each.trial, each.program):
            found = getattr(one.verdict, each.shows_as) > 0
            said = "skipped" if one.skipped else "found" if found else "NOT FOUND"
            shown.append(Shown(f"{each.name}: {one.name}", one, said))
    return shown


def _trials(runs: int, only: str, program: tuple[str, ...] | None = None) -> Iterator[Trial]:
    from clearway.proving.durability import trials
    from clearway.proving.durability.record import Verdict
    from clearway.proving.private_postgresql import NoPostgreSQL

    bench = trials.Bench(tell=side_console().print)
    if program is not None:
        bench.program = program
    share = runs / KILLS["sqlite"]
    planned: dict[str, Callable[[], Trial]] = {
        "kills on sqlite": lambda: trials.kills(bench, runs, "sqlite"),
        "kills on postgresql": lambda: trials.kills(
            bench, max(1, round(share * KILLS["postgresql"])), "postgresql"
        ),
        "restarts of PostgreSQL": lambda: trials.database_restarts(
            bench, max(FEWEST_RESTARTS, round(share * RESTARTS))
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


def _show(shown: Sequence[Shown], format_: ReportFormat) -> None:
    if format_ is ReportFormat.JSON:
        write_json(
            [
                {
                    **msgspec.to_builtins(one.trial),
                    "name": one.name,
                    "passed": one.trial.passed,
                    "said": one.said,
                }
                for one in shown
            ]
        )
        return
    console().print(_table(shown))
    for one in shown:
        if note := one.trial.skipped or one.trial.note:
            console().print(f"{one.name}: {note}", markup=False)


def _table(shown: Sequence[Shown]) -> Table:
    names = ("trial", "failures", "acknowledged", "lost", "doubled", "missing", "denied")
    table = Table(*names, "late", "verdict", title="Durability")
    for name, one, said in shown:
        found = one.verdict
        missing = found.missing_events + found.missing_leaves + found.missing_outbox
        missing += found.missing_assessments + found.half_written
        counts = (one.failures, found.acknowledged, found.lost, found.duplicates, missing)
        table.add_row(
            name, *(f"{count:,}" for count in counts), str(found.contradictions),
            str(one.late), said,
        )  # fmt: skip
    return table
