"""The items and profiles of the bench: generated from a seed, or brought by the reader.

The generated items look like a busy month: 60 origins with a long tail, 4,000 commodity codes,
8,000 importers, values and masses over several magnitudes, a few per cent absent. The profiles
are of the kinds that risk analysts write: commodity and origin with a price per kilogram, new
traders, routes, watch flags, under-weight packages, free lists with exceptions.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from clearway.kernel.columns import Column, ColumnType, Schema
from clearway.kernel.features import SCHEMA
from clearway.kernel.reference import Period, Profile
from clearway.vocabulary.errors import InputUnusable

SEED = 20_260_303
ITEMS = 100_000
PROFILES = 300


class Workload(msgspec.Struct, frozen=True):
    """Items as a table of scaled whole numbers and text, profiles, and the schema of both."""

    items: pa.Table
    profiles: tuple[Profile, ...]
    schema: Schema


def profile(code: str, condition: str) -> Profile:
    """Return a live profile that adds to the score."""
    return Profile(code, 1, condition, None, 10, Period())


def _words(text: str) -> list[str]:
    return text.split()


def _choice(rng: np.random.Generator, words: list[str], size: int, *, tail: float) -> pa.Array:
    weights = 1.0 / np.arange(1, len(words) + 1) ** tail
    codes = rng.choice(len(words), size, p=weights / weights.sum())
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), words).cast(pa.string())


def _numbers(
    rng: np.random.Generator, middle: float, spread: float, size: int, *, absent: float = 0.0
) -> pa.Array:
    values = np.exp(rng.normal(np.log(middle), spread, size)).astype(np.int64)
    mask = rng.random(size) < absent
    return pa.array(values, mask=mask if absent else None)


def _codes(rng: np.random.Generator, count: int) -> list[str]:
    headings = rng.choice(np.arange(101, 9_700), 1_200, replace=False)
    lines = {f"{rng.choice(headings):04}{rng.integers(0, 99):02}{rng.integers(0, 9_999):04}"
             for _ in range(count * 2)}  # fmt: skip
    return sorted(lines)[:: max(1, len(lines) // count)][:count]


_COUNTRIES = re.findall(
    r"\w+",
    """CN VN US DE JP KR TH MY IN ID TW SG FR IT GB NL ES BD PK TR BR MX CA AU NZ PH LK KH MM LA
    AE SA EG MA ZA KE NG GH CH AT BE DK SE NO FI PL CZ SK HU RO BG GR PT IE RU UA KZ UZ IR IQ""",
)


def generated_items(size: int = ITEMS, seed: int = SEED) -> pa.Table:
    """Return the generated items, columns by the names of ``SCHEMA``."""
    rng = np.random.default_rng(seed)
    codes = _codes(rng, 4_000)
    rng.shuffle(codes)
    importers = [f"09{number:08}" for number in rng.choice(10**8, 8_000, replace=False)]
    exporters = [f"EX{number:07}" for number in rng.choice(10**7, 12_000, replace=False)]
    columns: dict[str, pa.Array] = {
        "origin": _choice(rng, _COUNTRIES, size, tail=1.0),
        "export_country": _choice(rng, _COUNTRIES, size, tail=1.0),
        "hs": _choice(rng, codes, size, tail=0.6),
        "importer": _choice(rng, importers, size, tail=0.7),
        "exporter": _choice(rng, exporters, size, tail=0.7),
        "office": _choice(rng, [f"VN{n:03}" for n in range(40)], size, tail=0.9),
        "procedure": _choice(
            rng, ["40", "42", "51", "53", "61", "71", "10", "21", "31", "07"], size, tail=1.6
        ),
        "preference": _choice(
            rng, ["100", "300", "200", "320", "120", "115", "140"], size, tail=1.2
        ),
        "border_mode": _choice(rng, _words("1 4 3 2 5 8"), size, tail=1.0),
        "incoterm": _choice(
            rng, ["CIF", "FOB", "EXW", "FCA", "DAP", "CFR", "DDP", "CPT"], size, tail=1.0
        ),
        "package_type": _choice(
            rng, ["CT", "PK", "PX", "BX", "BG", "DR", "CR", "RO", "PE", "BE"], size, tail=1.0
        ),
        "customs_value": _numbers(rng, 4_000_000, 2.0, size),
        "net_mass": _numbers(rng, 250_000_000, 2.0, size, absent=0.01),
        "quantity": _numbers(rng, 300_000_000, 2.2, size, absent=0.05),
        "packages": _numbers(rng, 12, 1.3, size),
        "item_count": _numbers(rng, 3, 0.9, size),
        "total_taxes": _numbers(rng, 500_000, 2.0, size, absent=0.01),
        "importer_declarations_365d": _numbers(rng, 60, 1.8, size, absent=0.02),
        "importer_findings_365d": _numbers(rng, 0.8, 1.2, size, absent=0.02),
        "importer_first_seen_days": _numbers(rng, 900, 1.2, size, absent=0.02),
        "exporter_first_seen_days": _numbers(rng, 500, 1.4, size, absent=0.06),
        "route_declarations_365d": _numbers(rng, 400, 2.0, size, absent=0.02),
    }
    mass = columns["net_mass"].fill_null(1_000_000).to_numpy()
    columns["gross_mass"] = pa.array((mass * (1 + rng.exponential(0.1, size))).astype(np.int64))
    for name, share in {
        "importer_aeo_active": 0.25, "route_new": 0.08, "exporter_new": 0.12,
        "commodity_new": 0.1, "importer_on_watchlist": 0.004, "dangerous_goods": 0.03,
    }.items():  # fmt: skip
        columns[name] = pa.array(rng.random(size) < share)
    return pa.table(columns)


_SHAPES = (
    "origin IN ({origins}) AND hs LIKE '{hs4}%' AND customs_value / net_mass < {price}",
    "hs LIKE '{hs4}%' AND origin = '{origin}' AND importer_first_seen_days < {days}",
    (
        "hs LIKE '{hs2}%' AND origin IN ({origins}) AND NOT importer_aeo_active AND "
        "total_taxes / customs_value < 0.0{digit}"
    ),
    "importer IN ({importers}) AND customs_value > {value}",
    "route_new AND exporter_new AND hs LIKE '{hs2}%' AND customs_value BETWEEN {value} AND {more}",
    "origin <> export_country AND preference IN ('300', '320') AND hs LIKE '{hs4}%'",
    "(hs LIKE '{hs4}%' OR hs LIKE '{other}%') AND origin NOT IN ({origins}) AND quantity > {days}",
    "importer_on_watchlist AND procedure IN ('51', '53', '71') AND hs LIKE '{hs2}%'",
    (
        "(gross_mass - net_mass) / gross_mass > 0.{digit} AND packages > {days} AND "
        "package_type = '{package}' AND origin = '{origin}'"
    ),
    (
        "office = '{office}' AND border_mode = '{mode}' AND "
        "importer_declarations_365d < {digit} AND customs_value > {value}"
    ),
    "importer_findings_365d >= {digit} AND hs LIKE '{hs4}%'",
    "exporter = '{exporter}' AND (incoterm IN ('EXW', 'FCA') OR quantity IS NULL)",
    "hs IN ({lines}) AND customs_value / quantity < {price}",
    "dangerous_goods AND border_mode = '4' AND origin IN ({origins}) AND net_mass > {days}",
    (
        "commodity_new AND importer_first_seen_days < {days} AND origin = '{origin}' AND "
        "NOT (incoterm = 'CIF' OR incoterm IS NULL) AND item_count > {digit}"
    ),
)


def generated_profiles(items: pa.Table, count: int = PROFILES, seed: int = SEED) -> list[Profile]:
    """Return profiles of the usual kinds, about codes and parties that occur in the items."""
    rng = np.random.default_rng(seed + 1)
    lines = items["hs"].unique().to_pylist()
    words = {name: items[name].unique().to_pylist() for name in ("importer", "exporter", "office")}

    def some(options: list[str], most: int) -> str:
        chosen = rng.choice(options, rng.integers(2, most + 1), replace=False)
        return ", ".join(f"'{word}'" for word in sorted(chosen))

    made = []
    for place in range(count):
        line = str(rng.choice(lines))
        condition = _SHAPES[place % len(_SHAPES)].format(
            origins=some(_COUNTRIES[:30], 5),
            origin=rng.choice(_COUNTRIES[:25]),
            hs2=line[:2],
            hs4=line[:4],
            other=str(rng.choice(lines))[:4],
            lines=some(lines, 8),
            importers=some(words["importer"], 12),
            exporter=rng.choice(words["exporter"]),
            office=rng.choice(words["office"]),
            mode=rng.choice(["1", "3", "4"]),
            package=rng.choice(["CT", "PK", "BX"]),
            price=f"{rng.integers(1, 60)}.{rng.integers(0, 99):02}",
            days=rng.integers(20, 400),
            value=rng.integers(1, 50) * 1_000,
            more=rng.integers(60, 900) * 1_000,
            digit=rng.integers(2, 9),
        )
        made.append(profile(f"B{place:03}", condition))
    return made


def _scaled(value: Any, scale: int, name: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value)) * scale
        whole = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise InputUnusable(f"{value!r} is not a number.", where=name) from None
    if whole != number:
        raise InputUnusable(f"{value} has more decimals than 1/{scale} holds.", where=name)
    return whole


def _brought_column(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Turn a column as people write it (whole units, ISO dates, text) into kernel values."""
    if column.type is ColumnType.TEXT:
        texts = values.cast(pa.string())
        return pa.array([text or None for text in texts.to_pylist()], pa.string())
    if column.type is ColumnType.BOOLEAN:
        if pa.types.is_boolean(values.type):
            return values
        truths = {"true": True, "1": True, "false": False, "0": False}
        return pa.array([truths.get(str(one).lower()) for one in values.to_pylist()], pa.bool_())
    if column.type is ColumnType.DATE:
        days = [
            one if one is None or isinstance(one, date) else date.fromisoformat(str(one))
            for one in values.to_pylist()
        ]
        return pa.array([None if day is None else day.toordinal() - 719_163 for day in days])
    if pa.types.is_integer(values.type) and column.scale == 1:
        return values.cast(pa.int64())
    return pa.array(
        [_scaled(value, column.scale, column.name) for value in values.to_pylist()], pa.int64()
    )


def _guessed(name: str, kind: pa.DataType) -> Column:
    """Declare a column that the schema does not have, by the type it has in the file."""
    if pa.types.is_boolean(kind):
        return Column(name, ColumnType.BOOLEAN, "brought column")
    if pa.types.is_date(kind):
        return Column(name, ColumnType.DATE, "brought column")
    if pa.types.is_integer(kind):
        return Column(name, ColumnType.NUMBER, "brought column")
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Column(name, ColumnType.NUMBER, "brought column", 1_000_000)
    return Column(name, ColumnType.TEXT, "brought column")


def read_items(path: Path) -> tuple[pa.Table, Schema]:
    """Read feature columns from Parquet or CSV: one row an item, numbers in whole units."""
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path)
        else:
            kinds = {
                column.name: pa.string()
                for column in SCHEMA.stored
                if column.type is not ColumnType.BOOLEAN
            }
            table = pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=kinds))
    except (OSError, pa.ArrowInvalid) as problem:
        raise InputUnusable(f"the items cannot be read: {problem}", where=str(path)) from None
    extra = [
        _guessed(name, table.schema.field(name).type)
        for name in table.column_names
        if name not in SCHEMA
    ]
    schema = Schema([*SCHEMA.columns, *extra])
    columns = {
        name: _brought_column(schema.by_name[name], table[name])
        for name in table.column_names
        if name in schema.position
    }
    return pa.table(columns), schema


def read_profiles(path: Path) -> list[Profile]:
    """Read profiles: a pack's ``profiles.toml``, or JSON: a list of {code, condition, …}."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as problem:
        raise InputUnusable(f"the profiles cannot be read: {problem}", where=str(path)) from None
    if isinstance(content, dict):
        content = next((value for value in content.values() if isinstance(value, list)), [])
    made = []
    for place, entry in enumerate(content, 1):
        condition = entry if isinstance(entry, str) else entry.get("condition")
        if not isinstance(condition, str):
            raise InputUnusable("a profile without a condition.", where=f"{path}, entry {place}")
        code = f"P{place:04}" if isinstance(entry, str) else str(entry.get("code", f"P{place:04}"))
        made.append(profile(code, condition))
    return made


def load(profiles: Path | None = None, items: Path | None = None) -> Workload:
    """Return the workload: generated, or with what the reader brings."""
    table, schema = read_items(items) if items else (generated_items(), SCHEMA)
    chosen = read_profiles(profiles) if profiles else generated_profiles(generated_items())
    return Workload(table, tuple(chosen), schema)
