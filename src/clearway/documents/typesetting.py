"""Setting a document in a language: by typst, with the fonts that are installed beside it alone.

The file is PDF/A-2a and PDF/UA-1, with subsets of its fonts within; the same document in the same
language is the same file, byte for byte. A letter that no licensed font has stops it.
"""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import manimgx_fonts_cjk
import segno
import typst
from django.conf import settings

from clearway.documents import layout
from clearway.documents.contents import Content
from clearway.documents.models import IssuedDocument
from clearway.documents.rules import read
from clearway.documents.words import RIGHT_TO_LEFT, words
from clearway.documents.writing import (
    ABSENT,
    FIGURES,
    LEFT_TO_RIGHT,
    datum,
    texts_of,
    written,
)
from clearway.vocabulary.errors import DataRefused, DefectFound

QR_MILLIMETRES: Final = 36
"""With the quiet around it; the code itself is never under 25 mm wide."""
_LONG_RUN: Final = re.compile(r"\S{29,}")
_LONG_IN_CELL: Final = re.compile(r"\S{21,}")
_UNDISPLAYED: Final = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)
_PIECE: Final = 12


class Head:
    """What a document has besides its content: number, address, state."""

    def __init__(self, number: str, sha256: str, issued_at: datetime, address: str) -> None:
        self.number = number
        self.sha256 = sha256
        self.issued_at = issued_at
        self.address = address
        self.void = False


def address_of(document: IssuedDocument) -> str:
    """Return the public address that says whether a document holds."""
    return f"{settings.PUBLIC_ADDRESS}/verify/{document.token}"


def pdf_of(document: IssuedDocument, language: str) -> bytes:
    """Return an issued document as a PDF file.

    Args:
        document: with its data.
        language: one of the five.

    Raises:
        DataRefused: a letter of it is in none of the fonts; the fault names the datum.
    """
    head = Head(document.number, document.sha256, document.issued_at, address_of(document))
    head.void = document.state == "void"
    return set_in_type(document.kind, read(document.kind, document.data), head, language)


def set_in_type(kind: str, content: Content, head: Head, language: str) -> bytes:
    """Return the PDF file of a content.

    Raises:
        DataRefused: a letter of it is in none of the fonts; the fault names the datum.
    """
    told = json.dumps(_page(kind, content, head, language), ensure_ascii=False)
    try:
        compiler = typst.Compiler(input=_template(), font_paths=_fonts())
        made = compiler.compile(
            format="pdf",
            sys_inputs={"told": told},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(head.issued_at.timestamp()),
        )
    except typst.TypstError as error:
        raise _unprintable(str(error), content) from error
    if not isinstance(made, bytes):
        raise DefectFound("A document was set without a file.")
    return made


@cache
def _fonts() -> Any:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[
            str(Path(fontpkg_noto_sans.ROOT) / "files"),
            str(Path(fontpkg_noto_sans_arabic.ROOT) / "files"),
            str(Path(manimgx_fonts_cjk.__file__).parent),
        ],
    )


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("document.typ").read_bytes()


def _unprintable(message: str, content: Content) -> Exception:
    """Return the refusal of letters without a glyph, by the datum in which they stand."""
    found = _UNDISPLAYED.search(message)
    letters = set() if found is None else {*found[1][1:-1]} - {"\\"}
    for pointer, text in texts_of(content).items():
        missing = sorted(letters & {*text})
        if missing:
            named = ", ".join(f"U+{ord(one):04X}" for one in missing)
            return DataRefused(
                "The document cannot be printed: no licensed font has a letter of it.",
                faults=((pointer, f"no font has {named}"),),
                where=pointer,
                remedy="Mend the datum that is named, then issue it again.",
            )
    return DefectFound(f"A document could not be set: {message[:200]}")


def _page(kind: str, content: Content, head: Head, language: str) -> dict[str, Any]:
    known = words(language)
    plan = layout.LAYOUTS[kind]
    zone = ZoneInfo(content.time_zone)
    issued = head.issued_at.astimezone(zone)
    return {
        "language": language,
        "rtl": language in RIGHT_TO_LEFT,
        "issued": [issued.year, issued.month, issued.day],
        "title": known[f"title_{kind}"],
        "country": content.country,
        "authority": content.authority,
        "office": " ".join(each for each in (content.office, content.office_name) if each),
        "number": head.number,
        "number_label": known["number"],
        "issued_label": known["issued_at"],
        "issued_at": written(head.issued_at.isoformat(), "instant", content, language),
        "zone": known["times_of"].format(zone=content.time_zone),
        "page": known["page"],
        "check": known["check"],
        "check_long": known["check_long"],
        "address": head.address,
        "qr": _qr(head.address),
        "qr_alt": known["qr_alt"],
        "qr_size": QR_MILLIMETRES,
        "hash_label": known["hash"],
        "hash": head.sha256,
        "void": known["void"] if head.void else "",
        "headline": _headline(plan, content, language),
        "facts": _facts(plan, content, language),
        "tables": [one for each in plan.tables if (one := _table(each, content, language))],
        "notes": [
            {"label": known[f"label_{name}"], "text": _broken(getattr(content, name))}
            for name in plan.notes
            if getattr(content, name)
        ],
    }


def _qr(address: str) -> str:
    """Return the code of an address as SVG, four modules of quiet around it."""
    code = segno.make(address, error="m", micro=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=4, omitsize=True, dark="#000", light="#fff")
    return drawn.getvalue().decode("utf-8")


def _label(name: str, form: str, content: Content, language: str) -> str:
    label = str(words(language)[f"label_{name}"])
    unit = {"money": getattr(content, "currency", ""), "kilograms": "kg"}.get(form, "")
    if form == "base":
        unit = getattr(content, "currency", "")
    return f"{label} ({unit})" if unit else label


def _headline(plan: layout.Layout, content: Content, language: str) -> dict[str, Any] | None:
    fact = plan.headline
    if fact is None:
        return None
    value = written(getattr(content, fact.name), fact.form, content, language)
    if not value:
        return None
    if fact.form == "money":
        value = f"{value}\xa0{getattr(content, 'currency', '')}"
    return {"label": words(language)[f"label_{fact.name}"], "text": value}


def _facts(plan: layout.Layout, content: Content, language: str) -> list[dict[str, Any]]:
    found = []
    for fact in plan.facts:
        value = written(getattr(content, fact.name), fact.form, content, language)
        if value and fact.form == "money":
            value = f"{value}\xa0{getattr(content, 'currency', '')}"
        if value and fact.form == "kilograms":
            value = f"{value}\xa0kg"
        if value:
            label = words(language)[f"label_{fact.name}"]
            ltr = fact.form in LEFT_TO_RIGHT | FIGURES
            found.append({"label": label, "text": _broken(value), "ltr": ltr})
    return found


def _table(table: layout.Table, content: Content, language: str) -> dict[str, Any] | None:
    lines = getattr(content, table.rows)
    if not lines:
        return None
    used = [
        one
        for one in table.columns
        if any(_cell(line, one, content, language) for line in lines) or one.wide
    ]
    rows = [
        [_broken(_cell(line, one, content, language) or ABSENT, _LONG_IN_CELL) for one in used]
        for line in lines
    ]
    totals = dict(table.total)
    below = [
        written(datum(content, totals[one.name]), one.form, content, language)
        if one.name in totals
        else ""
        for one in used
    ]
    return {
        "title": words(language)[f"table_{table.rows}"],
        "columns": [
            {
                "label": _label(one.name, one.form, content, language),
                "wide": one.wide,
                "end": one.form in FIGURES,
                "ltr": one.form in LEFT_TO_RIGHT | FIGURES,
            }
            for one in used
        ],
        "rows": rows,
        "total": below if any(below) else [],
        "total_label": words(language)["total"],
    }


def _cell(line: Any, column: layout.Column, content: Content, language: str) -> str:
    value = getattr(line, column.name)
    if column.form == "base" and value is None:
        return str(line.base_text)
    if column.form == "tax":
        return " ".join(each for each in (line.tax, value) if each)
    return written(value, column.form, content, language, line)


def _broken(text: str, long: re.Pattern[str] = _LONG_RUN) -> str:
    """Return a text whose long runs without a blank may be broken, so that nothing overflows."""

    def pieces(run: re.Match[str]) -> str:
        return "\u200b".join(run[0][at : at + _PIECE] for at in range(0, len(run[0]), _PIECE))

    return long.sub(pieces, text)
