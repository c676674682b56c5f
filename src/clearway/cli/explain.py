"""``clearway explain``: why this value, this duty, this lane."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearway.batch.finding import find_decision
from clearway.cli.choices import (
    Audience,
    Language,
    LanguageOption,
    PackOption,
    ReportFormat,
    ReportFormatOption,
)
from clearway.cli.explanation import as_document, show
from clearway.cli.packs_in_use import open_pack
from clearway.cli.screen import console, write_json
from clearway.vocabulary.errors import InputUnusable


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explain")(explain)


def explain(
    identity: Annotated[
        str,
        typer.Argument(metavar="ID", help="The declaration's MRN or LRN, or a file holding it."),
    ],
    pack: PackOption = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE|DIR|OUT",
            help="Declarations to look in, or the folder that assess --out wrote.",
        ),
    ] = None,
    audience: Annotated[
        Audience, typer.Option("--for", help="The trader's version discloses no risk rule.")
    ] = Audience.OFFICER,
    language: LanguageOption = Language.EN,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Explain one declaration step by step: value, duty and taxes, findings, lane.

    Examples:
      clearway explain GB-2026-0042 --from declarations.xml

      clearway explain 26VN00000000123401 --from out/ --for trader --lang vi
    """
    if source is None:
        if not Path(identity).exists():
            raise InputUnusable(
                f"It is not said where declaration {identity} is to be found.",
                where="--from",
                remedy="Name the file, the folder or an earlier output with --from.",
            )
        source, identity = Path(identity), ""
    reference = open_pack(pack)
    decision = find_decision(identity, source, reference)
    document = as_document(decision, reference, audience, language.value)
    if format_ is ReportFormat.JSON:
        write_json(document)
    else:
        show(console(), document, language.value)
