"""What names a declaration and its consignment: documents, parties, fingerprint, MRN."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from clearway.cargo.rules import document_key
from clearway.declarations.kinds import EXPORT, is_supplementary
from clearway.kernel.lodgement import Lodgement, Party
from clearway.kernel.reference import Reference
from clearway.vocabulary.identifiers import make_mrn

_TRANSPORT_DOCUMENTS = "714;703;705;740;730;720;750;760;704;741"
_MRN_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MRN_BODY = 13
_SEPARATOR = "\x1f"


class TransportDocument(NamedTuple):
    """The transport document whose stock a declaration writes off, and where it is declared.

    ``field``, ``i`` and ``n`` are as ``kernel.pointers.pointer`` takes them. ``line`` is the
    line of the document, where one is named.
    """

    reference: str
    type_code: str
    field: str
    i: int
    n: int
    line: int | None = None


def transport_document(
    lodgement: Lodgement, reference: Reference | None = None
) -> TransportDocument | None:
    """Return the transport document of a declaration, house before master; None without one."""
    given = {} if reference is None else reference.settings
    rank = _ranks(given.get("declarations.transport_documents", _TRANSPORT_DOCUMENTS))
    best: tuple[int, int] | None = None
    found = None
    for name, rows in (
        ("previous_documents", lodgement.previous_documents),
        ("documents", lodgement.documents),
    ):
        counted: dict[int, int] = {}
        for one in rows:
            item = one.item
            place = counted[item] = counted.get(item, 0) + 1
            code = one.code.removeprefix("N")
            level = rank.get(code)
            if level is None or not one.reference or (best is not None and (level, item) >= best):
                continue
            best = level, item
            field = f"items.{name}.reference" if item else f"{name}.reference"
            line = getattr(one, "line", None)
            found = TransportDocument(one.reference, code, field, item, place, line)
    return found


@lru_cache(maxsize=16)
def _ranks(listed: str) -> dict[str, int]:
    """Return the place of each type of document in a list joined by ``;``."""
    return {code: place for place, code in enumerate(listed.split(";")) if code}


def transport_document_of(lodgement: Lodgement, reference: Reference | None = None) -> str:
    """Return the number of the declaration's transport document as it is compared.

    Empty without one. What cannot be the number of a reported document stays as declared.
    """
    found = transport_document(lodgement, reference)
    return "" if found is None else document_key(found.reference) or found.reference


class PreviousDeclaration(NamedTuple):
    """A previous document that names a declaration by its MRN, and where it is declared."""

    mrn: str
    field: str
    i: int
    n: int


def supplemented(lodgement: Lodgement) -> PreviousDeclaration | None:
    """Return the simplified declaration that a supplementary one names: category Y or type MRN."""
    counted: dict[int, int] = {}
    for one in lodgement.previous_documents:
        place = counted[one.item] = counted.get(one.item, 0) + 1
        if (one.category == "Y" or one.code == "MRN") and one.reference:
            field = "items.previous_documents" if one.item else "previous_documents"
            return PreviousDeclaration(one.reference, f"{field}.reference", one.item, place)
    return None


def declarant_of(lodgement: Lodgement) -> str:
    """Return the identifier of the declarant, whose LRN it is; failing one, the importer's."""
    for party in (lodgement.declarant, lodgement.agent, lodgement.importer, lodgement.exporter):
        if party is not None and party.id:
            return party.id
    return ""


def principal_of(lodgement: Lodgement) -> str:
    """Return the identifier of the party for whom is declared: importer, or exporter going out."""
    party = lodgement.exporter if lodgement.direction == EXPORT else lodgement.importer
    return party.id if party is not None else ""


def fingerprint(lodgement: Lodgement, reference: Reference | None = None) -> bytes:
    """Return 16 bytes that are the same for one consignment whatever its LRN.

    Made of direction, importer, exporter, transport document, containers, UCR, and of each
    item HS6, packages and gross mass, in any order. A supplementary declaration is another
    record of the same goods and has its own. Where no transport document, container or UCR
    names the consignment, equal goods are no proof of one consignment (a parcel a day is
    ordinary), so that declarant and LRN enter too and nothing collides.
    """
    document = transport_document_of(lodgement, reference)
    containers = sorted(
        {*lodgement.containers, *(c for i in lodgement.items for c in i.containers)}
    )
    ucrs = sorted({lodgement.ucr, *(item.ucr for item in lodgement.items)} - {""})
    goods = sorted(
        f"{item.commodity[:6]}:{item.packages}:{item.gross_mass}" for item in lodgement.items
    )
    parts = [
        lodgement.direction,
        "supplementary" if is_supplementary(lodgement) else "",
        _party_key(lodgement.importer),
        _party_key(lodgement.exporter),
        document,
        *containers,
        "",
        *ucrs,
        "",
        *goods,
    ]
    if not (document or containers or ucrs):
        parts += [declarant_of(lodgement), lodgement.lrn]
    told = _SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16, person=b"consignment").digest()


def _party_key(party: Party | None) -> str:
    return "" if party is None else party.id or party.name


def mrn_of(declarant: str, lrn: str, instant: datetime, country: str) -> str:
    """Return the MRN of a declarant's LRN: a keyed hash, so known before the kernel runs.

    It is never two for one LRN, tells nobody how many there are, and repeats in the demo,
    where the key is fixed (decision record 0006).

    Args:
        declarant: identifier of the declarant.
        lrn: his local reference number.
        instant: when it is lodged; its year is printed.
        country: ISO 3166-1 alpha-2 of the pack.
    """
    told = f"{declarant}{_SEPARATOR}{lrn}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hmac.digest(_mrn_key(), told, "sha256")[:16], "big")
    body = ""
    for _ in range(_MRN_BODY):
        number, place = divmod(number, len(_MRN_SIGNS))
        body += _MRN_SIGNS[place]
    return make_mrn(instant.year, country, body)


def _mrn_key() -> bytes:
    return _derived("clearway demonstration" if settings.DEMO else str(settings.SECRET_KEY))


@lru_cache(maxsize=2)
def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"movement reference numbers", "sha256")
