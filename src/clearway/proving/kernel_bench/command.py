"""``clearway bench kernel``: the rows of the bench, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.proving.intake_bench import command as intake_command
from clearway.proving.kernel_bench.row import Row
from clearway.proving.risk_bench import command as risk_command
from clearway.proving.screens_bench import command as screens_command
from clearway.vocabulary.errors import InputUnusable

UNEQUAL = 1


def add_to(app: typer.Typer) -> None:
    """Add the command group to the application."""
    bench = typer.Typer(help="Measure Clearway beside its peers.", no_args_is_help=True)
    bench.callback()(_group)
    bench.command("kernel")(bench_kernel)
    intake_command.add_to(bench)
    risk_command.add_to(bench)
    screens_command.add_to(bench)
    app.add_typer(bench, name="bench")


def _group() -> None:
    """Keep a group with one command a group."""


def measure(profiles: Path | None, items: Path | None, only: str = "") -> list[Row]:
    """Measure the rows of the bench, telling on standard error what is under way.

    Args:
        profiles: another set of profiles, or None for the generated one.
        items: other items, or None for the generated ones.
        only: the beginning of the names wanted; empty for all.
    """
    from clearway.proving.kernel_bench import decode, duty, together, whole
    from clearway.proving.kernel_bench import profiles as profile_rows
    from clearway.proving.kernel_bench.workload import load

    work = load(profiles, items)
    parts: tuple[tuple[str, Callable[[], list[Row]]], ...] = (
        ("profile", lambda: profile_rows.run(work)),
        ("duty", duty.run),
        ("encode", lambda: together.run(work)),
        ("decode", decode.run),
        ("assess", whole.run),
        ("file", whole.run_file),
    )
    rows: list[Row] = []
    for name, run in parts:
        if not (only.startswith(name) or name.startswith(only)):
            continue
        side_console().print(f"measuring: {name} …")
        rows += run()
    return [row for row in rows if row.name.startswith(only)]


def bench_kernel(
    format_: ReportFormatOption = ReportFormat.TABLE,
    profiles: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Profiles of your own: profiles.toml, or a JSON list."),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Items of your own: feature columns, Parquet or CSV."),
    ] = None,
    only: Annotated[str, typer.Option(metavar="NAME", help="Only rows whose name begins so.")] = "",
) -> None:
    """Measure the kernel beside Polars, DuckDB, zen-engine, pydantic and plain decimal.

    Results are held equal before anything is timed. A ratio above 1 means that ours is better.

    Examples:
      clearway bench kernel

      clearway bench kernel --format json --only profiles

      clearway bench kernel --profiles profiles.toml --items items.parquet
    """
    rows = measure(profiles, items, only)
    if not rows:
        raise InputUnusable(
            "No row's name begins so.",
            where=f"--only {only}",
            remedy="Give the beginning of a name that the whole bench prints.",
        )
    if format_ is ReportFormat.JSON:
        write_json(msgspec.to_builtins(rows))
    else:
        console().print(_table(rows))
    if any(row.equal is False for row in rows):
        raise typer.Exit(UNEQUAL)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if value < 1_000 else f"{value:,.0f}"


def _table(rows: list[Row]) -> Table:
    table = Table("row", "ours", "peer", "ratio", "unit", "equal", "beside", title="Kernel bench")
    for row in rows:
        equal = "" if row.equal is None else "yes" if row.equal else "NO"
        figures = (_shown(row.ours), _shown(row.peer), _shown(row.ratio))
        table.add_row(row.name, *figures, row.unit, equal, row.peer_name)
    return table
