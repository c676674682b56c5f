"""``clearway profile``: check conditions, try them on items, list the columns they may name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from clearway.batch.places import Unreadable
from clearway.batch.reading import read_source
from clearway.batch.sources import find_sources
from clearway.cli.choices import PackOption, ReportFormat, ReportFormatOption
from clearway.cli.packs_in_use import open_pack
from clearway.cli.screen import console, write_json
from clearway.cli.summary_view import grid
from clearway.kernel.assess import assessed_rows
from clearway.kernel.decisions import Lane
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles import ProfileSet, check_text, test_on
from clearway.kernel.reference import Period, Profile, Reference
from clearway.vocabulary.errors import InputUnusable


def add_to(app: typer.Typer) -> None:
    """Add the command group to the application."""
    group = typer.Typer(help="Check risk profiles, and try them on items.", no_args_is_help=True)
    group.command("check")(check)
    group.command("test")(try_profiles)
    group.command("columns")(columns)
    app.add_typer(group, name="profile")


def check(
    condition: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="A condition, or a file of profiles.")
    ],
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Check conditions and name every problem with its place and the nearest known column.

    Examples:
      clearway profile check "origin IN ('CN','VN') AND hs LIKE '8517%'"

      clearway profile check profiles.toml
    """
    named = _is_file(condition) or _FILE_NAME.fullmatch(condition) is not None
    conditions = _conditions(Path(condition)) if named else [("", condition)]
    found = [
        {"profile": code, "column": problem.column, "what": problem.what, "remedy": problem.remedy}
        for code, text in conditions
        for problem in check_text(text)
    ]
    if format_ is ReportFormat.JSON:
        write_json(found)
    else:
        out = console()
        for problem in found:
            name = f"{problem['profile']}, " if problem["profile"] else ""
            out.print(Text(f"{name}column {problem['column']}: {problem['what']}"))
            if problem["remedy"]:
                out.print(Text(f"    {problem['remedy']}"))
        if not found:
            count = len(conditions)
            out.print(
                "The condition is in order." if count == 1 else f"{count:,} conditions in order."
            )
    if found:
        raise typer.Exit(2)


def try_profiles(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Profiles: TOML or lines of text.")],
    items: Annotated[
        list[Path], typer.Option("--items", metavar="FILE|DIR", help="Declarations to try on.")
    ],
    pack: PackOption = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Try profiles on past declarations: how many items each hits, alone and in all.

    Example: clearway profile test profiles.toml --items last-week.parquet
    """
    reference = open_pack(pack)
    profiles = ProfileSet.compile(
        Profile(code, 1, text, Lane.YELLOW, 0, Period()) for code, text in _conditions(file)
    )
    result = test_on(profiles, list(_rows(items, reference)))
    counts = list(zip(profiles.profiles, result.hits, result.only, strict=True))
    if format_ is ReportFormat.JSON:
        lines = [
            {"profile": profile.code, "hits": hits, "only_this": only}
            for profile, hits, only in counts
        ]
        write_json({"items": result.items, "hit_by_any": result.any, "profiles": lines})
        return
    out = console()
    table = grid("profile", "hits", "share", "only this", numbers=(1, 2, 3))
    for profile, hits, only in counts:
        share = f"{100 * hits / result.items:.2f} %" if result.items else "-"
        table.add_row(profile.code, f"{hits:,}", share, f"{only:,}")
    out.print(table)
    out.print(f"{result.items:,} items, {result.any:,} hit by at least one profile")


def columns(
    like: Annotated[
        str, typer.Argument(metavar="WORD", help="Only columns whose name or meaning holds it.")
    ] = "",
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """List the columns that a condition may name, with their meaning, source and WCO number.

    Examples:
      clearway profile columns

      clearway profile columns importer --format json
    """
    word = like.casefold()
    chosen = [one for one in SCHEMA if word in f"{one.name} {one.meaning}".casefold()]
    if format_ is ReportFormat.JSON:
        names = ("name", "type", "meaning", "source", "wco_id", "formula")
        write_json([{name: getattr(one, name) for name in names} for one in chosen])
        return
    table = grid("column", "type", "meaning", "from", "WCO")
    for one in chosen:
        table.add_row(one.name, one.type.value, one.formula or one.meaning, one.source, one.wco_id)
    console().print(table)


# A word with such an ending can be no condition: it names a file, which may be missing.
_FILE_NAME = re.compile(r"[^\s'=<>]+\.(?:toml|txt|sql)", re.IGNORECASE)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _conditions(file: Path) -> list[tuple[str, str]]:
    """Return (code, condition) of a profiles.toml, or of a file with one condition a line."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnusable(
            f"The file cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}.",
            where=str(file),
            remedy="Give a text file in UTF-8.",
        ) from error
    if file.suffix == ".toml":
        try:
            entries: list[Any] = tomllib.loads(content).get("profiles", [])
            return [(str(entry["code"]), str(entry["condition"])) for entry in entries]
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            raise InputUnusable(
                f"This is no file of profiles: {error}.",
                where=str(file),
                remedy="Write [[profiles]] tables with code and condition.",
            ) from error
    lines = [line.strip() for line in content.splitlines()]
    return [(f"{n}", line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]


def _rows(paths: list[Path], reference: Reference) -> Iterator[tuple[Any, ...]]:
    read = 0
    for source in find_sources(paths):
        for _, found in read_source(source):
            if isinstance(found, Unreadable):
                continue
            read += 1
            yield from assessed_rows(found[1], reference)
    if not read:
        raise InputUnusable(
            "No declaration could be read.",
            where=", ".join(str(path) for path in paths),
            remedy="Give declarations as XML, JSON, NDJSON, CSV or Parquet.",
        )
