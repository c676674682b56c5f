"""Files that support a declaration: written once under their hash, before their row."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations import access, events, queries
from clearway.declarations.kinds import days_setting
from clearway.declarations.life_cycle import AFTER_RELEASE, BEFORE_RELEASE
from clearway.declarations.models import AttachedDocument, Declaration
from clearway.declarations.rules import local_day
from clearway.declarations.service import announce
from clearway.declarations.sniffing import file_name, media_type_of
from clearway.events.service import act
from clearway.kernel.reference import Reference
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, DefectFound, StateForbids

_MEBIBYTE = 1 << 20


def attach(
    actor: Actor, key: str, type_code: str, name: str, content: bytes, reference: str = ""
) -> AttachedDocument:
    """Attach a file to a declaration; the same bytes under the same type are attached once.

    Args:
        actor: of the organisation that lodged the declaration.
        key: its MRN.
        type_code: of the pack's list ``document`` (WCO D006), such as N380.
        name: the file's name.
        content: its bytes.
        reference: number of the document, as the declaration names it.

    Raises:
        NotThere: no such declaration of this actor's.
        StateForbids: it is rejected or cancelled.
        DataRefused: type, size or content are refused.
    """
    found = access.declaration_for(actor, key, to="attach")
    law = reference_at(clock.now())
    _check_type(type_code, law)
    name = file_name(name)
    _check_size(len(content), 0, law)
    media_type = media_type_of(name, content)
    digest = hashlib.sha256(content).hexdigest()
    keep(digest, content)
    with act(actor) as doing:
        declaration = queries.locked(found.pk)
        if declaration.state not in BEFORE_RELEASE | AFTER_RELEASE:
            raise StateForbids(f"The declaration is {declaration.state}.")
        _check_size(len(content), queries.attached_size(declaration), law)
        if queries.documents(declaration).filter(sha256=digest, type_code=type_code).exists():
            raise StateForbids(
                "This file is attached already.", remedy="List the declaration's documents."
            )
        made = AttachedDocument.objects.create(
            declaration=declaration,
            type_code=type_code,
            reference=reference,
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=digest,
            attached_by=actor.name,
            attached_at=doing.at,
        )
        announce(
            doing,
            declaration,
            events.DOCUMENT_ATTACHED,
            document=made.pk,
            type_code=type_code,
            sha256=digest,
            size=made.size,
        )
    return made


def _check_type(type_code: str, law: Reference) -> None:
    known = law.code_lists.get("document")
    today = local_day(clock.now(), law)
    if known is not None and known.lookup(type_code, today) is None:
        raise DataRefused(
            f"There is no document type {type_code} in the list.",
            faults=(("/body/type_code", "not in the list of documents"),),
            remedy="Choose a type of the pack's list of documents.",
        )


def _check_size(size: int, before: int, law: Reference) -> None:
    one = days_setting(law, "declarations.document_mebibytes", 20) * _MEBIBYTE
    whole = days_setting(law, "declarations.documents_mebibytes", 100) * _MEBIBYTE
    if size > one:
        why = f"a file may have {one // _MEBIBYTE} MiB"
    elif before + size > whole:
        why = f"the files of a declaration may have {whole // _MEBIBYTE} MiB together"
    else:
        return
    raise DataRefused(
        f"The file is too large: {why}.",
        faults=(("/body/file", why),),
        remedy="Send it smaller, or in parts.",
    )


def place_of(digest: str) -> Path:
    """Return where the bytes of a hash lie."""
    folder: Path = settings.DATA / "documents"
    return folder / digest[:2] / digest


def keep(digest: str, content: bytes) -> None:
    """Write bytes under their hash, durably; what is there already stays as it is.

    Raises:
        OSError: they cannot be written.
    """
    place = place_of(digest)
    if place.exists() and place.stat().st_size == len(content):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (place.parent, place.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    """Make a folder's own entries durable, where the system knows how."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_of(document: AttachedDocument) -> bytes:
    """Return a document's bytes, proved by their hash.

    Raises:
        DefectFound: the file is gone, or was changed behind our back.
    """
    return content_under(document.sha256)


def content_under(digest: str) -> bytes:
    """Return the bytes that were kept under a hash, proved by it.

    Raises:
        DefectFound: the file is gone, or was changed behind our back.
    """
    try:
        content = place_of(digest).read_bytes()
    except OSError as error:
        raise DefectFound("An attached document cannot be read.") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise DefectFound("An attached document was changed on disk.")
    return content


def document_of(declaration: Declaration, number: int) -> AttachedDocument | None:
    """Return one document of a declaration, None where it has none of that number."""
    return queries.document(declaration, number)
