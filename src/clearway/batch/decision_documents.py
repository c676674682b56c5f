"""A decision as a JSON document that a person can read, and back.

Lanes are written by name and parameters as an object; everything else is as the contract has
it: amounts in minor units, quantities in millionths, the score in thousandths.
"""

from __future__ import annotations

from typing import Any

import msgspec

from clearway.kernel.decisions import Decision, Lane
from clearway.vocabulary.errors import InputUnusable


def to_document(decision: Decision) -> dict[str, Any]:
    """Return the decision as plain values, ready for JSON."""
    document: dict[str, Any] = msgspec.to_builtins(decision)
    _rewrite(document, _named_lane, _as_object)
    return document


def from_document(document: dict[str, Any]) -> Decision:
    """Return the decision that a document tells. The document is left unusable.

    Raises:
        InputUnusable: it is not a decision as ``to_document`` writes it.
    """
    try:
        _rewrite(document, _numbered_lane, _as_pairs)
        return msgspec.convert(document, Decision)
    except (msgspec.ValidationError, KeyError, AttributeError, TypeError) as error:
        raise InputUnusable(
            f"This is not a decision that Clearway wrote: {error}",
            remedy="Give the folder that `clearway assess --out` made.",
        ) from error


def _rewrite(node: Any, lane: Any, parameters: Any) -> None:
    if isinstance(node, list | tuple):
        for part in node:
            _rewrite(part, lane, parameters)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "lane":
                node[key] = lane(value)
            elif key == "parameters":
                node[key] = parameters(value)
            elif isinstance(value, list | tuple | dict):
                _rewrite(value, lane, parameters)


def _named_lane(value: int | None) -> str | None:
    return None if value is None else Lane(value).name


def _numbered_lane(name: str | None) -> int | None:
    return None if name is None else Lane[name].value


def _as_object(pairs: Any) -> dict[str, str]:
    return dict(pairs)


def _as_pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    return list(values.items())
