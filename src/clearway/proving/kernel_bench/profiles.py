"""The rows about risk profiles: a batch, one item, and reloading the set."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from clearway.kernel.columns import encode
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.profiles.bulk import BulkHits
from clearway.proving.kernel_bench import peer_duckdb, peer_polars, peer_zen
from clearway.proving.kernel_bench.measuring import compared, taken_in_turns, unequal
from clearway.proving.kernel_bench.row import Row
from clearway.proving.kernel_bench.workload import Workload

SINGLE_ITEMS = 300
REPEATS = 7
ROUNDS = 40  # one item takes too little time to be measured in few rounds
RELOAD_LIMIT = 0.5


def _equal(found: BulkHits, masks: Callable[[int], NDArray[np.bool_]]) -> bool:
    return all(
        np.array_equal(rows, np.flatnonzero(masks(place))) for place, rows in enumerate(found.rows)
    )


def _polars_rows(work: Workload, profiles: ProfileSet, found: BulkHits, ours: Any) -> list[Row]:
    rows = []
    for enums in (False, True):
        name = f"profiles_bulk_polars_{'enum' if enums else 'strings'}"
        peer_name = f"Polars {pl.__version__}, one lazy select, {'enums' if enums else 'strings'}"
        frame = peer_polars.frame(work.items, work.schema, profiles.columns, enums=enums)
        wanted = peer_polars.expressions(profiles, enums=enums)

        def peer(frame: pl.DataFrame = frame, wanted: list[pl.Expr] = wanted) -> pl.DataFrame:
            return frame.lazy().select(wanted).collect()

        answer = peer()
        if answer.height != found.items:  # all expressions are literals
            answer = frame.with_columns(wanted)
        filled = answer.select(pl.all().fill_null(value=False))
        if _equal(found, lambda place, filled=filled: filled[str(place)].to_numpy()):  # type: ignore[misc]
            rows.append(compared(name, ours, peer, peer_name, repeats=REPEATS))
        else:
            rows.append(unequal(name, peer_name))
    return rows


def _duckdb_row(work: Workload, profiles: ProfileSet, found: BulkHits, ours: Any) -> Row:
    name, peer_name = "profiles_bulk_duckdb", f"DuckDB {duckdb.__version__}, one query"
    connection = duckdb.connect()
    frame = peer_polars.frame(work.items, work.schema, profiles.columns, enums=False).to_arrow()
    connection.register("brought", frame)
    connection.execute("CREATE TABLE items AS SELECT * FROM brought")
    query = peer_duckdb.query(profiles, "items")

    def peer() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return connection.sql(query).to_arrow_table()

    answer = peer()
    same = _equal(
        found, lambda place: answer[str(place)].fill_null(False).to_numpy()  # noqa: FBT003
    )  # fmt: skip
    if not same:
        return unequal(name, peer_name)
    return compared(name, ours, peer, peer_name, repeats=3)


def _single_rows(work: Workload, profiles: ProfileSet, found: BulkHits) -> list[Row]:
    """One item at a time: ours and zen on some hundred items, Polars on a few of them."""
    stride = max(1, work.items.num_rows // SINGLE_ITEMS)
    places = list(range(0, work.items.num_rows, stride))[:SINGLE_ITEMS]
    chosen = work.items.take(places)
    named = chosen.to_pylist()
    rows = [work.schema.row(values) for values in named]
    starts, by_item = found.by_item()
    expected = [by_item[starts[place] : starts[place + 1]].tolist() for place in places]
    hits = profiles.hits
    if [hits(row) for row in rows] != expected:
        return [unequal("profiles_one_zen", "ours"), unequal("profiles_one_polars", "ours")]

    def many() -> None:
        for _ in range(ROUNDS):
            for row in rows:
                hits(row)

    made = [_zen_row(profiles, work, named, expected, many)]
    few = places[:10]
    frame = peer_polars.frame(work.items, work.schema, profiles.columns, enums=False)
    frames = [frame.slice(place, 1) for place in few]
    wanted = peer_polars.expressions(profiles, enums=False)
    answers = [one.select(wanted).row(0) for one in frames]
    peer_name = f"Polars {pl.__version__}, one row, expressions made beforehand"
    same = [[n for n, hit in enumerate(answer) if hit] for answer in answers] == expected[:10]
    if not same:
        return [*made, unequal("profiles_one_polars", peer_name)]
    mine, polars = taken_in_turns([many, lambda: [one.select(wanted) for one in frames]], REPEATS)
    mine, polars = mine / (ROUNDS * len(rows)), polars / len(frames)
    made.append(
        Row(
            name="profiles_one_polars", ours=mine, peer=polars, peer_name=peer_name,
            ratio=polars / mine, equal=True,
        )
    )  # fmt: skip
    return made


def _zen_row(
    profiles: ProfileSet,
    work: Workload,
    named: list[dict[str, Any]],
    expected: list[list[int]],
    many: Callable[[], None],
) -> Row:
    name, peer_name = "profiles_one_zen", "zen-engine, decision graph compiled beforehand"
    absent = frozenset(
        column
        for column in profiles.columns
        if column not in work.items.column_names or work.items[column].null_count
    )
    try:
        by_graph, by_list = peer_zen.compiled(profiles, absent)
    except peer_zen.Untranslatable:
        return Row(name=name, ours=0.0, peer_name=f"{peer_name}: cannot express this", equal=None)
    empty = dict.fromkeys(profiles.columns)
    items = [
        {**empty, **{key: value for key, value in item.items() if key in profiles.columns}}
        for item in named
    ]
    if any([peer(item) for item in items] != expected for peer in (by_graph, by_list)):
        return unequal(name, peer_name)
    some = items[:50]
    mine, graph, listed = taken_in_turns(
        [
            many,
            lambda: [by_graph(item) for item in some],
            lambda: [by_list(item) for item in items],
        ],
        REPEATS,
    )
    mine, graph, listed = mine / (ROUNDS * len(items)), graph / len(some), listed / len(items)
    peer_name += f" (as one list expression {listed * 1e6:.0f} µs, ratio {listed / mine:.0f})"
    return Row(
        name=name, ours=mine, peer=graph, peer_name=peer_name, ratio=graph / mine, equal=True
    )


def run(work: Workload) -> list[Row]:
    """Measure the rows about profiles; every result is held against the peer's first."""
    profiles = ProfileSet.compile(work.profiles, work.schema)
    batch = encode(work.items, work.schema, profiles.columns)
    found = profiles.hits_bulk(batch)

    def ours() -> object:
        return profiles.hits_bulk(batch).by_item()  # as the kernel asks for them

    rows = _polars_rows(work, profiles, found, ours)
    rows.append(_duckdb_row(work, profiles, found, ours))
    rows += _single_rows(work, profiles, found)
    (reload_time,) = taken_in_turns([lambda: ProfileSet.compile(work.profiles, work.schema)], 3)
    rows.append(
        Row(
            name="profile_reload_seconds", ours=reload_time, peer=RELOAD_LIMIT,
            peer_name="the limit", ratio=RELOAD_LIMIT / reload_time, equal=None,
        )
    )  # fmt: skip
    return rows
