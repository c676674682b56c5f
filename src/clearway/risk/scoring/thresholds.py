"""The pack's thresholds of the score, as the cuts want them."""

from __future__ import annotations

from clearway.kernel.reference import SelectionRules
from clearway.selectivity.cuts import Thresholds


def thresholds_of(rules: SelectionRules) -> Thresholds:
    """Return the points from which the score asks for documents and for an examination."""
    return Thresholds(rules.yellow_from, rules.red_from)
