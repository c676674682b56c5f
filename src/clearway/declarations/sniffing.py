"""What a file is, found by looking into it. Its name must agree; what can act is refused.

Taken are PDF, PNG, JPEG, TIFF, XML, XLSX and plain or comma-separated text. Programs, scripts,
macros, embedded objects, archives and files that are two things at once are not.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Final

import filetype  # type: ignore[import-untyped]
from lxml import etree

from clearway.vocabulary.errors import DataRefused

MOST_UNPACKED: Final = 256 << 20
MOST_RATIO: Final = 200
MOST_PARTS: Final = 4_000
_PDF_ACTS: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_ESCAPED_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE_ROOTS: Final = {"html", "svg", "stylesheet", "transform", "xdp"}
_TEXT_BEGINS: Final = (b"#!", b"<", b"{\\rtf")
_TEXT_HOLDS: Final = re.compile(rb"<\?php|<script|<html|<svg", re.IGNORECASE)
_XLSX_ACTS: Final = re.compile(
    r"vbaproject|macrosheets|activex|embeddings|oleobject|customui|\.(exe|dll|js|vbs|zip)$"
)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_END_OF_ZIP: Final = b"PK\x05\x06"
_NAME_LENGTH: Final = 200


class Sniffed(Exception):
    """What speaks against a file, in one sentence."""


def _pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise Sniffed("the PDF has no end")
    plain = _ESCAPED_NAME.sub(lambda match: bytes([int(match[1], 16)]), content)
    if _PDF_ACTS.search(plain):
        raise Sniffed("the PDF holds a script, a program or a file within")
    _one_thing(content)


def _png(content: bytes) -> None:
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content):
            break
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end], "big"
        ):
            raise Sniffed("the image is damaged")
        if kind == b"IEND":
            if end != len(content):
                raise Sniffed("something follows the image")
            return
        place = end
    raise Sniffed("the image has no end")


def _jpeg(content: bytes) -> None:
    if b"\xff\xd9" not in content[-65_536:]:
        raise Sniffed("the image has no end")
    _one_thing(content)


def _tiff(content: bytes) -> None:
    order = "little" if content[:2] == b"II" else "big"
    if not 8 <= int.from_bytes(content[4:8], order) < len(content):  # type: ignore[arg-type]
        raise Sniffed("the image has no directory")
    _one_thing(content)


def _one_thing(content: bytes) -> None:
    """Refuse what is also an archive: a reader of archives begins at the end."""
    if _END_OF_ZIP in content[-66_000:] and zipfile.is_zipfile(BytesIO(content)):
        raise Sniffed("it is an archive at the same time")


def _xml(content: bytes) -> None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Sniffed("the XML is not well-formed") from error
    if _DOCTYPE.search(content):
        raise Sniffed("the XML has a document type")
    for node in root.getroottree().iter():
        if not isinstance(node.tag, str):
            continue
        if etree.QName(node).localname.lower() in {"script", *_ACTIVE_ROOTS}:
            raise Sniffed("the XML is a page or a script")
    if b"<?xml-stylesheet" in content:
        raise Sniffed("the XML asks for a style sheet")


def _xlsx(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _parts(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Sniffed("the workbook is damaged or locked") from error


def _parts(archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Sniffed("it is an archive and no workbook")
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise Sniffed("the workbook has too many parts")
    if any(_XLSX_ACTS.search(name.lower()) or ".." in name for name in names):
        raise Sniffed("the workbook holds a macro, a program or an object")
    most = min(MOST_UNPACKED, max(packed * MOST_RATIO, 1 << 20))
    for part in parts:
        # Counted while it is unpacked: what an archive says of its sizes may be a lie.
        with archive.open(part) as stream:
            while piece := stream.read(1 << 16):
                most -= len(piece)
                if most < 0:
                    raise Sniffed("the workbook grows beyond all measure when it is opened")
                if part.filename == "[Content_Types].xml" and b"macroEnabled" in piece:
                    raise Sniffed("the workbook holds macros")


def _text(content: bytes) -> None:
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise Sniffed("it is neither text in UTF-8 nor a kind of file that is taken") from error
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in set(text)):
        raise Sniffed("the text has control characters")
    if content.lstrip().startswith(_TEXT_BEGINS) or _TEXT_HOLDS.search(content):
        raise Sniffed("the text is a script or a page")


_Kind = tuple[str, tuple[bytes, ...], frozenset[str], Callable[[bytes], None]]
_KINDS: Final[tuple[_Kind, ...]] = (
    ("application/pdf", (b"%PDF-",), frozenset({"pdf"}), _pdf),
    ("image/png", (b"\x89PNG\r\n\x1a\n",), frozenset({"png"}), _png),
    ("image/jpeg", (b"\xff\xd8\xff",), frozenset({"jpg", "jpeg"}), _jpeg),
    ("image/tiff", (b"II*\0", b"MM\0*"), frozenset({"tif", "tiff"}), _tiff),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
        frozenset({"xlsx"}),
        _xlsx,
    ),
)  # fmt: skip
_XML: Final = ("application/xml", frozenset({"xml"}))
_TEXTS: Final = {"csv": "text/csv", "txt": "text/plain"}
MEDIA_TYPES: Final = (*(kind[0] for kind in _KINDS), _XML[0], *_TEXTS.values())
"""What is taken."""


def media_type_of(name: str, content: bytes) -> str:
    """Return what a file is.

    Args:
        name: as the sender calls it; its ending must agree with what the file is.
        content: all of it.

    Raises:
        DataRefused: it is of no kind that is taken, or the name says something else.
    """
    ending = name.rpartition(".")[2].lower()
    try:
        media_type, endings = _look(ending, content)
    except Sniffed as fault:
        guessed = filetype.guess_mime(content[:8192])
        known = f" (it looks like {guessed})" if guessed and guessed not in MEDIA_TYPES else ""
        raise _refused(f"{fault}{known}") from fault
    if ending not in endings:
        raise _refused(f"it is called .{ending[:10]} and is {media_type}")
    return media_type


def _look(ending: str, content: bytes) -> tuple[str, frozenset[str]]:
    if not content:
        raise Sniffed("it is empty")
    for media_type, begins, endings, check in _KINDS:
        if content.startswith(begins):
            check(content)
            return media_type, endings
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if start.startswith(b"<?xml") or (ending == "xml" and start.startswith(b"<")):
        _xml(content)
        return _XML
    _text(content)
    return _TEXTS.get(ending, "text/plain"), frozenset(_TEXTS)


def file_name(name: str) -> str:
    """Return a file's bare name, as it can be shown and sent to anybody.

    Raises:
        DataRefused: nothing of it is left, or it has no ending.
    """
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in bare if sign.isprintable() and sign not in '"<>|:*?').strip(
        ". "
    )
    stem, dot, ending = kept.rpartition(".")
    if not stem or not dot or not ending.isascii() or not ending.isalnum() or len(ending) > 10:
        raise _refused("it has no name with an ending such as invoice.pdf")
    return f"{stem[: _NAME_LENGTH - 1 - len(ending)]}.{ending}"


def _refused(why: str) -> DataRefused:
    return DataRefused(
        f"The file is refused: {why}.",
        faults=(("/body/file", why),),
        remedy="Send a PDF, PNG, JPEG, TIFF, XML, XLSX, CSV or text file under its own name.",
    )
