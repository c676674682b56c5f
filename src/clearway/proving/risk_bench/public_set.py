"""The public set: 54,000 synthetic import declarations with labels, split by time (18 months).

``Seondong/Customs-Declaration-Datasets`` (Jeong et al. 2022, arXiv 2208.02484; MIT). It stays where
``CLEARWAY_OPEN_DATA`` says; nothing of it is part of Clearway.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from clearway.proving.conformance.law import open_data
from clearway.selectivity.evidence import Floats
from clearway.selectivity.hashing import Hasher, Hashes
from clearway.selectivity.items import Items
from clearway.selectivity.layout import BORDER
from clearway.vocabulary.errors import InputUnusable

Rows = NDArray[np.int64]
PARTS: Final = ("train", "valid", "test")
_TEXT: Final = {
    "office": "Office ID", "declarant": "Declarant ID", "importer": "Importer ID",
    "seller": "Seller ID", "commodity": "HS6 Code", "departure": "Country of Departure",
    "origin": "Country of Origin", "procedure": "Import Type", "mode": "Mode of Transport",
    "payment": "Payment Type", "preference": "Tax Type",
}  # fmt: skip
_NUMBER: Final = {"tax_rate": "Tax Rate", "net_mass": "Net Mass", "value": "Item Price"}
_PEERS: Final = (
    "Office ID", "Process Type", "Import Type", "Import Use", "Payment Type", "Mode of Transport",
    "Declarant ID", "Importer ID", "Seller ID", "Courier ID", "HS6 Code", "Country of Departure",
    "Country of Origin", "Tax Type", "Country of Origin Indicator",
)  # fmt: skip


class PublicSet(msgspec.Struct, frozen=True):
    """The set, one row for each declaration, in the order of its three files.

    ``violation`` is the label Fraud; ``stake`` what a violation would cost, the item's price times
    its rate of tax (the set holds no amount of its own); ``revenue`` the same of violations alone.
    ``part`` is the place in ``PARTS``. ``peers`` holds the columns as published, words as codes, as
    the set's authors give them to their models; ``words`` which of them were words.
    """

    items: Items
    goods: Hashes
    day: NDArray[np.int64]
    part: NDArray[np.int64]
    violation: Floats
    stake: Floats
    peers: NDArray[np.float64]
    words: tuple[int, ...]

    @property
    def revenue(self) -> Floats:
        """What the violation of each row costs, 0 for clean ones."""
        return self.stake * self.violation

    def rows(self, *parts: str) -> NDArray[np.int64]:
        """Return the rows of some parts."""
        return np.flatnonzero(np.isin(self.part, [PARTS.index(part) for part in parts]))

    def by_day(self) -> NDArray[np.int64]:
        """Return all rows in the order of their days."""
        return np.argsort(self.day, kind="stable")


def load() -> PublicSet:
    """Read the set.

    Raises:
        InputUnusable: it is not there.
    """
    folder = open_data() / "risk"
    tables = []
    for name in PARTS:
        file = folder / f"korea_customs_{name}.csv.gz"
        if not file.is_file():
            raise InputUnusable(
                "The public set of declarations is not there.",
                where=str(file),
                remedy="Set CLEARWAY_OPEN_DATA to the folder of open data.",
            )
        tables.append(_read(file))
    table = pa.concat_tables(tables)
    part = np.repeat(np.arange(len(PARTS)), [one.num_rows for one in tables])
    columns: dict[str, Any] = {ours: table[name] for ours, name in _TEXT.items()}
    columns |= {ours: table[name].to_numpy() for ours, name in _NUMBER.items()}
    stake = columns["value"] * columns["tax_rate"] / 100
    columns |= {"quantity": columns["net_mass"], "duty": stake}
    items = Items.from_columns(columns, BORDER.text, BORDER.number)
    codes = [_codes(table[name]) for name in _PEERS]
    numbers = [columns[name] for name in _NUMBER]
    return PublicSet(
        items=items,
        goods=Hasher(items).key(BORDER.fingerprint),
        day=table["Date"].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64),
        part=part,
        violation=table["Fraud"].to_numpy().astype(np.float64),
        stake=stake,
        peers=np.stack([*codes, *numbers], axis=1),
        words=tuple(range(len(codes))),
    )


def _read(file: Any) -> Any:
    words = dict.fromkeys((*_PEERS, "Declaration ID"), pa.string())
    numbers = dict.fromkeys(_NUMBER.values(), pa.float64())
    options = pyarrow.csv.ConvertOptions(
        column_types={**words, **numbers, "Date": pa.date32()}, strings_can_be_null=False
    )
    return pyarrow.csv.read_csv(file, convert_options=options)


def _codes(column: Any) -> NDArray[np.float64]:
    coded = column.combine_chunks().dictionary_encode()
    return np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.float64)
