"""Signed notes: a text that people can read, with Ed25519 signatures below it.

The form is that of Go's checksum database and of public transparency logs (C2SP ``signed-note``,
``tlog-checkpoint`` and ``tlog-cosignature``), so that witnesses in service elsewhere can
countersign ours: a text that ends with a line feed, an empty line, then for each signature
``— name base64(key id of 4 bytes, signature)``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clearway.vocabulary.errors import InputUnusable

LOG = 1
"""Algorithm byte of a log's own signature: Ed25519 over the text."""
WITNESS = 4
"""Algorithm byte of a witness: Ed25519 over the text with the instant of its signing."""
_NAME = re.compile(r"[^\s+]{1,200}")


class Verifier(msgspec.Struct, frozen=True):
    """A public key with its name; written ``name+8 hex digits+base64``."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, line feed, algorithm and key."""
        told = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(told).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"


class Signer(msgspec.Struct, frozen=True):
    """A private key with its name."""

    name: str
    algorithm: int
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, self.algorithm, key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def line(self, text: str, at: int = 0) -> str:
        """Return the signature line for a text; ``at`` (seconds) is when a witness signs."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        stamp = struct.pack(">Q", at) if self.algorithm == WITNESS else b""
        signature = key.sign(_signed(text, self.algorithm, at))
        told = base64.b64encode(self.verifier.key_id + stamp + signature).decode()
        return f"\N{EM DASH} {self.name} {told}\n"


class Checkpoint(msgspec.Struct, frozen=True):
    """What a checkpoint's text says: whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def _signed(text: str, algorithm: int, at: int) -> bytes:
    if algorithm == WITNESS:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    return text.encode()


def parse_verifier(written: str) -> Verifier:
    """Return a public key from its written form.

    Raises:
        InputUnusable: it is none, or its digits do not belong to it.
    """
    try:
        name, digits, told = written.strip().split("+", 2)
        key = base64.b64decode(told, validate=True)
        found = Verifier(name, key[0], key[1:])
        sound = (
            _NAME.fullmatch(name)
            and found.algorithm in {LOG, WITNESS}
            and len(found.public) == 32
            and found.key_id.hex() == digits
        )
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise InputUnusable("This is no verifier key (name+digits+base64).", where=written[:80])
    return found


def split(note: str) -> tuple[str, str]:
    """Return a note's text and its signature lines.

    Raises:
        InputUnusable: it is no signed note.
    """
    text, mark, lines = note.rpartition("\n\n")
    if not mark or not lines.endswith("\n"):
        raise InputUnusable("This is no signed note.", remedy="Give it with its last line feed.")
    return text + "\n", lines


def signatures(lines: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes (key id first) of each well-formed signature line."""
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == "\N{EM DASH}":
            try:
                yield parts[1], base64.b64decode(parts[2], validate=True)
            except (binascii.Error, ValueError):
                continue


def signed_by(note: str, verifier: Verifier) -> int | None:
    """Return when a key signed the note (seconds; 0 for a log's own), None if it did not."""
    found = _signature(note, verifier)
    return None if found is None else found[0]


def line_by(note: str, verifier: Verifier) -> str | None:
    """Return the one line of a note that a key truly signed."""
    found = _signature(note, verifier)
    if found is None:
        return None
    return f"\N{EM DASH} {verifier.name} {base64.b64encode(found[1]).decode()}\n"


def _signature(note: str, verifier: Verifier) -> tuple[int, bytes] | None:
    text, lines = split(note)
    stamped = verifier.algorithm == WITNESS
    for name, told in signatures(lines):
        if name != verifier.name or told[:4] != verifier.key_id or len(told) != 68 + 8 * stamped:
            continue
        at = int(struct.unpack(">Q", told[4:12])[0]) if stamped else 0
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(
                told[-64:], _signed(text, verifier.algorithm, at)
            )
        except InvalidSignature:
            continue
        return at, told
    return None


def read_checkpoint(note: str) -> Checkpoint:
    """Return what a checkpoint says, unverified.

    Raises:
        InputUnusable: it is no checkpoint.
    """
    text, _ = split(note)
    lines = text.split("\n")
    try:
        origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
        sound = origin and len(root) == 32 and size == str(int(size)) and int(size) >= 0
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise InputUnusable("This note is no checkpoint of a log.")
    return Checkpoint(origin, int(size), root)


def new_signer(name: str, algorithm: int) -> Signer:
    """Make a key."""
    return Signer(name, algorithm, os.urandom(32))


def keep_signer(path: Path, make: Signer) -> Signer:
    """Return the key kept in a file; where there is none, keep ``make`` there (mode 0600).

    Raises:
        InputUnusable: the file holds no private key, or others may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key_id = make.verifier.key_id.hex()
    seed = base64.b64encode(bytes([make.algorithm]) + make.seed).decode()
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"PRIVATE+KEY+{make.name}+{key_id}+{seed}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)  # whole or not at all, and never over another's
        except FileExistsError:
            return read_signer(path)
    finally:
        new.unlink()
    return make


def read_signer(path: Path) -> Signer:
    """Return the key kept in a file.

    Raises:
        InputUnusable: the file holds no private key, or others may read it.
    """
    if path.stat().st_mode & 0o077:
        raise InputUnusable(
            "Others may read this private key.", where=str(path), remedy="chmod 600, or renew it."
        )
    try:
        words = path.read_text().strip().split("+", 4)
        told = base64.b64decode(words[4], validate=True)
        signer = Signer(words[2], told[0], told[1:])
        sound = words[:2] == ["PRIVATE", "KEY"] and len(signer.seed) == 32
        sound = sound and signer.verifier.key_id.hex() == words[3]
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise InputUnusable("This file holds no private key of a log or witness.", where=str(path))
    return signer
