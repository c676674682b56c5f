"""``clearway assess``: declarations in, decisions and a summary out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from clearway.batch.history import Supplied, read_history
from clearway.batch.output_folder import output_folder
from clearway.batch.run import Run
from clearway.batch.summary import Summary
from clearway.batch.writing import WRITERS, JsonLines, Writer
from clearway.cli.choices import Language, LanguageOption, OutputFormat, PackOption
from clearway.cli.packs_in_use import open_pack
from clearway.cli.screen import console, indented, labelled, number, progress, side_console
from clearway.cli.streaming import Few, StandardCsv, StandardJson
from clearway.cli.summary_view import show_few, show_summary
from clearway.cli.words import words
from clearway.kernel.reference import Reference
from clearway.kernel.texts import render
from clearway.vocabulary.errors import InputUnusable

FormatOption = Annotated[
    OutputFormat, typer.Option("--format", "-f", help="The form of the answer.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="Write the decisions there; the folder appears when everything is done.",
    ),
]
_EPOCH = date(1970, 1, 1)


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("assess")(assess)


def assess(
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR...",
            help="XML, JSON, NDJSON, CSV or Parquet, also gzipped; folders with all they hold.",
        ),
    ],
    pack: PackOption = None,
    out: OutOption = None,
    format_: FormatOption = OutputFormat.TABLE,
    language: LanguageOption = Language.EN,
    observed_on: Annotated[
        str,
        typer.Option(
            "--observed-on",
            metavar="DATE",
            help="The day on which the messages arrived (2026-03-03). Default: today, in UTC.",
            show_default=False,
        ),
    ] = "",
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FILE",
            help="The parties' history by LRN, a CSV file: what no message carries.",
            show_default=False,
        ),
    ] = None,
    working: Annotated[
        bool,
        typer.Option(
            "--working/--no-working", help="Keep the working of values and charges (JSON, tables)."
        ),
    ] = True,
) -> None:
    """Check, value, price and route declarations, each with its reasons.

    Examples:
      clearway assess declarations.xml

      clearway assess inbox/ --pack my-country/ --out decisions/ --format parquet

      clearway assess day.ndjson --history history.csv --format json --lang vi
    """
    reference = open_pack(pack)
    day = day_number(observed_on) if observed_on else (datetime.now(UTC).date() - _EPOCH).days

    def work(run: Run, writers: Sequence[Writer]) -> Summary:
        return run.over_files(paths, writers)

    known = read_history(history, reference.exponent) if history else None
    wanted = Answer(format_, out, language.value, day, working=working)
    answer(reference, work, wanted, history=known)


class Answer:
    """How an answer is wanted: form, folder, language, and the day of arrival.

    ``keep`` is a folder that gets all decisions as well, where it can be written.
    """

    def __init__(
        self,
        format_: OutputFormat,
        out: Path | None,
        language: str,
        observed_on: int | None = None,
        *,
        working: bool = True,
        keep: Path | None = None,
    ) -> None:
        if format_ is OutputFormat.PARQUET and out is None:
            raise InputUnusable(
                "Parquet is not for reading on a screen.",
                where="--format parquet",
                remedy="Name a folder with --out.",
            )
        self.format = format_
        self.out = out
        self.keep = keep
        self.language = language
        self.observed_on = observed_on
        # Nobody sees the working in a summary, a listing or one line a declaration.
        seen = out is not None or format_ is OutputFormat.JSON
        self.explain = (working and seen and format_ is not OutputFormat.TABLE) or keep is not None


def answer(
    reference: Reference,
    work: Callable[[Run, Sequence[Writer]], Summary],
    wanted: Answer,
    *,
    history: Mapping[str, Supplied] | None = None,
    also: Sequence[Writer] = (),
) -> None:
    """Run ``work`` and give its answer: to a folder, to standard output, as a summary."""
    label = words(wanted.language)
    few = Few()
    with contextlib.ExitStack() as stack:
        tell = stack.enter_context(progress(label["reading"]))
        run = Run(
            reference,
            observed_on=wanted.observed_on,
            history=history,
            explain=wanted.explain,
            tell=tell,
        )
        writers: list[Writer] = [few, *also, *stack.enter_context(_writers(wanted))]
        try:
            work(run, writers)
        except InputUnusable:
            if not run.first_errors:
                raise
            _tell_unreadable(run, wanted.language)
            side_console().print(Text(f"clearway: {label['nothing_readable']}", style="bold red"))
            raise typer.Exit(InputUnusable.exit_code) from None
    _tell_unreadable(run, wanted.language)
    if wanted.format is OutputFormat.TABLE:
        out = console()
        show_few(out, few.decisions, reference, wanted.language)
        show_summary(out, run.summary, reference, wanted.language)
        _tell_folder(out, wanted)
    elif wanted.out is not None:
        _tell_folder(side_console(), wanted)


@contextlib.contextmanager
def _writers(wanted: Answer) -> Iterator[list[Writer]]:
    """Give the writers of the answer: the folder's, and that of standard output."""
    with contextlib.ExitStack() as stack:
        writers: list[Writer] = []
        if wanted.out is not None:
            folder = stack.enter_context(output_folder(wanted.out))
            writer = WRITERS[wanted.format.value](folder)
            stack.callback(writer.close)
            writers.append(writer)
        if wanted.keep is not None:
            try:
                kept = JsonLines(stack.enter_context(output_folder(wanted.keep)))
            except (InputUnusable, OSError):
                wanted.keep = None
            else:
                stack.callback(kept.close)
                writers.append(kept)
        if wanted.format is OutputFormat.JSON:
            writers.append(StandardJson(with_decisions=wanted.out is None))
        elif wanted.format is OutputFormat.CSV and wanted.out is None:
            writers.append(StandardCsv())
        yield writers


def day_number(text: str) -> int:
    """Return a date as days since 1970-01-01.

    Raises:
        InputUnusable: the text is no date of the calendar.
    """
    try:
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError as error:
        raise InputUnusable(
            f"{text!r} is no date.", remedy="Write year-month-day, for example 2026-03-03."
        ) from error


def _tell_unreadable(run: Run, language: str) -> None:
    """Say of each document that could not be read where, what, and what to do."""
    out, label = side_console(), words(language)
    for error in run.first_errors:
        place = f"{error.file}:{error.line}" if error.line else error.file
        out.print(Text(" ".join((f"{place} {error.pointer} {error.code}").split()), style="yellow"))
        if not error.code:
            out.print(indented(error.reason))
            continue
        text = render(error.code, dict(error.parameters), language)
        out.print(indented(text.message))
        out.print(indented(labelled(language, "what_to_do", text.remedy)))
        if error.more:
            out.print(indented(f"… {number(error.more, language)} {label['more']}"))
    rest = run.summary.unreadable - len(run.first_errors)
    if rest > 0:
        out.print(
            Text(f"… {number(rest, language)} {label['more']} ({label['unreadable']})", "yellow")
        )


def _tell_folder(out: Console, wanted: Answer) -> None:
    if wanted.out is not None:
        out.print(Text(f"{words(wanted.language)['written']} {wanted.out}"))
