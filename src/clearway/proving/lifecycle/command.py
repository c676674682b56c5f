"""``clearway check lifecycle``: the whole life of declarations, in any order of acts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.proving.lifecycle.grounds import DATABASES, Effort, Verdict, mutant, names, run

_OF_MUTANTS: Final = 300
"""Runs in which a missing guard has to be found at the latest."""


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("lifecycle")(check_lifecycle)


def check_lifecycle(
    *,
    runs: Annotated[int, typer.Option(min=1, help="Runs on each database.")] = 2000,
    steps: Annotated[int, typer.Option(min=1, help="Acts in a run, at most.")] = 50,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that share the runs, on each database.")
    ] = 2,
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn.")] = 7,
    database: Annotated[
        str,
        typer.Option(metavar="sqlite|postgresql|both", help="Where; both agree to the letter."),
    ] = "both",
    mutant_: Annotated[
        str | None,
        typer.Option(
            "--mutant",
            metavar="NAME|all",
            help="Take a guard away: it must be found.",
            show_default=False,
        ),
    ] = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Let everybody act on declarations in any order, and hold each act to a naive model.

    Exit code 0: no guard let through what it must not, nothing was refused that must pass, every
    state was as the model says, and both databases gave the same verdicts line by line.
    With --mutant a guard is taken away: exit code 1 says that it was found.

    Examples:
      clearway check lifecycle

      clearway check lifecycle --runs 200 --mutant all
    """
    chosen = DATABASES if database == "both" else (database,)
    if mutant_ is not None:
        wanted = names() if mutant_ == "all" else (mutant_,)
        effort = Effort(min(runs, _OF_MUTANTS), steps, seed, shrink=False)
        missed = [name for name in wanted if not _is_found(name, mutant(name), effort)]
        raise typer.Exit(0 if missed else 1)
    with side_console().status("Preparing the databases") as status:

        def tell(begun: dict[str, int]) -> None:
            status.update(
                ", ".join(f"{name}: {count:,} of {runs:,} runs" for name, count in begun.items())
            )

        verdict = run(chosen, Effort(runs, steps, seed, processes=processes), None, tell)
    if format_ is ReportFormat.JSON:
        write_json({"results": verdict.results, "differs": verdict.differs})
    else:
        _show(verdict)
    if not verdict.holds:
        raise typer.Exit(1)


def _is_found(name: str, path: Path, effort: Effort) -> bool:
    """Tell whether the machine finds a mutant on SQLite, and say how."""
    verdict = run(DATABASES[:1], effort, path)
    said = "found" if verdict.finds else "NOT FOUND"
    side_console().print(Text(f"{name}: {said} in {verdict.results[0].runs} runs"))
    if not verdict.holds:
        side_console().print(Text(f"  {verdict.results[0].fault.splitlines()[0][:300]}"))
    return verdict.finds


def _show(verdict: Verdict) -> None:
    table = Table("database", box=None, pad_edge=False)
    for name in ("runs", "acts", "done", "refused", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("")
    for one in verdict.results:
        done = one.outcomes.get("done", 0)
        numbers = (one.runs, one.acts, done, one.acts - done, one.seconds)
        found = "FAULT" if one.fault else "as the model says"
        table.add_row(one.database, *map(str, numbers), found)
    console().print(table)
    for one in verdict.results:
        if one.fault:
            console().print(Text(f"{one.database}: {one.fault}"))
    if verdict.differs:
        console().print(Text(f"The databases differ at {verdict.differs}"))
    elif verdict.holds and len(verdict.results) > 1:
        console().print("The transcripts are the same line by line.")
