"""What the line's second process does: reading messages and deciding, which need no record.

``python -m clearway.intake.helping`` takes requests from its standard input and answers on its
standard output, each a frame of four bytes of length and MessagePack. It ends with its input. It
holds neither settings nor a connection: messages and a snapshot's folder are all it is given.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

import msgspec

from clearway.intake.memory import settle_memory
from clearway.intake.reading import Read, read
from clearway.kernel.assess import assess
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tables import Batch
from clearway.packs import open_snapshot

_LENGTH = 4
_MOST_FAILURE = 200


class Decide(msgspec.Struct, frozen=True, tag="decide"):
    """A request: the kernel's decisions on lodgements, under a snapshot's law."""

    folder: str
    lodgements: list[Lodgement]


class ReadAll(msgspec.Struct, frozen=True, tag="read"):
    """A request: what each JSON message holds."""

    bodies: list[bytes]


class Decided(msgspec.Struct, frozen=True, tag="decided"):
    """The answer to ``Decide``, in the same order."""

    decisions: list[Decision]


class AllRead(msgspec.Struct, frozen=True, tag="all_read"):
    """The answer to ``ReadAll``, in the same order; None is what should be read again, and told."""

    messages: list[Read | None]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It could not be done; the caller does it himself."""

    why: str


Request = Decide | ReadAll
Reply = Decided | AllRead | Failed
encode = msgspec.msgpack.Encoder().encode
_decode_request = msgspec.msgpack.Decoder(Request).decode
_decode_reply = msgspec.msgpack.Decoder(Reply).decode


def decode_reply(frame: bytes) -> Reply:
    """Return the reply in a frame."""
    reply: Reply = _decode_reply(frame)
    return reply


def put(pipe: IO[bytes], frame: bytes) -> None:
    """Write a frame."""
    pipe.write(len(frame).to_bytes(_LENGTH, "big"))
    pipe.write(frame)
    pipe.flush()


def take(pipe: IO[bytes]) -> bytes:
    """Read a frame; empty where there is none any more."""
    head = pipe.read(_LENGTH)
    return pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""


def answer(request: Request) -> Reply:
    """Do what is asked."""
    if isinstance(request, ReadAll):
        return AllRead([_read(body) for body in request.bodies])
    return Decided(list(assess(Batch(request.lodgements), _opened(request.folder))))


def _read(body: bytes) -> Read | None:
    found = read(body)
    return found if isinstance(found, Read) else None


@lru_cache(maxsize=4)
def _opened(folder: str) -> Reference:
    return open_snapshot(Path(folder))


def _reply(frame: bytes) -> bytes:
    try:
        return encode(answer(_decode_request(frame)))
    except Exception as failure:  # noqa: BLE001 - the caller does it himself, and finds the culprit
        return encode(Failed(f"{type(failure).__name__}: {failure}"[:_MOST_FAILURE]))


def main(requests: Sequence[Request] = ()) -> None:
    """Answer until the input ends.

    Args:
        requests: what is done beforehand, so that the first request finds everything loaded.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the whole terminal's: the parent ends us
    for request in requests:
        answer(request)
    settle_memory()
    while frame := take(sys.stdin.buffer):
        put(sys.stdout.buffer, _reply(frame))


if __name__ == "__main__":
    main()
