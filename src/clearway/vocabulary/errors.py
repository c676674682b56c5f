"""The error tree.

::

    ClearwayError                 what, where, why and what to do; never raised bare
    ├── InputUnusable             a file or message that cannot be read at all   (exit code 2)
    │   └── MalformedMessage      carries every structural error, each with pointer and line
    ├── PackRefused               a country pack with errors; carries all of them (exit code 2)
    ├── ProfileRefused            a risk profile's condition outside the language (exit code 2)
    └── DefectFound               our own mistake: an invariant does not hold     (exit code 70)

Data that is wrong but readable is not an exception: it is a ``Finding`` row.
Exceptions are for input that cannot be used, for refused acts and for our own defects.
"""

from __future__ import annotations


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


class DefectFound(ClearwayError):
    """An invariant of Clearway itself does not hold. Never caused by a trader's data."""

    exit_code = 70
