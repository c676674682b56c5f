"""Who is who in declared data: one text for each party, by its identifier or else by its name."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from clearway.kernel.lodgement import Lodgement, Party
from clearway.vocabulary.names import name_key

_OTHERS: Final = 22
"""Bits that tell a party's acquaintances apart; 42 bits tell parties apart."""


def identity_of(*candidates: Party | None) -> str:
    """Return the identity of the first party that has one, empty where none has.

    Names are compared as ``vocabulary.names`` does, with country and postcode beside them.

    >>> identity_of(None, Party(name="Dragon 貿易 Co., Ltd.", country="CN"))
    'dragon 贸易 co ltd/CN/'
    """
    for party in candidates:
        if party is not None:
            if party.id:
                return party.id
            if party.name:
                return _named(party.name, party.country, party.postcode)
    return ""


@lru_cache(maxsize=65_536)
def _named(name: str, country: str, postcode: str) -> str:
    return f"{name_key(name)}/{country}/{postcode}"


@lru_cache(maxsize=262_144)
def key_of(kind: str, *parts: str) -> int:
    """Return the 64-bit number under which something is counted; its last 22 bits are 0.

    >>> key_of("importer", "XP1") == key_of("importer", "XP1") != key_of("exporter", "XP1")
    True
    """
    told = "\0".join((kind, *parts)).encode(errors="surrogatepass")
    number = int.from_bytes(blake2b(told, digest_size=8).digest(), "big", signed=True)
    return number >> _OTHERS << _OTHERS


def pair_of(party: int, kind: str, other: str) -> int:
    """Return the number of a party together with something else it has met.

    All pairs of a party stand beside it: what one declaration touches lies in one page of the
    database, not in ten.
    """
    return party | key_of(kind, other) >> 64 - _OTHERS & (1 << _OTHERS) - 1


def route_of(lodgement: Lodgement) -> str:
    """Return the route: country of export, mode of transport at the border, office."""
    office = lodgement.presentation_office or lodgement.office
    return f"{lodgement.export_country}/{lodgement.border_mode}/{office}"


def buyer_of(lodgement: Lodgement) -> str:
    """Return the identity of the one whose yearly limit a parcel counts against."""
    first = lodgement.items[0] if lodgement.items else None
    return identity_of(
        lodgement.buyer,
        first.buyer if first else None,
        lodgement.importer,
        lodgement.consignee,
        first.consignee if first else None,
    )
