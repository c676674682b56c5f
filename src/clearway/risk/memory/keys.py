"""By what evidence is gathered: the rungs of each ladder, and an item's value on every rung."""

from __future__ import annotations

import math
from typing import Final

from clearway.kernel.lodgement import Item, Lodgement
from clearway.traders.identities import identity_of
from clearway.vocabulary.money import QUANTITY_SCALE

LADDERS: Final[dict[str, tuple[str, ...]]] = {
    "goods": ("same_goods", "goods_mass", "goods_origin", "subheading", "heading", "chapter"),
    "importer": ("importer_goods", "importer"),
    "declarant": ("declarant",),
    "exporter": ("exporter_goods", "exporter"),
}
"""Each ladder from the most particular rung to the most general (decision 0019)."""
RUNGS: Final = (*dict.fromkeys(rung for ladder in LADDERS.values() for rung in ladder), "origin")
_LONGEST: Final = 200


def mass_band(net_mass: int | None) -> str:
    """Return the band of a net mass in millionths of a kg: half units of its natural logarithm.

    >>> mass_band(100_000_000), mass_band(110_000_000), mass_band(900_000_000), mass_band(None)
    ('9', '9', '14', '')
    """
    if net_mass is None or net_mass < 0:
        return ""
    return str(round(2 * math.log1p(net_mass / QUANTITY_SCALE)))


def keys_of(lodgement: Lodgement, item: Item) -> dict[str, str]:
    """Return an item's value on every rung; one of which something is not declared is left out.

    The same goods agree in commodity, countries, preference and net mass, whoever brings them.
    """
    code, origin = item.commodity, item.origin
    export = item.export_country or lodgement.export_country
    importer = identity_of(lodgement.importer)
    exporter = identity_of(lodgement.exporter)
    found: dict[str, str] = {}
    if len(code) >= 6:
        subheading = code[:6]
        found = {"subheading": subheading, "heading": code[:4], "chapter": code[:2]}
        if origin:
            found["goods_origin"] = f"{subheading} {origin}"
            found["goods_mass"] = f"{subheading} {origin} {mass_band(item.net_mass)}"
            found["same_goods"] = (
                f"{code} {origin} {export} {item.preference} {item.net_mass or ''}"
            )
        if importer:
            found["importer_goods"] = f"{subheading} {importer}"
        if exporter:
            found["exporter_goods"] = f"{subheading} {exporter}"
    parties = (
        ("importer", importer),
        ("exporter", exporter),
        ("declarant", identity_of(lodgement.declarant)),
        ("origin", origin),
    )
    found |= {rung: value for rung, value in parties if value}
    return {rung: value[:_LONGEST] for rung, value in found.items()}
