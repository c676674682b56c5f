"""The declarations that the bench lodges: five goods items each, all different, all accepted.

They are taken from ``clearway simulate day``, run as a program of its own, since the synthetic
border stands beside this room.
"""

from __future__ import annotations

import copy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from clearway.vocabulary.errors import DefectFound

ITEMS = 5
_DAY = 600


def messages(count: int, declarant: str, run: str) -> list[bytes]:
    """Return that many WCO messages as JSON, each with a local reference of its own.

    Args:
        count: how many.
        declarant: trader identification number of whoever lodges them.
        run: up to 8 letters and digits that make the references of one run its own.
    """
    with TemporaryDirectory() as folder:
        patterns = [_cut(message, declarant) for message in _simulated(Path(folder))]
    if not patterns:
        raise DefectFound("the simulated day holds no declaration of the size wanted")
    return [_numbered(patterns[n % len(patterns)], n, run) for n in range(count)]


def _simulated(folder: Path) -> list[dict[str, Any]]:
    target = folder / "day.ndjson"
    words = ("simulate", "day", "--out", str(target), "--declarations", str(_DAY))
    program = [sys.executable, "-m", "clearway", *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DefectFound(f"the simulated day failed: {done.stderr.strip()[-300:]}")
    found = map(msgspec.json.decode, target.read_bytes().splitlines())
    return [one for one in found if _count(one) > ITEMS and _sound(one)]


def _count(message: dict[str, Any]) -> int:
    return len(message["Declaration"]["GoodsShipment"].get("GovernmentAgencyGoodsItem", ()))


def _sound(message: dict[str, Any]) -> bool:
    """Tell whether the kernel accepts the message; made-up days hold mistakes on purpose."""
    from clearway.kernel.assess import assess_one
    from clearway.messages import read_json, to_lodgement
    from clearway.packs import demo_pack, load

    reading = read_json(msgspec.json.encode(_cut(message, "XP1000000001")))
    if reading.declaration is None or reading.problems:
        return False
    lodgement, problems = to_lodgement(reading.declaration)
    return not problems and assess_one(lodgement, load(demo_pack())).accepted


def _cut(message: dict[str, Any], declarant: str) -> dict[str, Any]:
    """Return the message with its first five items, and totals that agree with them."""
    cut = copy.deepcopy(message)
    declaration = cut["Declaration"]
    shipment = declaration["GoodsShipment"]
    items = shipment["GovernmentAgencyGoodsItem"] = shipment["GovernmentAgencyGoodsItem"][:ITEMS]
    declaration["GoodsItemQuantity"] = {"value": str(ITEMS)}
    declaration["TotalGrossMassMeasure"]["value"] = _sum(_gross(item)["value"] for item in items)
    declaration["InvoiceAmount"]["value"] = _sum(
        item["Commodity"]["InvoiceLine"]["ItemChargeAmount"]["value"] for item in items
    )
    declaration["TotalPackageQuantity"]["value"] = _sum(
        packaging["QuantityQuantity"]["value"] for item in items for packaging in item["Packaging"]
    )
    declaration["Declarant"] = {"ID": declarant}
    for party in ("Consignee", "Importer"):
        if party in shipment:
            shipment[party]["ID"] = declarant
    return cut


def _numbered(pattern: dict[str, Any], number: int, run: str) -> bytes:
    """Return one message with a reference of its own, for a consignment of its own."""
    declaration = pattern["Declaration"]
    declaration["FunctionalReferenceID"] = f"{run}-{number}"
    items = declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    mass = _gross(items[0])
    was = mass["value"]
    mass["value"] = _sum((was, Decimal(number + 1) / 1000))
    total = _sum(_gross(item)["value"] for item in items)
    declaration["TotalGrossMassMeasure"]["value"] = total
    written = msgspec.json.encode(pattern)
    mass["value"] = was
    return written


def _gross(item: dict[str, Any]) -> dict[str, Any]:
    mass: dict[str, Any] = item["Commodity"]["GoodsMeasure"]["GrossMassMeasure"]
    return mass


def _sum(values: Any) -> str:
    return format(sum(map(Decimal, values), Decimal()).normalize(), "f")
