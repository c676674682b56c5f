"""``clearway bench intake``: the rows of the bench, as a table or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.proving.intake_bench.row import Row
from clearway.vocabulary.errors import InputUnusable

DATABASES = ("sqlite", "postgresql")


def add_to(bench: typer.Typer) -> None:
    """Add the command to the group ``bench``."""
    bench.command("intake")(bench_intake)


def bench_intake(
    *,
    format_: ReportFormatOption = ReportFormat.TABLE,
    only: Annotated[str, typer.Option(metavar="NAME", help="Only rows whose name begins so.")] = "",
    slow_commit: Annotated[
        bool, typer.Option("--slow-commit", help="Again, with commits two milliseconds longer.")
    ] = False,
    lodgements: Annotated[
        int, typer.Option(metavar="N", help="How many our side takes in each row.", min=200)
    ] = 6_000,
) -> None:
    """Measure durable lodgements beside the same service on django-ninja with the ORM.

    Both sides are servers of their own, from an empty record, with the same kernel, keys and rows.
    PostgreSQL is measured where the machine has it.

    Examples:
      clearway bench intake

      clearway bench intake --format json --only lodge_http
    """
    from clearway.site.preparing import prepare

    prepare()
    from clearway.proving.intake_bench.measuring import fdatasync_ms

    waited = fdatasync_ms(Path(gettempdir()))
    side_console().print(f"fdatasync of 4 KiB takes {waited:.2f} ms here (median of 100)")
    rows = list(_measured(only, slow=slow_commit, count=lodgements))
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
        for row in rows:
            if row.note:
                console().print(f"{row.name}: {row.note}", markup=False)
    if any(row.equal is False for row in rows):
        raise typer.Exit(1)


def _measured(only: str, *, slow: bool, count: int) -> Iterator[Row]:
    from clearway.proving.intake_bench import rows

    parts: tuple[tuple[str, Callable[[Callable[[], str]], Row]], ...] = (
        *(
            (f"lodge_http_{name}", lambda new, n=name: rows.http(n, new, slow=slow, count=count))
            for name in DATABASES
        ),
        *(
            (f"lodge_bulk_{name}", lambda new, n=name: rows.bulk(n, new, slow=slow, count=count))
            for name in DATABASES
        ),
        ("lodge_one_connection", lambda new: rows.one_connection(new, slow=slow)),
        ("overload", lambda new: rows.overload(new, slow=slow, count=count)),
    )
    for name, run in parts:
        if not name.startswith(only):
            continue
        with _database("postgresql" if name.endswith("postgresql") else "sqlite") as new:
            if new is not None:
                side_console().print(f"measuring: {name} …")
                yield run(new)


@contextmanager
def _database(name: str) -> Iterator[Callable[[], str] | None]:
    """Give what makes empty databases; None where the machine has none of the kind."""
    if name == "sqlite":
        yield lambda: name
        return
    from clearway.proving.private_postgresql import NoPostgreSQL, PrivateCluster

    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(PrivateCluster(durable=True))
        except NoPostgreSQL as reason:
            sys.stderr.write(f"clearway: PostgreSQL is passed by: {reason.what}\n")
            yield None
        else:
            yield lambda: cluster.url(cluster.new_database())


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if value < 1_000 else f"{value:,.0f}"


def _table(rows: list[Row]) -> Table:
    names = ("row", "ours", "peer", "ratio", "unit", "p50", "p99", "peer p50", "peer p99")
    table = Table(*names, "equal", "beside", title="Intake bench (times in ms)")
    for row in rows:
        equal = "" if row.equal is None else "yes" if row.equal else "NO"
        figures = map(_shown, (row.ours, row.peer, row.ratio))
        times = map(_shown, (row.p50_ms, row.p99_ms, row.peer_p50_ms, row.peer_p99_ms))
        table.add_row(row.name, *figures, row.unit, *times, equal, row.peer_name)
    return table
