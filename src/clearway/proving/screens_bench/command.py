"""``clearway bench screens``: server time and statements of the pages, as a table or as JSON."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.proving.screens_bench.row import PageTime
from clearway.vocabulary.errors import DefectFound, InputUnusable

DATABASES = ("sqlite", "postgresql")


def add_to(bench: typer.Typer) -> None:
    """Add the command to the group ``bench``."""
    bench.command("screens")(bench_screens)


def bench_screens(
    *,
    format_: ReportFormatOption = ReportFormat.TABLE,
    only: Annotated[
        str, typer.Option(metavar="NAME", help="Only sqlite, or only postgresql.")
    ] = "",
    declarations: Annotated[
        int, typer.Option(metavar="N", help="How many lie behind the pages.", min=1_000)
    ] = 1_000_000,
    times: Annotated[int, typer.Option(metavar="N", help="How often each is asked.", min=5)] = 40,
) -> None:
    """Measure the server time of the main pages and count their statements.

    Each database is filled in a temporary folder by statements of its own, one declaration of the
    kernel's copied: about 1.5 GB and some minutes for a million. The pages are asked in the
    process itself; what the network and a server add is not in the figures.

    Examples:
      clearway bench screens --declarations 200000

      clearway bench screens --only postgresql --format json
    """
    wanted = [name for name in DATABASES if name.startswith(only)]
    if not wanted:
        raise InputUnusable("There is no such database.", where=f"--only {only}")
    rows = [row for name in wanted for row in _measured(name, declarations, times)]
    if format_ is ReportFormat.JSON:
        write_json(msgspec.to_builtins(rows))
    else:
        console().print(_table(rows, declarations))


def _measured(database: str, declarations: int, times: int) -> Iterator[PageTime]:
    """Fill one database and ask its pages, in a process of its own: Django knows one only."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearway-screens-"))
        environment = {"CLEARWAY_DATA": folder, "CLEARWAY_DEMO": "1"}
        if database == "postgresql":
            from clearway.proving.private_postgresql import NoPostgreSQL, PrivateCluster

            try:
                cluster = stack.enter_context(PrivateCluster())
            except NoPostgreSQL as reason:
                sys.stderr.write(f"clearway: PostgreSQL is passed by: {reason.what}\n")
                return
            environment["CLEARWAY_DATABASE"] = cluster.url(cluster.new_database())
        side_console().print(f"filling {database} with {declarations:,} declarations …")
        module = "clearway.proving.screens_bench.asking"
        kept = {name: value for name, value in os.environ.items() if name != "CLEARWAY_DATABASE"}
        done = subprocess.run(
            [sys.executable, "-m", module, str(declarations), str(times)],
            env={**kept, **environment},
            stdout=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        raise DefectFound(f"The pages could not be asked on {database}.")
    for row in msgspec.json.decode(done.stdout.splitlines()[-1], type=list[PageTime]):
        yield msgspec.structs.replace(row, database=database)


def _table(rows: list[PageTime], declarations: int) -> Table:
    names = (
        "database",
        "page",
        "CPU ms",
        "least ms",
        "p50 ms",
        "p95 ms",
        "statements",
        "who looks",
    )
    table = Table(*names, title=f"Pages with {declarations:,} declarations behind them")
    for row in rows:
        table.add_row(
            row.database, row.page, f"{row.cpu_ms:.1f}", f"{row.least_ms:.1f}", f"{row.p50_ms:.1f}",
            f"{row.p95_ms:.1f}", str(row.statements), row.who,
        )  # fmt: skip
    return table
