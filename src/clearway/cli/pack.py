"""``clearway pack``: check, compile and import country packs."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, write_json
from clearway.vocabulary.errors import InputUnusable

_LISTED = 20


class TariffKind(StrEnum):
    """The published tariffs that can be imported."""

    UK_TARIFF = "uk-tariff"
    US_HTS = "us-hts"
    HS = "hs"


_FOLDER = typer.Argument(metavar="DIR", help="The pack's folder: the one with pack.toml.")
_OUT = typer.Option("--out", "-o", metavar="DIR", help="Where to write.")


def add_to(app: typer.Typer) -> None:
    """Add the command group to the application."""
    group = typer.Typer(help="Check, compile and import country packs.", no_args_is_help=True)
    group.command("check")(check)
    group.command("compile")(compile_pack)
    group.command("import")(import_tariff)
    app.add_typer(group, name="pack")


def check(
    directory: Annotated[Path, _FOLDER], format_: ReportFormatOption = ReportFormat.TABLE
) -> None:
    """Check a pack and list every error in one pass, with file and line.

    Example: clearway pack check my-country/
    """
    from clearway import packs

    report = packs.check(directory)
    problems = list(report.problems)
    if format_ is ReportFormat.JSON:
        write_json(
            [
                {
                    "file": str(problem.file),
                    "line": problem.line,
                    "code": problem.code,
                    "text": problem.text,
                    "remedy": problem.remedy,
                }
                for problem in problems
            ]
        )
    else:
        out = console()
        for problem in problems:
            place = f"{problem.file}:{problem.line}" if problem.line else str(problem.file)
            out.print(Text.assemble((place, "bold"), f" {problem.code} {problem.text}"))
            if problem.remedy:
                out.print(Text(f"    {problem.remedy}"))
        errors, warnings = len(report.errors), len(report.warnings)
        if errors:
            found = f"{_counted(errors, 'error')} and {_counted(warnings, 'warning')}"
            out.print(f"{found}: the pack does not compile.")
        elif warnings:
            out.print(f"The pack compiles, with {_counted(warnings, 'warning')}.")
        else:
            out.print("The pack is in order.")
    if report.errors:
        raise typer.Exit(2)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def compile_pack(directory: Annotated[Path, _FOLDER], out: Annotated[Path, _OUT]) -> None:
    """Compile a pack to a snapshot named by its content, or write nothing where it has errors.

    Example: clearway pack compile my-country/ --out snapshots/
    """
    from clearway import packs

    console().print(Text(str(packs.compile(directory, out))), soft_wrap=True)


def import_tariff(
    kind: Annotated[TariffKind, typer.Argument(help="Which published tariff the file is.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The table as published.")],
    out: Annotated[Path, _OUT],
    exchange_rates: Annotated[
        list[Path] | None,
        typer.Option("--fx", metavar="FILE|DIR", help="Monthly rates of exchange (uk-tariff)."),
    ] = None,
    nomenclature: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A nomenclature with ten-digit codes (uk-tariff)."),
    ] = None,
    territory: Annotated[
        str | None,
        typer.Option(
            metavar="GB|XI",
            help="Whose duty (uk-tariff): GB, or XI for goods at risk in Northern Ireland.",
            show_default="GB",
        ),
    ] = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Make a pack from a published tariff; rates that are not understood are listed.

    Examples:
      clearway pack import uk-tariff uk_global_tariff.csv.gz --out uk/

      clearway pack import hs hs2022.csv --out hs/
    """
    from clearway.packs.importers import import_tariff as run_import

    options: dict[str, object] = {}
    if exchange_rates:
        options["exchange_rates"] = exchange_rates
    if nomenclature is not None:
        options["nomenclature"] = nomenclature
    if territory is not None:
        options["territory"] = territory
    if options and kind is not TariffKind.UK_TARIFF:
        raise InputUnusable(
            "--fx, --nomenclature and --territory go with uk-tariff only.",
            remedy="Leave them out.",
        )
    report = run_import(kind.value, file, out, **options)
    if format_ is ReportFormat.JSON:
        write_json(json.loads(report.to_json()))
        return
    screen = console()
    screen.print(f"{report.lines:,} lines, {report.measures:,} measures")
    for column, cells in report.cells.items():
        understood = report.understood[column]
        share = f"{100 * understood / cells:.2f} %" if cells else "-"
        screen.print(Text(f"{column}: {understood:,} of {cells:,} rates understood ({share})"))
    for rate in report.listed[:_LISTED]:
        screen.print(Text(f"  line {rate.line} {rate.commodity} {rate.text!r}: {rate.reason}"))
    if len(report.listed) > _LISTED:
        rest = len(report.listed) - _LISTED
        screen.print(f"  … {rest:,} more, all in {report.out / 'import_report.json'}")
    for note in report.notes:
        screen.print(Text(note))
    screen.print(Text(str(report.out)))
