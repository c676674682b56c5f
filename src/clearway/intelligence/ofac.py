"""The sanctions list of the US Treasury (OFAC) as published: SDN.CSV and ALT.CSV, read whole.

Neither file has a heading. ``-0-`` is an empty column, and an end-of-file mark (0x1A) may close a
file. SDN has twelve columns, ALT five (OFAC, "SDN data specification"). Dates of birth, papers,
nationalities and IMO numbers stand within the remarks of SDN and are taken from there. Names that
the publisher calls weak (``a.k.a. '…'`` within remarks) are kept as remarks and not compared.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
import pycountry

from clearway.intelligence.keys import Key
from clearway.vocabulary.errors import DataRefused

SDN_COLUMNS: Final = (
    "ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign", "Vess_type", "Tonnage",
    "GRT", "Vess_flag", "Vess_owner", "Remarks",
)  # fmt: skip
ALT_COLUMNS: Final = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
KINDS: Final = {"individual": "person", "vessel": "conveyance", "aircraft": "conveyance",
                "": "organisation"}  # fmt: skip
ALIASES: Final = ("aka", "fka", "nka")
MOST_FAULTS: Final = 50
_EMPTY: Final = "-0-"
_LONGEST_NAME: Final = 350


class Listed(msgspec.Struct, frozen=True):
    """An entry of a published list: its number there, its names, its second keys."""

    number: str
    kind: str
    names: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]
    programme: str
    remarks: str

    @property
    def name(self) -> str:
        """The first name."""
        return self.names[0][1]

    def digest(self) -> str:
        """Return what tells that its content changed: 32 hexadecimal digits."""
        return hashlib.blake2s(msgspec.msgpack.encode(self), digest_size=16).hexdigest()


class _Faults:
    """What is wrong with the files so far, by line and column."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def add(self, file: str, line: int, column: int, names: Sequence[str], why: str) -> None:
        name = names[column - 1] if 0 < column <= len(names) else ""
        place = f"{file}, line {line}, column {column}" + (f" ({name})" if name else "")
        self.found.append((place, why))


def read(sdn: bytes, alt: bytes) -> list[Listed]:
    """Return the entries of a list, in the order of SDN.

    Args:
        sdn: the bytes of SDN.CSV.
        alt: the bytes of ALT.CSV; empty where the list has no aliases.

    Raises:
        DataRefused: something in a file is not as published; it names file, line and column.
    """
    faults = _Faults()
    rows: dict[str, list[str]] = {}
    for line, row in _rows("sdn.csv", sdn, SDN_COLUMNS, faults):
        if row[0] in rows:
            faults.add("sdn.csv", line, 1, SDN_COLUMNS, f"{row[0]} stands twice")
        if not row[1]:
            faults.add("sdn.csv", line, 2, SDN_COLUMNS, "an entry has a name")
        if row[2] not in KINDS:
            faults.add("sdn.csv", line, 3, SDN_COLUMNS, f"one of {', '.join(filter(None, KINDS))}")
        rows[row[0]] = row
    if not rows and not faults.found:
        faults.add("sdn.csv", 1, 1, SDN_COLUMNS, "the file holds no entry")
    aliases = _aliases(alt, rows, faults)
    if faults.found:
        raise DataRefused(
            "The list cannot be read, and nothing of it was imported.",
            where=faults.found[0][0],
            faults=tuple(faults.found[:MOST_FAULTS]),
            remedy="Download the files again and send them as they were published.",
        )
    return [_listed(row, aliases.get(number, [])) for number, row in rows.items()]


def _aliases(
    alt: bytes, rows: dict[str, list[str]], faults: _Faults
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line, row in _rows("alt.csv", alt, ALT_COLUMNS, faults):
        if row[0] not in rows:
            faults.add("alt.csv", line, 1, ALT_COLUMNS, f"sdn.csv has no entry {row[0]}")
        if row[2] not in ALIASES:
            faults.add("alt.csv", line, 3, ALT_COLUMNS, f"one of {', '.join(ALIASES)}")
        if not row[3]:
            faults.add("alt.csv", line, 4, ALT_COLUMNS, "an alias has a name")
        found.setdefault(row[0], []).append((row[2], row[3]))
    return found


def _rows(
    file: str, content: bytes, names: Sequence[str], faults: _Faults
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have all columns and a number, each with its line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # as the Treasury wrote it for long
    reader = csv.reader(io.StringIO(text.rstrip("\x1a\r\n \t"), newline=""), strict=True)
    while len(faults.found) < MOST_FAULTS:
        try:
            row = [_bare(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as broken:
            faults.add(file, reader.line_num, 1, (), f"no row of a CSV file: {broken}")
            return
        line = reader.line_num
        if len(row) != len(names):
            faults.add(file, line, min(len(row), len(names)), names,
                       f"{len(row)} columns instead of {len(names)}")  # fmt: skip
        elif not (row[0].isascii() and row[0].isdigit() and len(row[0]) < 20):
            faults.add(file, line, 1, names, "a number")
        else:
            wrong = next((at for at, cell in enumerate(row) if "\0" in cell), None)
            if wrong is None:
                yield line, row
            else:
                faults.add(file, line, wrong + 1, names, "the character NUL is no text")


def _bare(cell: str) -> str:
    plain = cell.strip()
    return "" if plain == _EMPTY else plain


def _listed(row: Sequence[str], aliases: Sequence[tuple[str, str]]) -> Listed:
    number, name, kind, programme, title, call_sign, _, _, _, flag, _, remarks = row
    keys = [*_keys(remarks)]
    if KINDS[kind] == "conveyance":
        keys += [Key("means", call_sign)] if call_sign else []
        keys += [Key("country", country) for country in [_country(flag)] if country]
    return Listed(
        number=number,
        kind=KINDS[kind],
        names=(("primary", name[:_LONGEST_NAME]), *((a, n[:_LONGEST_NAME]) for a, n in aliases)),
        keys=tuple(dict.fromkeys(keys)),
        programme=programme,
        remarks="; ".join(part for part in (title, remarks) if part),
    )


_BIRTH: Final = re.compile(
    r"(?:alt\. )?DOB (?:circa )?(?:(\d{1,2} [A-Z][a-z]{2} \d{4})|.*?(\d{4}))"
)
_PAPER: Final = re.compile(
    r"(?:alt\. )?(?:Passport|National ID No\.|Tax ID No\.|R\.F\.C\.|C\.U\.R\.P\.|C\.U\.I\.T\.|"
    r"NIT #|RUC #|Cedula No\.|Identification Number|Registration (?:ID|Number)|Company Number|"
    r"Business Registration Number|Enterprise Number|Commercial Registry Number|"
    r"Organization Established Number|Driver's License No\.|SSN|D\.N\.I\.) (\S+)(?: \(([^)]+)\))?"
)
_VESSEL: Final = re.compile(r"Vessel Registration Identification (?:IMO )?(\d{7})")
_NATION: Final = re.compile(r"(?:alt\. )?(?:nationality|citizen|Nationality of Registration) (.+)")


def _keys(remarks: str) -> Iterator[Key]:
    for part in remarks.rstrip(".").split("; "):
        if found := _BIRTH.match(part):
            yield Key("birth", _day(found[1]) if found[1] else found[2])
        elif found := _PAPER.match(part):
            if len(found[1]) > 4:  # a shorter one is a word of the remark, not a number
                yield Key("identity", found[1].rstrip(",;."))
        elif found := _VESSEL.match(part):
            yield Key("means", found[1])
        elif (found := _NATION.match(part)) and (country := _country(found[1])):
            yield Key("country", country)


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%d %b %Y").date().isoformat()  # noqa: DTZ007 - a day alone
    except ValueError:
        return text[-4:]


_CUSTOMARY: Final = {
    "Russia": "RU", "Iran": "IR", "Syria": "SY", "Korea, North": "KP", "North Korea": "KP",
    "Korea, South": "KR", "South Korea": "KR", "Burma": "MM", "Laos": "LA", "Bolivia": "BO",
    "Venezuela": "VE", "Tanzania": "TZ", "Moldova": "MD", "Turkey": "TR", "Palestinian": "PS",
    "Congo, Democratic Republic of the": "CD", "Cote d Ivoire": "CI", "The Gambia": "GM",
    "United Kingdom": "GB", "Macau": "MO", "Hong Kong": "HK", "Taiwan": "TW",
}  # fmt: skip


@lru_cache(maxsize=1024)
def _country(name: str) -> str:
    """Return the ISO 3166-1 code of a country as the list writes it; empty where it is none."""
    known = _CUSTOMARY.get(name)
    if known is not None or not name:
        return known or ""
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return ""
