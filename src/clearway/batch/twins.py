"""Declarations of one run that share a reference, a number or their whole content.

The kernel's decision never depends on neighbours. That two declarations lie side by side is a
fact of the run, so that the run tells it, by the rules of ``validation.BATCH_RULES``.

What has been seen is remembered in flat arrays: some 30 bytes for each rule and the reference's
own letters, so that a run over many millions of declarations stays small. Two different keys
share a digest of 64 bits once in ten million runs of a million declarations.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Hashable

from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.validation import BATCH_RULES

_FIRST_SIZE = 1 << 12


class FirstSeen:
    """A table from digests to the number of the declaration that had each first.

    Open addressing in two arrays that double before they are two thirds full; a number of 0 is
    an empty place.
    """

    def __init__(self) -> None:
        self._count = 0
        self._digests = array("Q", bytes(8 * _FIRST_SIZE))
        self._numbers = array("I", bytes(4 * _FIRST_SIZE))

    def __len__(self) -> int:
        return self._count

    def put(self, digest: int, number: int) -> int:
        """Return the number that the digest came with first, which is ``number`` if it is new."""
        place = self._place(digest)
        earlier = self._numbers[place]
        if earlier:
            return earlier
        self._digests[place] = digest
        self._numbers[place] = number
        self._count += 1
        if 3 * self._count > 2 * len(self._numbers):
            self._grow()
        return number

    def _place(self, digest: int) -> int:
        mask = len(self._numbers) - 1
        place = digest & mask
        while self._numbers[place] and self._digests[place] != digest:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        digests, numbers = self._digests, self._numbers
        size = 2 * len(numbers)
        self._digests = array("Q", bytes(8 * size))
        self._numbers = array("I", bytes(4 * size))
        for digest, number in zip(digests, numbers, strict=True):
            if number:
                place = self._place(digest)
                self._digests[place] = digest
                self._numbers[place] = number


class Twins:
    """Remembers, for each rule, what has been seen, and each declaration's own reference."""

    def __init__(self) -> None:
        self._seen = {rule.code: FirstSeen() for rule in BATCH_RULES}
        self._references = bytearray()
        self._ends = array("Q", [0])

    def told(self, lodgement: Lodgement) -> tuple[Finding, ...]:
        """Return what collides with a declaration that came earlier in the run."""
        self._references += (lodgement.lrn or lodgement.id).encode("utf-8", "surrogatepass")
        number = len(self._ends)
        self._ends.append(len(self._references))
        findings: list[Finding] = []
        for rule in BATCH_RULES:
            key = rule.key(lodgement)
            if key is None:
                continue
            earlier = self._seen[rule.code].put(_digest(key), number)
            where = pointer(rule.field)
            if earlier == number or any(finding.pointer == where for finding in findings):
                continue
            parameters = (("earlier", str(earlier)), ("reference", self._reference(earlier)))
            findings.append(Finding(rule.code, rule.severity, where, 0, parameters))
        return tuple(findings)

    def _reference(self, number: int) -> str:
        letters = self._references[self._ends[number - 1] : self._ends[number]]
        return letters.decode("utf-8", "surrogatepass")


def _digest(key: Hashable) -> int:
    raw = key if isinstance(key, bytes) else repr(key).encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "little")
