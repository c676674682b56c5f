"""Where the commands write: answers on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, format_percent
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from clearway.cli.words import words
from clearway.vocabulary.errors import ClearwayError

NARROWEST = 40
PIPE_WIDTH = 100


def console() -> Console:
    """Return the console of the answers. ``NO_COLOR`` and ``COLUMNS`` are heeded."""
    return _console(sys.stdout)


def side_console() -> Console:
    """Return the console of progress and errors (standard error)."""
    return _console(sys.stderr)


def _console(stream: Any) -> Console:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def write_json(document: Any) -> None:
    """Write one JSON document, and nothing else, to standard output."""
    sys.stdout.flush()
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def tell_error(error: ClearwayError) -> None:
    """Say what is wrong, where, and what to do, on standard error."""
    out = side_console()
    out.print(Text.assemble(("clearway: ", "bold red"), error.what))
    if error.where:
        out.print(Text(f"  where: {error.where}"))
    for problem in getattr(error, "problems", ()) or getattr(error, "errors", ()):
        out.print(Text(f"  - {problem}"))
    if error.remedy:
        out.print(Text(f"  what to do: {error.remedy}"))


@contextlib.contextmanager
def progress(label: str, *, wanted: bool = True) -> Iterator[Callable[[float, str], None]]:
    """Show a bar on standard error while long work goes on, if someone is watching.

    Gives a function that takes the share done (0 to 1) and a note.
    """
    out = side_console()
    if not (wanted and out.is_terminal):
        yield lambda _share, _note: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task(label, total=1.0, note="")
        yield lambda share, note: bar.update(task, completed=share, note=note)


def number(value: int, language: str) -> str:
    """Return a whole number in the language's way of writing."""
    return str(format_decimal(value, locale=language))


def decimal(value: float, language: str) -> str:
    """Return a measurement with two decimals; it is no amount of money."""
    return str(format_decimal(value, format="#,##0.00", locale=language))


def percent(part: int, whole: int, language: str) -> str:
    """Return a share in per cent with one decimal."""
    share = part / whole if whole else 0.0
    return str(format_percent(share, format="#,##0.0%", locale=language))


def money(minor_units: int, exponent: int, language: str) -> str:
    """Return an exact amount of minor units in the language's way of writing."""
    amount = Decimal(minor_units).scaleb(-exponent)
    pattern = "#,##0." + "0" * exponent if exponent else "#,##0"
    return str(format_decimal(amount, format=pattern, locale=language, decimal_quantization=False))


def thousandths(value: int, language: str) -> str:
    """Return thousandths without needless noughts: 80000 is 80, 42500 is 42.5."""
    return str(format_decimal(Decimal(value).scaleb(-3), format="#,##0.###", locale=language))


def labelled(language: str, label: str, text: str) -> str:
    """Return a label, the language's colon, and a text."""
    known = words(language)
    return f"{known[label]}{known['colon']}{text}"


def indented(text: str, style: str = "", *, left: int = 2) -> Padding:
    """Return a paragraph set in by some columns on every line that it takes."""
    return Padding(Text(text, style=style), (0, 0, 0, left), expand=False)
