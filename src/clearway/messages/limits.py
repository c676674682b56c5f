"""How much of a message is read before it is refused: the guards against bombs."""

from __future__ import annotations

import msgspec

from clearway.messages.problems import MalformedMessage, SyntaxProblem


class Limits(msgspec.Struct, frozen=True):
    """Bounds on one message, far above the largest lawful declaration.

    A declaration of 999 items with everything the model allows has about 5 MiB. ``most_elements``
    counts opening tags or JSON keys, ``deepest`` nested elements, objects and arrays.
    """

    most_bytes: int = 32 * 1024 * 1024
    most_elements: int = 500_000
    deepest: int = 40


DEFAULT_LIMITS = Limits()

# The first bytes of files that are no text, whatever their name says.
_SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office"),
    (b"PAR1", "Parquet"),
)
_TEXT_STARTS = (b"{", b"[", b"<")


def refuse_unreadable(data: bytes, limits: Limits) -> None:
    """Refuse what is empty, too large or no text at all.

    Raises:
        MalformedMessage: with CLW1001, CLW1002 or CLW1003.
    """
    if data[:1] not in _TEXT_STARTS and not data.strip(b" \t\r\n\x00"):
        raise MalformedMessage([SyntaxProblem("CLW1001", "")])
    if len(data) > limits.most_bytes:
        parameters = (("size", str(len(data))), ("most", str(limits.most_bytes)))
        raise MalformedMessage([SyntaxProblem("CLW1002", "", 0, parameters)])
    if data[:1] in _TEXT_STARTS:
        return
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise MalformedMessage([SyntaxProblem("CLW1003", "", 0, (("kind", name),))])
