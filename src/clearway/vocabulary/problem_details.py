"""Refusals as problem details (RFC 9457): one table for every door of the platform.

A problem's ``type`` is stable and is what a program goes by; ``/problems/<name>`` explains it to
people. Title and detail are English. ``errors`` names each wrong datum by a pointer: ``/body/…``
continues as a JSON pointer into the message, ``/query/…``, ``/path/…`` and ``/header/…`` name a
parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clearway.vocabulary.errors import (
    ActRefused,
    ClearwayError,
    DataRefused,
    InputUnusable,
    NotPermitted,
    NotSignedIn,
    NotThere,
    PackRefused,
    ProfileRefused,
    StateForbids,
    StorageFails,
    TooLarge,
    TooMuch,
    WrongMediaType,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_STORAGE: Final = 5
"""Seconds after which a caller may try a record again that could not be written."""


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name, HTTP status, title, and what it means and asks for."""

    name: str
    status: int
    title: str
    meaning: str


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            "unreadable",
            400,
            "The request cannot be read",
            "It is not well-formed in the form that it says it has. Nothing was kept of it.",
        ),
        Kind(
            "not-signed-in",
            401,
            "Nobody known asks",
            "Send `Authorization: Bearer <API key>`, or sign in. The key may have expired or been "
            "revoked, or its organisation may not act at present.",
        ),
        Kind(
            "not-permitted",
            403,
            "No role of yours has this act",
            "Whatever the object: your roles do not contain the act. `GET /api/v1/me` shows them.",
        ),
        Kind(
            "forged",
            403,
            "The request did not come from our own page",
            "A request with a session cookie needs the CSRF token too. Programs use an API key.",
        ),
        Kind(
            "not-there",
            404,
            "There is no such thing for you",
            "It does not exist, or it is another's: both are answered alike.",
        ),
        Kind(
            "no-such-method",
            405,
            "The address does not have this method",
            "The header Allow lists those it has.",
        ),
        Kind(
            "state-forbids",
            409,
            "The state does not allow this now",
            "The object's state, or a former act, does not allow the act. Read it again first.",
        ),
        Kind(
            "too-large",
            413,
            "The message is too large",
            "The detail names the limit. Many declarations go by bulk upload.",
        ),
        Kind(
            "wrong-media-type",
            415,
            "The address does not read this media type",
            "Send one of the media types that the operation lists as its body.",
        ),
        Kind(
            "wrong-data",
            422,
            "The data are readable and wrong",
            "Each entry of `errors` names a datum and what is wrong with it. Mend all of them.",
        ),
        Kind(
            "rejected",
            422,
            "The declaration was rejected",
            "It was read, recorded as rejected (03) and got no number. `findings` holds every rule "
            "that it breaks; lodge it again, mended, under another local reference number.",
        ),
        Kind(
            "too-much",
            429,
            "Too much at once",
            "A queue is full or your rate is used up. Nothing was kept. Come back after the "
            "seconds of the header Retry-After, with the same Idempotency-Key.",
        ),
        Kind(
            "defect",
            500,
            "A mistake of ours",
            "The instance is the number of the incident; tell it to those who run the system. "
            "A write may be repeated with the same Idempotency-Key.",
        ),
        Kind(
            "storage-fails",
            503,
            "The record cannot be written now",
            "Nothing of the act was kept. Repeat it after the seconds in Retry-After.",
        ),
        Kind(
            "storage-full",
            507,
            "The record has no space left",
            "Nothing of the act was kept. The operators are told; repeat it later.",
        ),
        Kind(
            "quarantined",
            503,
            "We could not process the message",
            "It is kept as it came, and an operator was told. Nothing was lodged. The mistake is "
            "ours; a repeat would meet it again until it is mended.",
        ),
    )
}
"""Every kind of problem that an answer may have, by name."""

OF_ERRORS: Final[tuple[tuple[type[ClearwayError], str], ...]] = (
    (NotSignedIn, "not-signed-in"),
    (NotPermitted, "not-permitted"),
    (NotThere, "not-there"),
    (StateForbids, "state-forbids"),
    (TooLarge, "too-large"),
    (WrongMediaType, "wrong-media-type"),
    (DataRefused, "wrong-data"),
    (TooMuch, "too-much"),
    (StorageFails, "storage-fails"),
    (ActRefused, "state-forbids"),
    (InputUnusable, "unreadable"),
    (PackRefused, "wrong-data"),
    (ProfileRefused, "wrong-data"),
)
"""Which kind of problem each error is; the first that fits."""


@dataclass(frozen=True)
class Problem:
    """One problem, ready to be answered.

    ``errors`` are (pointer, sentence); ``headers`` go with the answer.
    """

    kind: Kind
    detail: str
    errors: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, instance: str) -> dict[str, Any]:
        """Return the problem as the members of RFC 9457.

        Args:
            instance: the number of the request, which the log has too.
        """
        told: dict[str, Any] = {
            "type": f"/problems/{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": f"urn:clearway:request:{instance}",
        }
        if self.errors:
            told["errors"] = [{"pointer": at, "detail": what} for at, what in self.errors]
        return told

    def body(self, instance: str) -> bytes:
        """Return the problem as JSON in UTF-8, whatever was quoted in it."""
        text = json.dumps(self.document(instance), ensure_ascii=False)
        return text.encode("utf-8", "replace")


def problem(
    name: str,
    detail: str = "",
    *,
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """Return a problem of a kind by its name; without detail it is told by its title."""
    kind = KINDS[name]
    return Problem(kind, detail or f"{kind.title}.", tuple(errors), headers or {})


def problem_of(error: ClearwayError) -> Problem:
    """Return what a refusal is answered with.

    A ``DefectFound``, and whatever the table does not know, is a mistake of ours: its words stay
    in the log.
    """
    name = next((name for kind, name in OF_ERRORS if isinstance(error, kind)), "defect")
    headers: dict[str, str] = {}
    errors: tuple[tuple[str, str], ...] = ()
    match error:
        case NotSignedIn():
            headers["WWW-Authenticate"] = 'Bearer realm="clearway"'
        case TooMuch():
            headers["Retry-After"] = str(error.retry_after)
        case StorageFails():
            name = "storage-full" if error.full else name
            headers["Retry-After"] = str(RETRY_AFTER_STORAGE)
        case DataRefused():
            errors = error.faults
    if name == "defect":
        return problem(name)
    detail = f"{error.what} {error.remedy}".strip()
    return problem(name, detail, errors=errors, headers=headers)
