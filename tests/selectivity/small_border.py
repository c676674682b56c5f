"""A small border made for these tests: a heading and an importer that cheat, and repeats."""

from __future__ import annotations

import numpy as np

from clearway.selectivity.items import Items
from clearway.selectivity.layout import BORDER


def make(rows: int = 3_000, seed: int = 1) -> tuple[Items, np.ndarray, np.ndarray]:
    """Return items, their outcomes and days: one heading in two cheats, others one in twenty."""
    draw = np.random.default_rng(seed)
    commodity = draw.choice(["850440", "610910", "870323", "902780", "220421", "300490"], rows)
    importer = np.char.add("T", draw.integers(0, 200, rows).astype(str))
    mass = np.round(draw.lognormal(4, 1.5, rows), 1)
    chance = np.where(commodity == "610910", 0.5, 0.05)
    violation = (draw.random(rows) < chance).astype(float)
    rate = np.where(commodity == "610910", 12.0, 5.0)
    value = mass * 7
    columns = {
        "office": draw.choice(["A1", "B2"], rows),
        "declarant": np.char.add("D", draw.integers(0, 20, rows).astype(str)),
        "importer": importer,
        "seller": np.char.add("S", draw.integers(0, 300, rows).astype(str)),
        "commodity": commodity,
        "departure": draw.choice(["CN", "VN", "DE"], rows),
        "origin": draw.choice(["CN", "VN", "DE"], rows),
        "procedure": np.full(rows, "40"),
        "mode": draw.choice(["1", "4"], rows),
        "payment": np.full(rows, ""),
        "preference": np.full(rows, "100"),
        "tax_rate": rate,
        "net_mass": mass,
        "quantity": mass,
        "value": value,
        "duty": value * rate / 100,
    }
    text = {name: columns[name].astype(object) for name in BORDER.text}
    items = Items.from_columns(
        text | {name: columns[name] for name in BORDER.number}, BORDER.text, BORDER.number
    )
    return items, violation, np.sort(draw.integers(0, 365, rows))
