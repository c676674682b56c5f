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
from clearway.kernel.reference import Profile, Reference
from clearway.kernel.tables import Batch
from clearway.packs import open_snapshot

_LENGTH = 4
_MOST_FAILURE = 200


class Profiles(msgspec.Struct, frozen=True):
    """The profiles that stand in place of a snapshot's own, and those on trial."""

    profile_set: str
    in_force: tuple[Profile, ...]
    shadow: tuple[Profile, ...]


class Decide(msgspec.Struct, frozen=True, tag="decide"):
    """A request: the kernel's decisions on lodgements, under a snapshot's law.

    ``profiles`` is ``Profiles`` as ``profiles_of`` gives it, empty where the snapshot's own count.
    """

    folder: str
    lodgements: list[Lodgement]
    profiles: bytes = b""


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
_decode_profiles = msgspec.msgpack.Decoder(Profiles).decode


@lru_cache(maxsize=4)
def profiles_of(reference: Reference) -> bytes:
    """Return the profiles of a reference as a request carries them; empty where they are its own.

    They are written once, and read once on the other side, as long as they stay in force.
    """
    if not reference.profile_set and not reference.shadow:
        return b""
    return encode(Profiles(reference.profile_set, reference.profiles, reference.shadow))


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
    return Decided(list(assess(Batch(request.lodgements), _law(request.folder, request.profiles))))


def _read(body: bytes) -> Read | None:
    found = read(body)
    return found if isinstance(found, Read) else None


@lru_cache(maxsize=4)
def _opened(folder: str) -> Reference:
    return open_snapshot(Path(folder))


@lru_cache(maxsize=4)
def _law(folder: str, profiles: bytes) -> Reference:
    reference = _opened(folder)
    if not profiles:
        return reference
    told: Profiles = _decode_profiles(profiles)
    return msgspec.structs.replace(
        reference,
        profiles=told.in_force if told.profile_set else reference.profiles,
        profile_set=told.profile_set,
        shadow=told.shadow,
    )


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
