"""The commands that measure, check and show Clearway as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, write_json
from clearway.proving.border_check import command as border_command
from clearway.proving.durability import command as durability_command
from clearway.proving.kernel_bench import command as bench_command
from clearway.proving.lifecycle import command as lifecycle_command
from clearway.proving.pages_check import command as pages_command
from clearway.proving.races import command as races_command
from clearway.proving.screenshots import command as screenshots_command


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    conformance = typer.Typer(
        help="Hold published messages against Clearway.", no_args_is_help=True
    )
    conformance.callback()(_group)
    conformance.command("wco-dm")(conformance_wco_dm)
    app.add_typer(conformance, name="conformance")
    bench_command.add_to(app)
    check = typer.Typer(help="Hold the platform to what it promises.", no_args_is_help=True)
    check.callback()(_group)
    durability_command.add_to(check)
    races_command.add_to(check)
    lifecycle_command.add_to(check)
    border_command.add_to(check)
    check.command("api")(check_api)
    pages_command.add_to(check)
    app.add_typer(check, name="check")
    screenshots_command.add_to(app)


def _group() -> None:
    """Keep a group with one command a group."""


def conformance_wco_dm(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Messages in any depth; schemas in ../schemas.")
    ],
    pack: Annotated[
        Path | None,
        typer.Option(
            "--pack", "-p", metavar="DIR|SNAPSHOT", help="The law to price by.", show_default=False
        ),
    ] = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Read, check, round-trip and price published messages, and count pass, fail, unsupported.

    Example: clearway conformance wco-dm ../shared/data/wco_dm/scenarios
    """
    from clearway.proving.conformance.wco_dm import run

    report = run(directory, pack)
    if format_ is ReportFormat.JSON:
        write_json(json.loads(report.to_json()))
    else:
        console().print(Text(str(report)))


def check_api(
    *,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="Only this role; may be given more than once."),
    ] = None,
    examples: Annotated[int, typer.Option(min=1, help="Generated cases an operation.")] = 5,
    chains: Annotated[int, typer.Option(min=1, help="Chains along the links.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of all that is generated.")] = 7,
    processes: Annotated[
        int, typer.Option(min=1, help="Share the roles out, each share with a server of its own.")
    ] = 2,
    every_edge: Annotated[
        bool,
        typer.Option(
            "--every-edge",
            help="Meet each operation with data at its edges in every role, not in the first only.",
        ),
    ] = False,
) -> None:
    """Let schemathesis meet every operation of the API in every role, on servers of its own.

    Example: clearway check api --role trader
    """
    from clearway.proving.api_verdict import run
    from clearway.proving.check_api import Effort

    effort = Effort(examples=examples, chains=chains, seed=seed, every_edge=every_edge)
    raise typer.Exit(run(role or (), effort, processes))
