"""Whatever goes wrong behind the doors, as problem details: nothing leaves as a bare error.

What a caller did wrong is told in full. What we did wrong is told by its number alone; the log has
the number with the place, and no datum of the request.
"""

from __future__ import annotations

import errno
import logging
import traceback
from typing import Any, Final

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError

from clearway.vocabulary.errors import (
    ActRefused,
    ClearwayError,
    DefectFound,
    NotSignedIn,
    StateForbids,
    StorageFails,
)
from clearway.vocabulary.problem_details import KINDS, MEDIA_TYPE, Problem, problem, problem_of


class Forged(ActRefused):
    """A request with a session cookie that did not come from our own page."""


_log = logging.getLogger("clearway.api")

_OF_STATUS: Final = {kind.status: kind.name for kind in reversed(KINDS.values())}
_OF_ERRORS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (Forged, "forged"),
    (Http404, "not-there"),
    (PermissionDenied, "not-permitted"),
    (RequestDataTooBig, "too-large"),
    (SuspiciousOperation, "unreadable"),
    (UnreadablePostError, "unreadable"),
    (MultiPartParserError, "unreadable"),
)
_SPACE_GONE: Final = (errno.ENOSPC, errno.EDQUOT)


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """Return the answer to whatever was raised, and log what is ours to mend."""
    told = problem_from(error)
    if told.kind.status >= 500:
        _note_incident(request_id(request), told, error)
    return response(request, told)


def response(request: HttpRequest, told: Problem) -> HttpResponse:
    """Return a problem as an answer to a request."""
    return HttpResponse(
        told.body(request_id(request)),
        status=told.kind.status,
        content_type=MEDIA_TYPE,
        headers=dict(told.headers),
    )


def request_id(request: HttpRequest) -> str:
    """Return the number that the middleware gave a request."""
    return str(getattr(request, "request_id", ""))


def problem_from(error: BaseException) -> Problem:
    """Return which problem an error is, whoever raised it.

    A ``DefectFound`` and whatever is unknown is ``defect``.
    """
    if isinstance(error, HttpError):
        return _from_ninja(error)
    if isinstance(error, ClearwayError) and not isinstance(error, Forged):
        return problem_of(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _from_database(error)
    if isinstance(error, OSError) and error.errno in _SPACE_GONE:
        return problem_of(StorageFails("There is no space left to write it.", full=True))
    return problem(next((name for kind, name in _OF_ERRORS if isinstance(error, kind)), "defect"))


def of_status(status: int, allow: str = "") -> Problem:
    """Return the problem of an answer that has only a status: Django's own pages of errors."""
    headers = {"Allow": allow} if allow else {}
    if status == 401:
        return problem_of(NotSignedIn("Nobody known asks."))
    known = _OF_STATUS.get(status)
    return problem(known or ("unreadable" if status < 500 else "defect"), headers=headers)


def _from_ninja(error: HttpError) -> Problem:
    cause = error.__cause__
    if isinstance(cause, ClearwayError):
        return problem_of(cause)
    if isinstance(cause, RequestDataTooBig | UnreadablePostError):
        return problem_from(cause)
    return of_status(error.status_code)


def _from_database(error: BaseException) -> Problem:
    """Tell a full disk, a busy or lost database and two at once from a defect of ours."""
    cause = error.__cause__ or error
    words = str(cause)
    state = str(getattr(cause, "sqlstate", "") or "")
    if state == "53100" or "database or disk is full" in words:
        return problem_of(StorageFails("The record has no space left.", full=True))
    if isinstance(error, IntegrityError) and (
        state == "23505" or words.startswith("UNIQUE constraint")
    ):
        refused = StateForbids(
            "Another act wrote the same thing at the same moment.", remedy="Read it, then decide."
        )
        return problem_of(refused)
    if isinstance(error, OperationalError | InterfaceError):
        return problem_of(StorageFails("The record cannot be written or read at the moment."))
    return problem("defect")


def _note_incident(number: str, told: Problem, error: BaseException) -> None:
    """Log where it happened. An error's own words may quote a declaration: they stay out."""
    words = str(error) if isinstance(error, DefectFound | StorageFails) else ""
    places = " < ".join(
        f"{frame.filename.rsplit('/site-packages/')[-1]}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    _log.error(
        "incident %s: %s %s %s at %s",
        number,
        told.kind.name,
        type(error).__name__,
        words,
        places,
        extra={"request_id": number, "problem": told.kind.name},
    )
