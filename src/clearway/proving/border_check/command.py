"""``clearway check border``: what a record came to, and whether it is sound."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, write_json
from clearway.vocabulary.errors import InputUnusable


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("border")(check_border)


def check_border(
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="A data folder; the one that CLEARWAY_DATA names by default.",
            show_default=False,
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="It is a demonstration's, reckoned as of its last event."),
    ] = False,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Reckon up a record: states, ledger, who has to act, what reconciles one room with another.

    It only reads. Exit code 0: the ledger balances and agrees with the rooms, somebody has to act
    on every record that is not at its end, no clock slept, no event is parked, and every line of
    every list is explained. Exit code 1: something is not so, and is told.

    Examples:
      clearway check border

      clearway check border --demo --data border/
    """
    if data is not None:
        if not data.is_dir():
            raise InputUnusable("There is no such data folder.", where=str(data))
        os.environ["CLEARWAY_DATA"] = str(data.resolve())
    if demo:
        os.environ["CLEARWAY_DEMO"] = "1"
    from clearway.site.preparing import prepare

    prepare()
    from clearway.site.reckoning.report import reckon, told

    report = reckon()
    if format_ is ReportFormat.JSON:
        write_json({**msgspec.to_builtins(report), "is_sound": report.is_sound})
    else:
        for line in told(report):
            console().print(Text(line), soft_wrap=True)
    raise typer.Exit(0 if report.is_sound else 1)
