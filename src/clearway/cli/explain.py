"""``clearway explain``: why this value, this duty, this lane."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from clearway.batch.finding import find_decision
from clearway.cli.choices import (
    Audience,
    Language,
    LanguageOption,
    PackOption,
    ReportFormat,
    ReportFormatOption,
)
from clearway.cli.demonstration import demonstration_folder
from clearway.cli.explanation import as_document, show
from clearway.cli.packs_in_use import open_pack
from clearway.cli.screen import console, side_console, write_json
from clearway.cli.words import words
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
            help="Declarations to look in, or the folder that assess --out wrote. "
            "Default: the day that `demo day` has shown last.",
            show_default=False,
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
      clearway explain XP2603031000163

      clearway explain GB-2026-0042 --from declarations.xml

      clearway explain 26VN00000000123401 --from out/ --for trader --lang vi
    """
    if source is None:
        source, identity = _source_of(identity)
    reference = open_pack(pack)
    decision = find_decision(identity, source, reference)
    if decision.reference_hash != reference.hash:
        side_console().print(Text(words(language.value)["other_law"], style="yellow"))
    document = as_document(decision, reference, audience, language.value)
    if format_ is ReportFormat.JSON:
        write_json(document)
    else:
        show(console(), document, language.value)


def _source_of(identity: str) -> tuple[Path, str]:
    """Return where to look for a declaration when that was not said, and for which."""
    if Path(identity).exists():
        return Path(identity), ""
    kept = demonstration_folder()
    if kept is not None and (kept / "decisions.ndjson").is_file():
        if identity.encode() in (kept / "decisions.ndjson").read_bytes():
            return kept, identity
        where = "It is none of the demonstration's day, and no other place was named."
    else:
        where = "No file or folder was named, and no demonstration's day is kept."
    raise InputUnusable(
        f"It is not said where declaration {identity} is to be found. {where}",
        where="--from",
        remedy="Name the file, the folder or an earlier output with --from.",
    )
