"""The messages of a folder: each file read once, declarations and notifications told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clearway.messages import MalformedMessage, Reading, read_xml
from clearway.messages.lodgement import local_day
from clearway.messages.notification import NotifiedDeclaration, NotifiedItemTax, Response
from clearway.messages.records import Declaration
from clearway.vocabulary.errors import InputUnusable

TAX_NOTICE = "13"
ORIGINAL = "9"


class Message(msgspec.Struct):
    """One file: what it was read as, or why it could not be read.

    ``name`` is the path below the folder, ``data`` the file's bytes.
    """

    name: str
    data: bytes
    reading: Reading | None = None
    refusal: str = ""

    @property
    def declaration(self) -> Declaration | None:
        """The declaration that the message holds, if it is one."""
        return self.reading.declaration if self.reading is not None else None

    @property
    def place(self) -> str:
        """The scenario: the first folder of the path, the file's own name where there is none."""
        return self.name.split("/", 1)[0]


class Notice(msgspec.Struct):
    """One tax notice (function 13): what the authority assessed on a declaration."""

    name: str
    place: str
    lrn: str
    mrn: str
    version: int
    day: int | None
    declaration: NotifiedDeclaration

    @property
    def items(self) -> list[tuple[int, list[NotifiedItemTax]]]:
        """The goods items: position and tax lines."""
        shipment = self.declaration.goods_shipment
        found = []
        for position, item in enumerate(shipment.goods_items if shipment else (), start=1):
            number = item.sequence_numeric
            taxes = item.commodity.duty_tax_fees if item.commodity else ()
            found.append((int(number) if number else position, list(taxes)))
        return found


def read_folder(directory: Path) -> list[Message]:
    """Read every XML file below the folder, sorted by path.

    Raises:
        InputUnusable: there is no such folder, or it holds no XML file.
    """
    if not directory.is_dir():
        raise InputUnusable(
            "there is no such folder",
            where=str(directory),
            remedy="Name a folder with WCO Data Model messages.",
        )
    files = sorted(path for path in directory.rglob("*") if path.suffix.lower() == ".xml")
    if not files:
        raise InputUnusable(
            "the folder holds no XML file",
            where=str(directory),
            remedy="Name a folder with WCO Data Model messages.",
        )
    return [_message(path, path.relative_to(directory).as_posix()) for path in files]


def _message(path: Path, name: str) -> Message:
    data = path.read_bytes()
    try:
        return Message(name, data, read_xml(data))
    except MalformedMessage as error:
        return Message(name, data, None, str(error))


def notices(messages: list[Message]) -> Iterator[Notice]:
    """Yield every tax notice."""
    for message in messages:
        record = message.reading.record if message.reading else None
        if record is None:
            continue
        for response in record.responses:
            if response.function_code == TAX_NOTICE and response.declaration is not None:
                yield _notice(message, response, response.declaration)


def _notice(message: Message, response: Response, declaration: NotifiedDeclaration) -> Notice:
    moment = declaration.acceptance_date_time or response.issue_date_time
    version = declaration.version_id or "1"
    return Notice(
        message.name,
        message.place,
        declaration.functional_reference_id or "",
        declaration.id or "",
        int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 1,
        local_day(moment),
        declaration,
    )
