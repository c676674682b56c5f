"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages of every sentence that Clearway says about a declaration."""

    EN = "en"
    FR = "fr"
    ZH = "zh"
    VI = "vi"
    AR = "ar"


class OutputFormat(StrEnum):
    """The forms of a run's answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class ReportFormat(StrEnum):
    """The forms of a report: for people or for programs."""

    TABLE = "table"
    JSON = "json"


class Audience(StrEnum):
    """Who reads an explanation: the trader's holds nothing that helps to evade control."""

    OFFICER = "officer"
    TRADER = "trader"


PackOption = Annotated[
    Path | None,
    typer.Option(
        "--pack",
        "-p",
        metavar="DIR|SNAPSHOT",
        help="The country pack, a folder or a compiled snapshot. Default: the demo country.",
        show_default=False,
    ),
]
LanguageOption = Annotated[
    Language, typer.Option("--lang", "-l", help="Language of findings, reasons and labels.")
]
ReportFormatOption = Annotated[
    ReportFormat, typer.Option("--format", "-f", help="table for people, json for programs.")
]
