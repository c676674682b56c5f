"""Yearly limits of buyers under low-value regimes: won by condition inside the commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from clearway.intake.submission import Piece
from clearway.kernel.reference import LowValueRegime, Reference
from clearway.traders.identities import buyer_of
from clearway.traders.yearly_limit import give_back as give_back_year
from clearway.traders.yearly_limit import use_yearly_limit
from clearway.vocabulary.dates import date_of

OUTSIDE = frozenset({"CLW7001", "CLW7002", "CLW7003", "CLW7004", "CLW7005", "CLW7007"})
"""Findings that say that the claimed regime does not serve: then its limit is not touched."""
_SINGLE = "CLW7006"
"""The single article above the limit: it enters at full charges and counts in the year."""


class _Use:
    """What one declaration uses of its buyer's year, in thousandths of the currency."""

    def __init__(self, piece: Piece, regime: LowValueRegime, exponent: int) -> None:
        lodgement, decision = piece.lodgement, piece.decision
        assert lodgement is not None
        assert decision is not None
        scale = 10 ** (3 - exponent)
        self.buyer = buyer_of(lodgement)
        self.year = date_of(lodgement.observed_on or 0).year
        self.amount = sum(one.value or 0 for one in decision.values) * scale
        single = any(finding.rule == _SINGLE for finding in decision.findings)
        self.limit = None if single else (regime.yearly_limit or 0) * scale


def spend(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> list[bool]:
    """Count each declaration against its buyer's year; False where it no longer fits."""
    uses = {id(piece): use for piece, use in _uses(pieces, reference)}
    fits = {}
    for key, use in sorted(uses.items(), key=lambda one: (one[1].buyer, one[1].year)):
        fits[key] = use_yearly_limit(cursor, use.buyer, use.year, use.amount, use.limit)
    return [fits.get(id(piece), True) for piece in pieces]


def give_back(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Undo ``spend`` for declarations that lost something else in the same transaction."""
    for _, use in _uses(pieces, reference):
        give_back_year(cursor, use.buyer, use.year, use.amount)


def _uses(pieces: Sequence[Piece], reference: Reference) -> Iterator[tuple[Piece, _Use]]:
    regimes = {one.code: one for one in reference.low_value_regimes if one.yearly_limit is not None}
    for piece in pieces:
        lodgement, decision = piece.lodgement, piece.decision
        if lodgement is None or decision is None or not decision.accepted:
            continue
        regime = regimes.get(lodgement.low_value_regime)
        if regime is None or any(finding.rule in OUTSIDE for finding in decision.findings):
            continue
        use = _Use(piece, regime, reference.exponent)
        if use.buyer:
            yield piece, use
