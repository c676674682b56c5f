"""Importers: published tariffs made into country packs.

``import_tariff("uk-tariff", file, out)`` reads a table as its authority publishes it and
writes a complete pack, which ``clearway.packs.check`` and ``compile`` accept, with a report of
every rate that was not understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clearway.packs.importers.hs import import_hs
from clearway.packs.importers.report import ImportReport, ListedRate
from clearway.packs.importers.uk_tariff import import_uk_tariff
from clearway.packs.importers.us_hts import import_us_hts
from clearway.vocabulary.errors import InputUnusable

IMPORTERS: Mapping[str, Callable[..., ImportReport]] = {
    "uk-tariff": import_uk_tariff,
    "us-hts": import_us_hts,
    "hs": import_hs,
}


def import_tariff(kind: str, file: Path, out: Path, **options: Any) -> ImportReport:
    """Import a published tariff as a country pack.

    Args:
        kind: a name of ``IMPORTERS``.
        file: the published file, plain or gzip.
        out: the folder to make.
        options: what the importer of that kind takes, e.g. ``exchange_rates``.

    Raises:
        InputUnusable: the kind is unknown, the file is not in its published form, or ``out``
            holds something already. Nothing is left half-written.
    """
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise InputUnusable(
            f"{kind!r} is no kind of tariff that can be imported",
            remedy=f"Choose one of {', '.join(IMPORTERS)}.",
        )
    return importer(file, out, **options)


__all__ = [
    "IMPORTERS",
    "ImportReport",
    "ListedRate",
    "import_hs",
    "import_tariff",
    "import_uk_tariff",
    "import_us_hts",
]
