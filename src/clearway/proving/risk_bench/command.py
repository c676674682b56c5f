"""``clearway bench risk``: the rows of the bench, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Column, Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.proving.risk_bench.row import Row
from clearway.vocabulary.errors import InputUnusable


def add_to(bench: typer.Typer) -> None:
    """Add the command to the group ``bench``."""
    bench.command("risk")(bench_risk)


def bench_risk(
    *,
    format_: ReportFormatOption = ReportFormat.TABLE,
    only: Annotated[str, typer.Option(metavar="NAME", help="Only rows whose name begins so.")] = "",
    fold_salt: Annotated[
        str, typer.Option("--fold-salt", help="Cuts the goods of track 2 into other folds.")
    ] = "clearway",
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="A-B|N", help="The seeds of the loops: 1-10, or 7.")
    ] = "1-10",
    border: Annotated[
        Path | None,
        typer.Option(
            "--border", metavar="FILE", help="Parameters of the border with hidden truth."
        ),
    ] = None,
) -> None:
    """Measure what selection finds, beside the models of the public set's authors and chance.

    Examples:
      clearway bench risk

      clearway bench risk --only track2 --fold-salt another

      clearway bench risk --format json --only loop --seeds 1-3

      clearway bench risk --only border --border my-border.toml
    """
    rows = list(_measured(only, fold_salt, _seeds(seeds), border))
    if not rows:
        raise InputUnusable(
            "No row's name begins so.",
            where=f"--only {only}",
            remedy="Give the beginning of a name that the whole bench prints.",
        )
    if format_ is ReportFormat.JSON:
        write_json(msgspec.to_builtins(rows))
        return
    # A name is asked for by --only: it is never cut short.
    name = Column("row", min_width=20, overflow="fold")
    table = Table(name, "ours", "peer", "unit", "beside", "note", title="Risk bench")
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:,.4g}"
        table.add_row(row.name, f"{row.ours:,.4g}", peer, row.unit, row.peer_name, row.note)
    console().print(table)


def _measured(only: str, salt: str, seeds: list[int], border: Path | None) -> Iterator[Row]:
    from clearway.proving.risk_bench import (
        border_rows,
        input_rows,
        loop,
        poisoning,
        speed,
        tracks,
    )
    from clearway.proving.risk_bench.public_set import load

    data = load()
    parts: tuple[tuple[str, Callable[[], list[Row]]], ...] = (
        ("track1", lambda: tracks.track_1(data)),
        ("track2", lambda: tracks.track_2(data, salt)),
        ("loop", lambda: loop.rows(seeds)),
        ("border", lambda: border_rows.rows(border, seeds[:5])),
        ("poisoning", lambda: poisoning.rows(data)),
        ("speed", lambda: speed.rows(data)),
        ("texts", input_rows.of_texts),
        ("names", input_rows.of_names),
    )
    for name, run in parts:
        if not (only.startswith(name) or name.startswith(only)):
            continue
        side_console().print(f"measuring: {name} …")
        yield from (row for row in run() if row.name.startswith(only))


def _seeds(written: str) -> list[int]:
    first, _, last = written.partition("-")
    try:
        found = list(range(int(first), int(last or first) + 1))
    except ValueError:
        found = []
    if not found or len(found) > 100:
        raise InputUnusable(
            "Seeds are whole numbers: one, or a range of at most a hundred.",
            where=f"--seeds {written}",
            remedy="Write --seeds 1-10, or --seeds 7.",
        )
    return found
