"""How the data of a document are written for a reader of a language, by Babel, without a float."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from clearway.documents.contents import Content, Party
from clearway.documents.words import words
from clearway.vocabulary.money import QUANTITY_SCALE

ABSENT = "–"
LEFT_TO_RIGHT = frozenset({"code", "codes"})
FIGURES = frozenset({"count", "money", "kilograms", "quantity", "base"})
"""Forms that stand flush at the end of a column."""


def written(value: Any, form: str, content: Content, language: str, line: Any = None) -> str:
    """Return a datum as it is printed; empty text where it is absent.

    Args:
        value: the datum.
        form: see ``layout``.
        content: the document, whose currency and zone rule.
        language: one of the five.
        line: the line in which the datum stands, which has its unit.
    """
    if value is None or value in ("", ()):
        return ""
    kind, _, prefix = form.partition(":")
    if kind == "word":
        return str(words(language).get(f"{prefix}_{value}", value))
    if kind == "yes":
        return str(words(language)["yes" if value else "no"])
    if kind == "codes":
        return ", ".join(value)
    if kind == "party":
        return _party(value)
    if kind == "day":
        return format_date(date.fromisoformat(value), "medium", locale=language)
    if kind == "instant":
        zone = ZoneInfo(content.time_zone)
        local = datetime.fromisoformat(value).astimezone(zone)
        return format_datetime(local, "medium", locale=language)
    return _figure(value, kind, content, language, line)


def _figure(value: Any, kind: str, content: Content, language: str, line: Any) -> str:
    if kind == "count":
        return format_decimal(value, locale=language)
    if kind in {"money", "base"}:
        return money(value, content, language)
    if kind in {"kilograms", "quantity"}:
        exact = Decimal(value) / QUANTITY_SCALE
        told = format_decimal(exact, "#,##0.######", locale=language)
        unit = getattr(line, "unit", "") if kind == "quantity" else ""
        return f"{told}\xa0{unit}" if unit else told
    return str(value)


def money(value: int, content: Content, language: str) -> str:
    """Return an amount with the decimals of the document's currency, without its code."""
    exponent: int = getattr(content, "exponent", 0)
    pattern = "#,##0." + "0" * exponent if exponent else "#,##0"
    return format_decimal(Decimal(value).scaleb(-exponent), pattern, locale=language)


def _party(party: Party) -> str:
    return "\n".join(each for each in (party.name, party.address, party.identifier) if each)


def datum(content: Any, path: str) -> Any:
    """Return a datum of a content by its path (``totals.value``)."""
    for name in path.split("."):
        content = getattr(content, name)
    return content


def texts_of(content: Content) -> dict[str, str]:
    """Return every text of a content by its pointer."""
    found: dict[str, str] = {}

    def gather(tree: Any, pointer: str) -> None:
        if isinstance(tree, str):
            found[pointer] = tree
        elif isinstance(tree, dict):
            for key, value in tree.items():
                gather(value, f"{pointer}/{key}")
        elif isinstance(tree, list | tuple):
            for place, value in enumerate(tree):
                gather(value, f"{pointer}/{place}")

    gather(msgspec.to_builtins(content), "")
    return found
