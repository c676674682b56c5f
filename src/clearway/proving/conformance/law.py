"""The pack that a conformance run prices by: the one given, or one made from open data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from clearway import packs
from clearway.kernel.reference import Reference
from clearway.packs.importers import import_tariff

TARIFF = "uk_global_tariff*.csv*"
NOMENCLATURE = "taric_nomenclature_en.csv*"


def open_data() -> Path:
    """Return the folder of open data sets: ``CLEARWAY_OPEN_DATA``, or ``../shared/data``."""
    return Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))


def find_reference(directory: Path, pack: Path | None) -> tuple[Reference | None, str]:
    """Return the law to price by, and where it is from.

    Args:
        directory: the folder of messages; a tariff is looked for in ``../../tariff`` beside it,
            then in the open data.
        pack: a pack's folder or snapshot, which goes before everything else.

    Raises:
        PackRefused: the pack has errors.
        InputUnusable: there is no pack at that place.
    """
    if pack is not None:
        return packs.load(pack), f"pack {pack}"
    for place in (directory.resolve().parent.parent, open_data()):
        tables = sorted((place / "tariff").glob(TARIFF))
        if tables:
            return _made_of(tables[-1], place), f"pack made from {tables[-1].name}"
    return None, "no pack given and no tariff found, so nothing can be valued or priced"


def _made_of(table: Path, place: Path) -> Reference:
    rates = place / "fx"
    with tempfile.TemporaryDirectory(prefix="clearway-conformance-") as work:
        folder = Path(work) / "pack"
        import_tariff(
            "uk-tariff",
            table,
            folder,
            exchange_rates=[rates] if rates.is_dir() else [],
            nomenclature=next(iter(sorted(table.parent.glob(NOMENCLATURE))), None),
        )
        return packs.load(folder)
