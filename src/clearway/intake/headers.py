"""What the headers of a lodgement say, read alike by both of its doors."""

from __future__ import annotations

import re
from typing import Final

from clearway.intake.submission import JSON, XML
from clearway.vocabulary.errors import InputUnusable, WrongMediaType

MEDIA_TYPES: Final = {"application/json": JSON, "application/xml": XML, "text/xml": XML}
KEY: Final = re.compile(r"[!-~]{1,128}\Z")


def media_type_of(header: str) -> str:
    """Return which of the forms a message has, by its Content-Type.

    Raises:
        WrongMediaType: none of them.
    """
    name, _, parameters = header.partition(";")
    found = MEDIA_TYPES.get(name.strip().lower())
    wrong = "charset" in parameters.lower() and "utf-8" not in parameters.lower()
    if found is None or wrong:
        raise WrongMediaType("A declaration is application/json or application/xml, in UTF-8.")
    return found


def key_of(header: str | None) -> str:
    """Return the idempotency key of a request.

    Raises:
        InputUnusable: there is none, or it is not 1 to 128 printable ASCII characters.
    """
    if header is None or KEY.match(header) is None:
        raise InputUnusable(
            "The header Idempotency-Key is missing or unfit."
            if header is not None
            else "The header Idempotency-Key is missing.",
            remedy="Give each lodgement a key of its own, 1 to 128 printable ASCII characters, "
            "and repeat it with the same key until it is answered.",
        )
    return header


def language_of(header: str) -> str:
    """Return the language wanted most by an Accept-Language, empty where it names none.

    >>> language_of("de;q=0.5, fr-FR;q=0.9, *;q=0.1")
    'fr-FR'
    """
    best, weight = "", -1.0
    for part in header[:200].split(","):
        tag, _, quality = part.partition(";")
        try:
            value = float(quality.partition("=")[2]) if quality else 1.0
        except ValueError:
            continue
        if tag.strip() not in {"", "*"} and value > weight:
            best, weight = tag.strip(), value
    return best
