"""The error tree.

::

    ClearwayError                 what, where, why and what to do; never raised bare
    ├── InputUnusable             a file or message that cannot be read at all   (exit code 2)
    │   └── MalformedMessage      carries every structural error, each with pointer and line
    ├── PackRefused               a country pack with errors; carries all of them (exit code 2)
    ├── ProfileRefused            a risk profile's condition outside the language (exit code 2)
    ├── ActRefused                somebody asked for what he may not or cannot have now
    │   ├── NotSignedIn           nobody known asks                               (HTTP 401)
    │   ├── NotPermitted          no role of the actor has this act               (HTTP 403)
    │   ├── NotThere              unknown, or another's: both answer alike         (HTTP 404)
    │   ├── StateForbids          the object's state does not allow the act       (HTTP 409)
    │   ├── TooLarge              more bytes than the door takes                  (HTTP 413)
    │   ├── WrongMediaType        a form that the door does not read              (HTTP 415)
    │   ├── DataRefused           data with errors; carries all findings          (HTTP 422)
    │   ├── TooMuch               a queue is full or a rate exceeded; come back    (HTTP 429)
    │   └── StorageFails          the record cannot be written now                (HTTP 503/507)
    └── DefectFound               our own mistake: an invariant does not hold     (exit code 70)

Data that is wrong but readable is not an exception: it is a ``Finding`` row.
Exceptions are for input that cannot be used, for refused acts and for our own defects.
"""

from __future__ import annotations

from collections.abc import Sequence


class ClearwayError(Exception):
    """Base of every error that Clearway raises on purpose.

    Args:
        what: one sentence that says what is wrong.
        where: file, line, pointer or column, as far as known.
        remedy: what the reader can do about it.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.remedy}" if self.remedy else text


class InputUnusable(ClearwayError):
    """A file or message that cannot be read, so that nothing of it can be processed."""


class PackRefused(ClearwayError):
    """A country pack that has errors and therefore does not compile."""


class ProfileRefused(ClearwayError):
    """A condition of a risk profile that the profile language does not accept."""


class ActRefused(ClearwayError):
    """Somebody asked for what he may not have, or cannot have now. Nothing was changed."""


class NotSignedIn(ActRefused):
    """The act needs a known actor: a session or a key."""


class NotPermitted(ActRefused):
    """No role of the actor has this act, whatever the object."""


class NotThere(ActRefused):
    """There is no such object for this actor: an unknown one and another's answer alike."""


class StateForbids(ActRefused):
    """The object's state, or a former act, does not allow this act now."""


class TooLarge(ActRefused):
    """More bytes than the door takes."""


class WrongMediaType(ActRefused):
    """A message in a form that the door does not read, whether it says so or not."""


class DataRefused(ActRefused):
    """Data that was readable and is wrong.

    Args:
        what: one sentence for all of it.
        faults: each fault as (pointer, sentence); the pointer names the datum.
    """

    def __init__(
        self,
        what: str,
        *,
        faults: Sequence[tuple[str, str]] = (),
        where: str = "",
        remedy: str = "",
    ) -> None:
        self.faults = tuple(faults)
        super().__init__(what, where=where, remedy=remedy)


class TooMuch(ActRefused):
    """A queue is full or a rate is exceeded. ``retry_after`` is in whole seconds."""

    def __init__(self, what: str, *, retry_after: int, remedy: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(what, remedy=remedy)


class StorageFails(ActRefused):
    """The record cannot be written now; nothing of the act was kept. ``full``: no space left."""

    def __init__(self, what: str, *, full: bool = False, remedy: str = "") -> None:
        self.full = full
        super().__init__(what, remedy=remedy)


class DefectFound(ClearwayError):
    """An invariant of Clearway itself does not hold. Never caused by a trader's data."""

    exit_code = 70
