"""What a model said of goods items, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from clearway.risk.scoring.explaining import Reason, Said
from clearway.web.words import words


def told(found: Iterable[Said], language: str) -> list[dict[str, Any]]:
    """Return what was said of each item as the page shows it; log-odds to two decimals."""
    return [
        {
            "score": one.score,
            "chance": one.score.chance / 1_000_000,
            "readable": one.reasons is not None,
            "reasons": [
                (_about(reason, language), reason.declared, _rounded(reason.adds))
                for reason in one.reasons or ()
            ],
            "rest": _rounded(one.rest),
            "base": _rounded(one.base),
        }
        for one in found
    ]


def _about(reason: Reason, language: str) -> str:
    known = words(language)
    what = " + ".join(str(known.get(f"learnt_{one}", one)) for one in reason.columns)
    if reason.kind == "value":
        return what
    return str(known[f"said_{reason.kind}"]).format(what=what)


def _rounded(value: float) -> Decimal:
    return round(Decimal(value), 2)
