"""The declarations that benches and checks lodge: five goods items, all different, all accepted.

They are taken from ``clearway simulate day``, run as a program of its own, since the synthetic
border stands beside this room.
"""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

import httpx
import msgspec

from clearway.vocabulary.errors import DefectFound

DECLARANT = "XP1000000001"
"""The demonstration's first trader, who lodges them."""
ITEMS = 5
_DAY = 600
_REFERENCE, _MASS, _TOTAL = "@reference@", "@mass@", "@total@"
_GRAM = Decimal("0.001")
AT = {"Clearway-Simulated-Time": "2026-03-04T12:00:00Z"}
"""Header by which a demonstration's clock stands after the messages' day of acceptance."""


class _Pattern(msgspec.Struct, frozen=True):
    """A message with three places left open, and the two masses that its numbers start from."""

    text: bytes
    mass: Decimal
    total: Decimal

    def numbered(self, number: int, run: str) -> bytes:
        more = (number + 1) * _GRAM
        return (
            self.text.replace(_REFERENCE.encode(), f"{run}-{number}".encode())
            .replace(_MASS.encode(), _written(self.mass + more))
            .replace(_TOTAL.encode(), _written(self.total + more))
        )


class Messages(Sequence[bytes]):
    """That many WCO messages as JSON, each with a reference and a consignment of its own.

    The message of a place is made when it is asked for, by any thread.

    Args:
        count: how many.
        run: up to 12 letters and digits with which their references begin.
    """

    def __init__(self, count: int, run: str) -> None:
        self._places = range(count)
        self._run = run
        self._patterns = _patterns()

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...

    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[number] for number in self._places[place]]
        number = self._places[place]
        return self._patterns[number % len(self._patterns)].numbered(number, self._run)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    with TemporaryDirectory() as folder:
        found = [_cut(message) for message in _simulated(Path(folder)) if _count(message) > ITEMS]
    patterns = tuple(_pattern(message) for message in found if _accepted(message))
    if not patterns:
        raise DefectFound("the simulated day holds no declaration of the size wanted")
    return patterns


def _simulated(folder: Path) -> list[dict[str, Any]]:
    target = folder / "day.ndjson"
    words = ("simulate", "day", "--out", str(target), "--declarations", str(_DAY))
    program = [sys.executable, "-m", "clearway", *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DefectFound(f"the simulated day failed: {done.stderr.strip()[-300:]}")
    return [msgspec.json.decode(line) for line in target.read_bytes().splitlines()]


def _count(message: dict[str, Any]) -> int:
    return len(message["Declaration"]["GoodsShipment"].get("GovernmentAgencyGoodsItem", ()))


def _accepted(message: dict[str, Any]) -> bool:
    """Tell whether the kernel accepts the message; made-up days hold mistakes on purpose."""
    from clearway.kernel.assess import assess_one
    from clearway.messages import read_json, to_lodgement
    from clearway.packs import demo_pack, load

    reading = read_json(msgspec.json.encode(message))
    if reading.declaration is None or reading.problems:
        return False
    lodgement, problems = to_lodgement(reading.declaration)
    return not problems and assess_one(lodgement, load(demo_pack())).accepted


def _cut(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message with its first five items, and totals that agree with them."""
    cut = copy.deepcopy(message)
    declaration = cut["Declaration"]
    shipment = declaration["GoodsShipment"]
    items = shipment["GovernmentAgencyGoodsItem"] = shipment["GovernmentAgencyGoodsItem"][:ITEMS]
    declaration["GoodsItemQuantity"] = {"value": str(ITEMS)}
    invoiced = _sum(item["Commodity"]["InvoiceLine"]["ItemChargeAmount"] for item in items)
    declaration["InvoiceAmount"]["value"] = _written(invoiced).decode()
    declaration["TotalGrossMassMeasure"]["value"] = _written(_sum(map(_gross, items))).decode()
    packages = _sum(each["QuantityQuantity"] for item in items for each in item["Packaging"])
    declaration["TotalPackageQuantity"]["value"] = _written(packages).decode()
    declaration["Declarant"] = {"ID": DECLARANT}
    for party in ("Consignee", "Importer"):
        if party in shipment:
            shipment[party]["ID"] = DECLARANT
    return cut


def _pattern(message: dict[str, Any]) -> _Pattern:
    declaration = message["Declaration"]
    items = declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    mass, total = Decimal(_gross(items[0])["value"]), _sum(map(_gross, items))
    declaration["FunctionalReferenceID"] = _REFERENCE
    _gross(items[0])["value"] = _MASS
    declaration["TotalGrossMassMeasure"]["value"] = _TOTAL
    return _Pattern(msgspec.json.encode(message), mass, total)


def _gross(item: dict[str, Any]) -> dict[str, Any]:
    mass: dict[str, Any] = item["Commodity"]["GoodsMeasure"]["GrossMassMeasure"]
    return mass


def _sum(measures: Iterable[dict[str, Any]]) -> Decimal:
    return sum((Decimal(one["value"]) for one in measures), Decimal())


def _written(value: Decimal) -> bytes:
    return format(value.normalize(), "f").encode()


def set_the_clock(host: str, port: int, key: str) -> None:
    """Let a demonstration server's clock stand after the messages' day of acceptance.

    Raises:
        DefectFound: it does not take the time.
    """
    answer = httpx.post(
        f"http://{host}:{port}/api/v1/declarations",
        content=b"{}",
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": "clock",
            **AT,
        },
        timeout=30,
        trust_env=False,
    )
    if answer.status_code not in {400, 422}:
        raise DefectFound(f"the clock cannot be set: {answer.status_code} {answer.text[:300]}")
