"""Pure rules of the room: how a key is written."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import Final, NamedTuple

_LETTERS: Final = string.ascii_letters + string.digits
_PREFIX: Final = string.ascii_lowercase + string.digits
_KEY: Final = re.compile(r"cw_([a-z0-9]{1,12})_[A-Za-z0-9]{43}\Z")


class FreshKey(NamedTuple):
    """A key just made: the only moment at which the secret is known."""

    secret: str
    prefix: str
    digest: bytes


def fresh_key() -> FreshKey:
    """Make a key. 43 letters and digits hold 256 bits, so that a plain digest is safe."""
    prefix = "".join(secrets.choice(_PREFIX) for _ in range(12))
    return written_key(prefix, "".join(secrets.choice(_LETTERS) for _ in range(43)))


def demo_key(name: str) -> FreshKey:
    """Return the key that a demonstration always has under a name (1 to 12 of ``a-z0-9``).

    Anybody can compute it: it is made in demo mode only.
    """
    state = int.from_bytes(hashlib.sha512(f"clearway demo key:{name}".encode()).digest(), "big")
    letters = []
    for _ in range(43):
        state, place = divmod(state, len(_LETTERS))
        letters.append(_LETTERS[place])
    return written_key(name, "".join(letters))


def written_key(prefix: str, letters: str) -> FreshKey:
    """Return the key of a prefix and its letters."""
    secret = f"cw_{prefix}_{letters}"
    return FreshKey(secret, prefix, digest_of(secret))


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def looks_like_key(secret: str) -> bool:
    """Tell whether a text has the form of a key; any other is not worth a look."""
    return _KEY.match(secret) is not None


def prefix_of(secret: str) -> str:
    """Return the public part of a key that looks like one."""
    return secret.split("_")[1]
