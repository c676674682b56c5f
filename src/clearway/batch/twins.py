"""Declarations of one run that share a reference, a number or their whole content.

The kernel's decision never depends on neighbours. That two declarations lie side by side is a
fact of the run, so that the run tells it, by the rules of ``validation.BATCH_RULES``.
"""

from __future__ import annotations

import hashlib

from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.validation import BATCH_RULES


class Twins:
    """Remembers, for each rule, what has been seen: a digest for each declaration."""

    def __init__(self) -> None:
        self._count = 0
        self._seen: dict[str, dict[bytes, tuple[int, str]]] = {
            rule.code: {} for rule in BATCH_RULES
        }

    def told(self, lodgement: Lodgement) -> tuple[Finding, ...]:
        """Return what collides with a declaration that came earlier in the run."""
        self._count += 1
        own = (self._count, lodgement.lrn or lodgement.id)
        findings: list[Finding] = []
        for rule in BATCH_RULES:
            key = rule.key(lodgement)
            if key is None:
                continue
            raw = key if isinstance(key, bytes) else repr(key).encode("utf-8", "backslashreplace")
            digest = hashlib.blake2b(raw, digest_size=16).digest()
            earlier = self._seen[rule.code].setdefault(digest, own)
            where = pointer(rule.field)
            if earlier is own or any(finding.pointer == where for finding in findings):
                continue
            parameters = (("earlier", str(earlier[0])), ("reference", earlier[1]))
            findings.append(Finding(rule.code, rule.severity, where, 0, parameters))
        return tuple(findings)
