"""What the record knows of the goods of a batch: usual prices, the cargo report, perishability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from clearway.cargo import comparing
from clearway.cargo.comparing import Asked
from clearway.declarations.kinds import EXPORT, is_supplementary
from clearway.declarations.naming import transport_document_of
from clearway.intake.matching import total
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.risk.prices import queries as prices
from clearway.risk.prices.law import perishables

Features = dict[str, int | str | bool | None]
REPORTED: Final = ("cargo_mismatch", "perishable", comparing.TOLD)
"""The features that the cargo report can change."""


def features_for(
    cursor: Any, lodgements: Sequence[Lodgement], day: int, reference: Reference
) -> list[Features]:
    """Return features of the goods for the kernel, in few statements for all declarations.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: declarations.
        day: of the lodging, in days since 1970-01-01.
        reference: the pack, which says what is perishable and which document is meant.
    """
    usual = prices.features_for(cursor, lodgements, day)
    reported = reported_for(cursor, lodgements, reference)
    return [costs | cargo for costs, cargo in zip(usual, reported, strict=True)]


def reported_for(
    cursor: Any, lodgements: Sequence[Lodgement], reference: Reference
) -> list[Features]:
    """Return the part of ``features_for`` that the cargo report can change (``REPORTED``)."""
    reported = comparing.features_for(cursor, [_asked(one, reference) for one in lodgements])
    codes = perishables(reference.settings)
    if codes:
        for lodgement, cargo in zip(lodgements, reported, strict=True):
            cargo["perishable"] = cargo.get("perishable") is True or _begins(lodgement, codes)
    return reported


def _begins(lodgement: Lodgement, codes: tuple[str, ...]) -> bool:
    return any(item.commodity.startswith(codes) for item in lodgement.items)


def _asked(lodgement: Lodgement, reference: Reference) -> Asked:
    """Return a declaration as it is held against its document; an export's is the way out."""
    compared = lodgement.direction != EXPORT and not is_supplementary(lodgement)
    packages = [item.packages for item in lodgement.items]
    masses = [item.gross_mass for item in lodgement.items]
    return Asked(
        transport_document_of(lodgement, reference) if compared else "",
        _drawn(packages, lodgement.total_packages),
        _drawn(masses, lodgement.total_gross_mass),
        lodgement,
    )


def _drawn(parts: Sequence[int | None], whole: int | None) -> int | None:
    """Return what a declaration draws in all; None where it does not say it of all its items."""
    told = whole is not None or (bool(parts) and None not in parts)
    return total(parts, whole) if told else None
