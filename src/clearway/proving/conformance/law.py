"""The pack that a conformance run prices by: the one given, or one made from open data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from clearway import packs
from clearway.kernel.reference import Reference
from clearway.packs.importers import import_tariff
from clearway.vocabulary.money import Rounding

TARIFF = "uk_global_tariff*.csv*"
NOMENCLATURE = "taric_nomenclature_en.csv*"


def open_data() -> Path:
    """Return the folder of open data sets: ``CLEARWAY_OPEN_DATA``, or ``../shared/data``."""
    return Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))


def around(directory: Path) -> list[Path]:
    """Return the folders above a folder of messages: a scenario alone, a set, its data."""
    return list(directory.resolve().parents[:4])


def find_schemas(directory: Path) -> Path:
    """Return the folder of schemas: ``../schemas``, further up, or that of the open data."""
    places = [*around(directory), open_data() / "wco_dm"]
    found = (place / "schemas" for place in places if (place / "schemas").is_dir())
    return next(found, places[0] / "schemas")


class Law(msgspec.Struct, frozen=True):
    """What declarations are priced by.

    ``other`` is the other territory's law, for declarations whose statements say so (the
    setting ``other_tariff_statements`` of the first); ``told`` says where both are from.
    ``made`` says that they were made here from a tariff, which says nothing of roundings.
    """

    reference: Reference | None
    other: Reference | None
    told: str
    made: bool = False

    def rounded(self, rules: Mapping[str, Rounding]) -> Law:
        """Return the law with these roundings of its taxes."""
        own, other = _rounded(self.reference, rules), _rounded(self.other, rules)
        return msgspec.structs.replace(self, reference=own, other=other)


def _rounded(reference: Reference | None, rules: Mapping[str, Rounding]) -> Reference | None:
    if reference is None:
        return None
    taxes = tuple(
        msgspec.structs.replace(tax, rounding=rules.get(tax.code, tax.rounding))
        for tax in reference.taxes
    )
    return msgspec.structs.replace(reference, taxes=taxes)


def find_law(directory: Path, pack: Path | None, codes: Iterable[str] = ()) -> Law:
    """Return the law to price by.

    Args:
        directory: the folder of messages; a tariff is looked for in ``../../tariff`` and nearer
            or further folders above it, then in the open data.
        pack: a pack's folder or snapshot, which goes before everything else.
        codes: the commodity codes that the messages name. One that a nomenclature opened after
            the table was published, below a row of the table, has that row's duty.

    Raises:
        PackRefused: the pack has errors.
        InputUnusable: there is no pack at that place.
    """
    if pack is not None:
        return Law(packs.load(pack), None, f"pack {pack}")
    named = sorted(set(codes))
    for place in (*around(directory), open_data()):
        tables = sorted((place / "tariff").glob(TARIFF))
        if tables:
            own, other = (_made_of(tables[-1], place, name, named) for name in ("GB", "XI"))
            told = f"packs made from both columns of {tables[-1].name}"
            return Law(own, other, told, made=True)
    return Law(None, None, "no pack given and no tariff found: nothing is valued or priced")


def _made_of(table: Path, place: Path, territory: str, codes: list[str]) -> Reference:
    rates = place / "fx"
    with tempfile.TemporaryDirectory(prefix="clearway-conformance-") as work:
        folder = Path(work) / "pack"
        import_tariff(
            "uk-tariff",
            table,
            folder,
            exchange_rates=[rates] if rates.is_dir() else [],
            nomenclature=next(iter(sorted(table.parent.glob(NOMENCLATURE))), None),
            territory=territory,
            opened_later=codes,
        )
        return packs.load(folder)
