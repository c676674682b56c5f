"""Yearly limits of buyers under low-value regimes: won by condition inside the commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from clearway.intake.submission import Piece
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.traders.identities import buyer_of
from clearway.traders.yearly_limit import give_back as give_back_year
from clearway.traders.yearly_limit import use_yearly_limit
from clearway.vocabulary.dates import date_of

OUTSIDE = frozenset({"CLW7001", "CLW7002", "CLW7003", "CLW7004", "CLW7005", "CLW7007"})
"""Findings that say that the claimed regime does not serve: then its limit is not touched."""
_SINGLE = "CLW7006"
"""The single article above the limit: it enters at full charges and counts in the year."""


class Use(NamedTuple):
    """What one declaration uses of its buyer's year, in thousandths of the currency.

    ``limit`` is the regime's; None counts in any case.
    """

    buyer: str
    year: int
    amount: int
    limit: int | None


def use_of(
    lodgement: Lodgement,
    values: Iterable[int | None],
    rules: Collection[str],
    reference: Reference,
) -> Use | None:
    """Return what a version of a declaration uses; None where no yearly limit is touched.

    Args:
        lodgement: the version.
        values: customs value of each item, in minor units.
        rules: what was found on it.
        reference: the pack, whose regimes have the limits.
    """
    limit = next(
        (one.yearly_limit for one in reference.low_value_regimes
         if one.code == lodgement.low_value_regime), None,
    )  # fmt: skip
    buyer = buyer_of(lodgement)
    if limit is None or not buyer or not OUTSIDE.isdisjoint(rules):
        return None
    scale = int(10 ** (3 - reference.exponent))
    day = lodgement.observed_on if lodgement.legal_date is None else lodgement.legal_date
    return Use(
        buyer=buyer,
        year=date_of(day or 0).year,
        amount=sum(value or 0 for value in values) * scale,
        limit=None if _SINGLE in rules else limit * scale,
    )


def use_of_decided(piece: Piece, reference: Reference) -> Use | None:
    """Return what a piece uses that the kernel has decided on; nothing where it was refused."""
    lodgement, decision = piece.lodgement, piece.decision
    if lodgement is None or decision is None or not decision.accepted:
        return None
    values = [one.value for one in decision.values]
    return use_of(lodgement, values, {one.rule for one in decision.findings}, reference)


def move(cursor: Any, former: Use | None, now: Use | None) -> bool:
    """Count a version in place of the one before; False where it no longer fits, nothing done."""
    if former == now:
        return True
    if former is not None:
        give_back_year(cursor, former.buyer, former.year, former.amount)
    if now is None or use_yearly_limit(cursor, *now):
        return True
    if former is not None:
        use_yearly_limit(cursor, former.buyer, former.year, former.amount, None)
    return False


def move_back(cursor: Any, former: Use | None, now: Use | None) -> None:
    """Undo ``move`` for a version that lost something else in the same transaction."""
    move(cursor, now, None if former is None else former._replace(limit=None))


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


def _uses(pieces: Sequence[Piece], reference: Reference) -> Iterator[tuple[Piece, Use]]:
    for piece in pieces:
        claims = piece.lodgement is not None and piece.lodgement.low_value_regime
        use = use_of_decided(piece, reference) if claims else None
        if use is not None:
            yield piece, use
