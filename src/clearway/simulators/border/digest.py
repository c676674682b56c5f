"""What the border came to, as one number: the same for the same seed, whenever it is run.

Read from the platform's own record after the last act. Per declaration, by declarant and LRN: how
it was lodged (each version's message, digested), its states and lane, each version's findings and
charges, and what was decided on requests. Left out is what may differ between equal days: row
numbers, instants, keys, salts, and the secret random draw's number (its outcome is in the lane).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(order="deterministic").encode


def digest_of_record() -> tuple[str, int]:
    """Return the digest, ``sha256:`` and 64 hexadecimal digits, and how many declarations it is of.

    Django must be set up for the platform's database.
    """
    whole, count = hashlib.sha256(), 0
    for line in sorted(_lines()):
        whole.update(line + b"\n")
        count += 1
    return f"sha256:{whole.hexdigest()}", count


def record_lines() -> list[bytes]:
    """Return what is digested: one JSON document a declaration, in order."""
    return sorted(_lines())


def _lines() -> Iterator[bytes]:
    from clearway.assessment.models import Assessment, Charge, Finding
    from clearway.declarations.models import ActRequest, Declaration, Version

    versions = _by(Version, "declaration_id", ("number", "message", "media_type", "door"))
    findings = _by(Finding, "assessment_id", ("rule", "severity", "pointer", "item", "parameters"))
    charges = _by(
        Charge,
        "assessment_id",
        ("item", "tax", "base", "base_quantity", "base_unit", "rate", "amount", "payable"),
    )
    assessments = _by(
        Assessment,
        "declaration",
        ("id", "occasion", "accepted", "lane", "channel", "score", "drawn", "payable", "currency"),
    )
    requests = _by(ActRequest, "declaration_id", ("kind", "state", "reason", "decision_reason"))
    rows: Any = Declaration.objects.values(
        "id", "declarant", "lrn", "mrn", "direction", "kind", "state", "goods_state",
        "debt_state", "lane", "office", "importer", "exporter", "transport_document", "version",
        "legal_date", "supplements",
    )  # fmt: skip
    for one in rows.iterator():
        number = one.pop("id")
        one["versions"] = versions[number]
        one["requests"] = requests[number]
        one["decisions"] = [
            [told[1:], sorted(findings[told[0]], key=repr), sorted(charges[told[0]], key=repr)]
            for told in assessments[number]
        ]
        yield _encode(one)


def _by(model: Any, owner: str, columns: tuple[str, ...]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in model.objects.order_by("pk").values_list(owner, *columns).iterator():
        found[row[0]].append(tuple(_plain(value) for value in row[1:]))
    return found


def _plain(value: Any) -> Any:
    """Return bytes as their digest: messages are long."""
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(bytes(value)).hexdigest()
    return value
