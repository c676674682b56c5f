"""The signed form of a token: what is printed as a QR code, scanned, or proved by a cut-off gate.

``CG1`` and then, in Base32 without padding, the payload and an Ed25519 signature of 64 bytes over
``clearway gate token v1``, a line feed and the payload. The payload is text: serial, key id,
direction, kind, unit, packages, plate, terminal, gate and expiry (whole seconds since 1970),
parted by ``|``. Base32 keeps a QR code in its dense alphanumeric mode and survives scanners that
type as keyboards of any layout's capitals; a container's token has about 240 characters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from clearway.audit import notes
from clearway.gate.rules import Bound

KEY: Final = "gate.key"
"""Name of the signing key's file in the data folder."""
MARK: Final = "CG1"
LONGEST: Final = 600
"""Characters that a scanned code may have."""
SERIAL: Final = 10
_DOMAIN: Final = b"clearway gate token v1\n"
_STATEMENT: Final = b"clearway interchange statement v1\n"
_SIGNATURE: Final = 64
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PARTS: Final = 10


class Read(msgspec.Struct, frozen=True):
    """A token's code, taken apart; not proved."""

    bound: Bound
    key: str
    payload: bytes
    signature: bytes


def new_serial() -> str:
    """Return a serial that cannot be guessed: 50 random bits, no letter that looks like a digit."""
    return "".join(secrets.choice(_LETTERS) for _ in range(SERIAL))


def signer() -> notes.Signer:
    """Return this installation's signing key, made at its first use."""
    return _signer_in(Path(settings.DATA))


@cache
def _signer_in(folder: Path) -> notes.Signer:
    path = folder / KEY
    if path.exists():
        return notes.read_signer(path)
    name = f"clearway-{os.urandom(4).hex()}/gate"
    return notes.keep_signer(path, notes.new_signer(name, notes.LOG))


def key_id(public: bytes) -> str:
    """Return the 8 digits by which a public key is named in tokens."""
    return hashlib.sha256(public).hexdigest()[:8].upper()


def write(bound: Bound, by: notes.Signer) -> str:
    """Return the signed code of a token.

    Args:
        bound: what it is bound to; its expiry is cut to whole seconds.
        by: the signing key.
    """
    packages = "" if bound.packages is None else str(bound.packages)
    parts = (
        bound.serial, key_id(by.verifier.public), bound.direction, bound.kind, bound.key, packages,
        bound.plate, str(bound.terminal), bound.gate, str(int(bound.expires_at.timestamp())),
    )  # fmt: skip
    payload = "|".join(parts).encode()
    signature = Ed25519PrivateKey.from_private_bytes(by.seed).sign(_DOMAIN + payload)
    return MARK + base64.b32encode(payload + signature).decode().rstrip("=")


def read(code: str) -> Read | None:
    """Return what a code says, unproved; None where it is no token's code.

    >>> read("CSQU3054383") is None
    True
    """
    code = code.strip().upper()
    if not code.startswith(MARK) or len(code) > LONGEST:
        return None
    told = code.removeprefix(MARK)
    try:
        whole = base64.b32decode(told + "=" * (-len(told) % 8))
        payload, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
        parts = payload.decode().split("|")
        if len(parts) != _PARTS:
            return None
        expires = datetime.fromtimestamp(int(parts[9]), UTC)
        bound = Bound(
            serial=parts[0],
            direction=parts[2],
            kind=parts[3],
            key=parts[4],
            packages=int(parts[5]) if parts[5] else None,
            plate=parts[6],
            terminal=int(parts[7]),
            gate=parts[8],
            expires_at=expires,
        )
    except (binascii.Error, ValueError, OverflowError, OSError):
        return None
    return Read(bound, parts[1], payload, signature)


def sign(content: bytes, by: notes.Signer) -> bytes:
    """Return the signature over the content of an interchange receipt's statement."""
    return Ed25519PrivateKey.from_private_bytes(by.seed).sign(_STATEMENT + content)


def proves(public: bytes, signature: bytes, content: bytes) -> bool:
    """Tell whether a public key proves a statement of an interchange receipt."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _STATEMENT + content)
    except InvalidSignature:
        return False
    return True


def is_signed(told: Read, public: bytes) -> bool:
    """Tell whether a public key proves what a code says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(told.signature, _DOMAIN + told.payload)
    except InvalidSignature:
        return False
    return True
