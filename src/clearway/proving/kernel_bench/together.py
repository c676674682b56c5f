"""Encoding, profiles and duty of a hundred thousand items, beside a peer's profiles alone."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clearway.kernel.columns import encode
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.tariff.bulk import price_bulk
from clearway.proving.kernel_bench import duty, peer_polars
from clearway.proving.kernel_bench.measuring import compared, unequal
from clearway.proving.kernel_bench.row import Row
from clearway.proving.kernel_bench.workload import Workload

NAME = "encode_profiles_duty_vs_polars_profiles"


def _written(places: NDArray[np.intp], prefix: str) -> tuple[pa.Array, dict[str, int]]:
    """Return codes as text, as a file has them, and the place of each word."""
    distinct = np.unique(places)
    words = [f"{prefix}{place}" for place in distinct.tolist()]
    text = pa.DictionaryArray.from_arrays(np.searchsorted(distinct, places), words)
    return text.cast(pa.string()), dict(zip(words, distinct.tolist(), strict=True))


def _places(text: pa.Array, place_of: dict[str, int]) -> NDArray[np.intp]:
    encoded = text.dictionary_encode()
    places: NDArray[np.intp] = np.array(
        [place_of[word] for word in encoded.dictionary.to_pylist()], np.intp
    )
    indices: NDArray[np.int32] = encoded.indices.to_numpy()
    return places.take(indices)


def _duty_from_text(law: duty.Workload) -> Callable[[], tuple[NDArray[np.int64], ...]]:
    """Return duty and VAT computed from codes as text: encoded first, then priced in bulk."""
    texts = {
        "commodity": _written(law.encoded.commodity, "C"),
        "origin": _written(law.encoded.origin, "O"),
        "preference": _written(law.encoded.preference, "P"),
    }

    def run() -> tuple[NDArray[np.int64], ...]:
        places = {name: _places(*written) for name, written in texts.items()}
        items = msgspec.structs.replace(law.encoded, **places, preferential_origin=places["origin"])
        priced = price_bulk(items, law.reference)
        return priced.charges[0].amount, priced.charges[1].amount

    return run


def run(work: Workload) -> list[Row]:
    """Measure the row; the encoded duty is held against the duty of the ready-made columns."""
    profiles = ProfileSet.compile(work.profiles, work.schema)
    law = duty.workload(work.items.num_rows)
    from_text = _duty_from_text(law)
    frame = peer_polars.frame(work.items, work.schema, profiles.columns, enums=False)
    wanted = peer_polars.expressions(profiles, enums=False)
    peer_name = f"Polars {pl.__version__}, strings, the profiles alone"

    def ours() -> None:
        profiles.hits_bulk(encode(work.items, work.schema, profiles.columns)).by_item()
        from_text()

    expected = duty.ours(law)
    if not all(np.array_equal(a, b) for a, b in zip(from_text(), expected, strict=True)):
        return [unequal(NAME, peer_name)]
    answer = frame.lazy().select(wanted).collect()
    found = profiles.hits_bulk(encode(work.items, work.schema, profiles.columns))
    for place, rows in enumerate(found.rows):
        mask = answer[str(place)].fill_null(value=False).to_numpy()
        if len(mask) == found.items and not np.array_equal(rows, np.flatnonzero(mask)):
            return [unequal(NAME, peer_name)]
    return [compared(NAME, ours, lambda: frame.lazy().select(wanted).collect(), peer_name)]
