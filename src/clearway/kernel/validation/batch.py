"""What only shows when several declarations lie side by side: numbers used twice, twins.

The kernel's decision on a declaration never depends on its neighbours. These rules therefore
stand apart: whoever takes in a batch asks them, and adds what they find.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import msgspec

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer


class BatchRule(msgspec.Struct, frozen=True):
    """A rule over a batch: two declarations with one key collide; the later one is told.

    ``key`` returns ``None`` for a declaration that the rule does not concern.
    """

    number: int
    name: str
    severity: Severity
    field: str
    legal_basis: str
    key: Callable[[Lodgement], Hashable | None]

    @property
    def code(self) -> str:
        """The public number as findings and texts carry it."""
        return f"CLW{self.number}"


def _lrn(lodgement: Lodgement) -> Hashable | None:
    """The declarant and his own reference: unique for each declarant."""
    if not lodgement.lrn:
        return None
    return _declarant(lodgement), lodgement.lrn, lodgement.function_code


def _declarant(lodgement: Lodgement) -> str:
    party = lodgement.declarant or lodgement.agent or lodgement.importer or lodgement.exporter
    return (party.id or party.name) if party else ""


def _mrn(lodgement: Lodgement) -> Hashable | None:
    return (lodgement.id, lodgement.function_code) if lodgement.id else None


_OWN_NAMES = {"lrn": "", "id": "", "consignment_key": "", "features": {}}


def _content(lodgement: Lodgement) -> Hashable | None:
    """Everything but the declaration's own numbers."""
    if not lodgement.items:
        return None
    bare = msgspec.structs.replace(lodgement, **_OWN_NAMES)
    try:
        return msgspec.msgpack.encode(bare)
    except (OverflowError, UnicodeEncodeError):
        # A number or a sign that no message can carry; slower, and just as exact.
        return repr(bare)


BATCH_RULES: tuple[BatchRule, ...] = (
    BatchRule(
        4201,
        "reference used twice in the batch",
        Severity.ERROR,
        "lrn",
        "RKC General Annex standard 3.11; WCO D026",
        _lrn,
    ),
    BatchRule(
        4202,
        "declaration number twice in the batch",
        Severity.ERROR,
        "id",
        "WCO Data Model D014",
        _mrn,
    ),
    BatchRule(
        4203,
        "same declaration under another reference",
        Severity.DOUBT,
        "lrn",
        "RKC General Annex standard 6.2 (customs control)",
        _content,
    ),
)


def validate_batch(lodgements: Sequence[Lodgement]) -> list[list[Finding]]:
    """Return the findings of each declaration against those before it, in the batch's order.

    The first of two keeps its number; a pair with one reference is not also told as twins.
    """
    answers: list[list[Finding]] = [[] for _ in lodgements]
    for rule in BATCH_RULES:
        first: dict[Hashable, int] = {}
        for place, lodgement in enumerate(lodgements):
            key = rule.key(lodgement)
            if key is None:
                continue
            earlier = first.setdefault(key, place)
            where = pointer(rule.field)
            if earlier == place or any(finding.pointer == where for finding in answers[place]):
                continue
            parameters = (
                ("earlier", str(earlier + 1)),
                ("reference", lodgements[earlier].lrn or lodgements[earlier].id),
            )
            answers[place].append(Finding(rule.code, rule.severity, where, 0, parameters))
    return answers
