"""EDIFACT (ISO 9735) as far as cargo reports need it: bytes into numbered segments.

Our own forty lines stand here because a segment that cannot be read must not hide those after it,
each fault needs its segment's number, and a manifest has megabytes: pydifact reads 0.6 MB a
second and stops at the first fault. A test holds both readings equal.

The separators are found in the bytes and each segment is decoded on its own: in every character
set accepted here a separator is one byte that is part of no other character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from clearway.vocabulary.errors import InputUnusable, TooLarge

LARGEST_INTERCHANGE = 32 * 1024 * 1024
LONGEST_SEGMENT = 10_000
MOST_SEGMENTS = 1_000_000
MOST_FAULTS = 1_000

_CHARACTER_SETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2",
    "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOW": "utf-8",
    "UNOY": "utf-8",
}  # fmt: skip
_TAG = re.compile(r"[A-Z]{2}[A-Z0-9]\Z")
_BETWEEN = b"\r\n \t"


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with an interchange.

    ``rule`` is a public number, ``segment`` counts from 1 at UNB (0 where it is about the whole),
    ``text`` is the segment as it came (``shown``). ``consignment`` is the 1-based place of the
    consignment that cannot be filed because of it; 0 where it spoils none by itself.
    """

    rule: str
    segment: int
    text: str
    parameters: tuple[tuple[str, str], ...] = ()
    consignment: int = 0


class Marks(msgspec.Struct, frozen=True):
    """The separators of an interchange (UNA)."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    terminator: str = "'"


class Segment(msgspec.Struct, frozen=True):
    """One segment: its number, tag and data elements, each a tuple of components."""

    number: int
    tag: str
    elements: tuple[tuple[str, ...], ...]
    text: str

    def get(self, element: int, component: int = 0) -> str:
        """Return a component by its place from 0, empty where it is not given."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component].strip()


class Interchange(msgspec.Struct):
    """The envelope of an interchange, its segments, and what was wrong with reading them."""

    marks: Marks
    segments: list[Segment]
    faults: list[Fault]


def read_segments(data: bytes) -> Interchange:
    """Read the segments of an interchange.

    A segment that cannot be read is left out, with a fault that has its number.

    Raises:
        TooLarge: it has more than ``LARGEST_INTERCHANGE`` bytes or ``MOST_SEGMENTS`` segments.
        InputUnusable: it does not begin with UNA or UNB, or names an unknown character set.
    """
    if len(data) > LARGEST_INTERCHANGE:
        raise TooLarge(f"An interchange has at most {LARGEST_INTERCHANGE} bytes.")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(_BETWEEN)
    marks = Marks()
    if data.startswith(b"UNA"):
        marks, data = _service_string(data[3:9]), data[9:].lstrip(_BETWEEN)
    if not data.startswith(b"UNB" + marks.element.encode()):
        raise InputUnusable(
            "This is no EDIFACT interchange: it begins with neither UNA nor UNB.",
            remedy="Send the whole interchange, from UNB to UNZ, without anything before it.",
        )
    set_name = data[4:8].decode("ascii", "replace")
    encoding = _CHARACTER_SETS.get(set_name)
    if encoding is None:
        raise InputUnusable(
            f"The character set {set_name!r} is not read.",
            where="UNB",
            remedy=f"Use one of {', '.join(_CHARACTER_SETS)}.",
        )
    interchange = Interchange(marks, [], [])
    for number, (raw, ended) in enumerate(_raw_segments(data, marks), 1):
        if number > MOST_SEGMENTS:
            raise TooLarge(f"An interchange has at most {MOST_SEGMENTS} segments.")
        _add(interchange, number, raw, ended=ended, encoding=encoding)
    return interchange


def _service_string(told: bytes) -> Marks:
    text = told.decode("ascii", "replace")
    # The fifth is reserved; the others part things and must differ.
    chosen = text[:4] + text[5:6]
    unfit = any(mark.isalnum() or not mark.isprintable() for mark in chosen.replace(" ", "."))
    if len(text) != 6 or len(set(chosen.replace(" ", ""))) < len(chosen.replace(" ", "")) or unfit:
        raise InputUnusable("The service string UNA does not name five separators.", where="UNA")
    return Marks(text[0], text[1], text[2], text[3] if text[3] != " " else "", text[5])


def _raw_segments(data: bytes, marks: Marks) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of each segment and whether its terminator stood behind it."""
    end, release = re.escape(marks.terminator.encode()), re.escape(marks.release.encode())
    # Possessive, and a release at the very end counts: no byte is ever looked at twice.
    released = rb"|" + release + rb"(?:.|\Z)" if release else b""
    inner = rb"(?:[^" + end + release + rb"]++" + released + rb")*+"
    for match in re.finditer(rb"(" + inner + rb")(" + end + rb"|\Z)", data, re.DOTALL):
        raw, ended = match[1].strip(_BETWEEN), bool(match[2])
        if raw or ended:
            yield raw, ended


def _add(interchange: Interchange, number: int, raw: bytes, *, ended: bool, encoding: str) -> None:
    """Decode a segment and part it, or tell why that cannot be done."""

    def fault(rule: str, **parameters: str) -> None:
        if len(interchange.faults) < MOST_FAULTS:
            told = raw[:480].decode("utf-8", "replace")
            interchange.faults.append(Fault(rule, number, shown(told), tuple(parameters.items())))

    if not ended:
        fault("CLW1501")
        return
    if len(raw) > LONGEST_SEGMENT:
        fault("CLW1502", most=str(LONGEST_SEGMENT))
        return
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        fault("CLW1503", place=str(error.start + 1))
        return
    if not text.isprintable() and (place := next(_unprintable(text), 0)):
        fault("CLW1503", place=str(place))
        return
    elements = _parted(text, interchange.marks)
    if not _TAG.match(elements[0][0]):
        fault("CLW1504", tag=elements[0][0][:10])
        return
    interchange.segments.append(Segment(number, elements[0][0], elements[1:], text))


def _unprintable(text: str) -> Iterator[int]:
    for place, character in enumerate(text, 1):
        if not character.isprintable() and character not in "\r\n":
            yield place


def shown(text: str) -> str:
    """Return a segment as a person may read it in a message, cut at 120 characters."""
    cut = text if len(text) <= 120 else text[:119] + "…"
    if cut.isprintable():
        return cut
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in cut)


@cache
def _splitter(mark: str, release: str) -> re.Pattern[str]:
    mark, release = re.escape(mark), re.escape(release)
    return re.compile(rf"(?:[^{mark}{release}]++|{release}(?:.|\Z))*+", re.DOTALL)


def _parted(text: str, marks: Marks) -> tuple[tuple[str, ...], ...]:
    if not marks.release or marks.release not in text:
        return tuple(tuple(element.split(marks.component)) for element in text.split(marks.element))
    released = re.compile(rf"{re.escape(marks.release)}(.)", re.DOTALL)
    return tuple(
        tuple(released.sub(r"\1", part) for part in _split(element, marks.component, marks.release))
        for element in _split(text, marks.element, marks.release)
    )


def _split(text: str, mark: str, release: str) -> list[str]:
    """Split where the mark stands unreleased."""
    parts, begin = [], 0
    while True:
        match = _splitter(mark, release).match(text, begin)
        end = match.end() if match else len(text)
        parts.append(text[begin:end])
        if end >= len(text):
            return parts
        begin = end + 1
