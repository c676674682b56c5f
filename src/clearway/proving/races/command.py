"""``clearway check races``: what several hands reach for at once."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.vocabulary.errors import InputUnusable

WORKERS: Final = 8
ATTEMPTS: Final = 60
_NUMBERS: Final = ("attempts", "available", "granted", "recorded", "failed", "seconds")


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("races")(check_races)


def check_races(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this race; may be given again."),
    ] = None,
    workers: Annotated[int, typer.Option(min=2, max=64, help="How many ask at once.")] = WORKERS,
    attempts: Annotated[int, typer.Option(min=1, help="How often each asks.")] = ATTEMPTS,
    mutant: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|all",
            help="Break what this race is about: it must be found.",
            show_default=False,
        ),
    ] = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Let workers reach for the same permit, guarantee, token … at once, on both databases.

    Exit code 0: what was granted is what there was, to the unit, and the record says so too.
    With --mutant the guard of a race is taken away: exit code 1 says that it was found.

    Examples:
      clearway check races

      clearway check races --only gate_token --mutant gate_token
    """
    from clearway.site.preparing import prepare

    prepare()
    from clearway.proving.races.table import RACES

    known = [race.name for race in RACES]
    chosen = only or known
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise InputUnusable(
            f"There is no race {unknown[0]!r}.",
            where="--only",
            remedy=f"One of {', '.join(known)}.",
        )
    if mutant is not None:
        found = _of_mutants(known if mutant == "all" else [mutant], workers, attempts)
        _show(found, format_)
        missed = {row["name"] for row in found} - {row["name"] for row in found if not row["exact"]}
        for name in sorted(missed):
            side_console().print(f"NOT FOUND: {name}")
        raise typer.Exit(0 if missed else 1)
    rows = _everywhere(chosen, workers, attempts)
    _show(rows, format_)
    if not all(row["exact"] for row in rows):
        raise typer.Exit(1)


def _everywhere(chosen: list[str], workers: int, attempts: int) -> list[dict[str, Any]]:
    from clearway.proving.private_postgresql import NoPostgreSQL
    from clearway.proving.races import grounds

    rows: list[dict[str, Any]] = []
    for database in grounds.DATABASES:
        try:
            rows += grounds.run(database, chosen, workers, attempts, None)
        except NoPostgreSQL as reason:
            side_console().print(f"not on PostgreSQL: {reason}")
    return rows


def _of_mutants(names: list[str], workers: int, attempts: int) -> list[dict[str, Any]]:
    """Break what each race is about and run it on both databases; one of them must find it."""
    from clearway.proving.private_postgresql import NoPostgreSQL
    from clearway.proving.races import grounds

    rows: list[dict[str, Any]] = []
    for name in names:
        broken = grounds.mutant(name)
        for database in grounds.DATABASES:
            try:
                rows += grounds.run(database, [name], workers, attempts, broken)
            except NoPostgreSQL as reason:
                side_console().print(f"not on PostgreSQL: {reason}")
    return rows


def _show(rows: list[dict[str, Any]], format_: ReportFormat) -> None:
    if format_ is ReportFormat.JSON:
        write_json(rows)
        return
    table = Table("race", "database", box=None, pad_edge=False)
    for name in ("attempts", "available", "granted", "recorded", "errors", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("")
    for row in rows:
        numbers = [str(row[key]) for key in _NUMBERS]
        verdict = "exact" if row["exact"] else "NOT EXACT"
        table.add_row(row["name"], row["database"], *numbers, verdict)
    console().print(table)
    for row in rows:
        if row["error"]:
            console().print(f"{row['name']} on {row['database']}: {row['error']}")
