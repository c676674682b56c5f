"""How fast a name is found among a million, and how well names are told apart.

``search_times`` makes names as they stand on manifests: words with the frequencies that words have
(a few very common, most rare), two or three to a name. It searches for names of which one letter
is another, and checks that the one meant is among what is found. ``told_apart`` compares the open
data: pairs across scripts, aliases with the first names of their entries, and random pairs.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from clearway.intelligence import ofac
from clearway.intelligence.index import held_in
from clearway.intelligence.names import THRESHOLD, Folded, folded, score

MILLION: Final = 1_000_000
THRESHOLDS: Final = (0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94)
_VOCABULARY: Final = 60_000
_SYLLABLES: Final = (
    "nguy", "en", "tran", "van", "minh", "hoa", "ka", "ri", "mo", "sen", "jan", "pet", "er", "al",
    "di", "no", "va", "kov", "li", "wang", "zhang", "xi", "ao", "ber", "ger", "mar", "tin", "oz",
    "tur", "ko", "lu", "ana", "ha", "san", "mu", "ja", "fi", "re", "do", "gu", "ez",
)  # fmt: skip


class SearchTimes(NamedTuple):
    """Seconds of searches among ``names`` names: percentiles, the build, and how many were found.

    ``found`` counts the searches whose name was found again, of ``searches`` whose altered name is
    at least as like it as the threshold asks.
    """

    names: int
    build: float
    p50: float
    p95: float
    p99: float
    searches: int
    found: int


class ToldApart(NamedTuple):
    """What a threshold finds: shares of aliases and of random pairs, and pairs across scripts."""

    threshold: float
    across_scripts: int
    pairs: int
    persons: float
    random_persons: float
    organisations: float
    random_organisations: float


def generated(count: int, seed: int) -> list[Folded]:
    """Return names as they stand on manifests, the same for one seed."""
    rng = Random(seed)
    words: dict[str, None] = {}
    while len(words) < _VOCABULARY:
        words["".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 4)))] = None
    vocabulary = list(words)
    weights = [1 / (place + 1) ** 0.9 for place in range(_VOCABULARY)]
    drawn = rng.choices(vocabulary, weights, k=3 * count)
    names = []
    for place in range(count):
        own = drawn[3 * place : 3 * place + 2 + place % 2]
        names.append(Folded(tuple(sorted(own)), "".join(own)))
    return names


def search_times(count: int = MILLION, searches: int = 100, seed: int = 6) -> SearchTimes:
    """Measure searches among generated names.

    Args:
        count: how many names.
        searches: how many searches.
        seed: of the names and of the searches.
    """
    names = generated(count, seed)
    began = time.perf_counter()
    index = held_in(names)
    build = time.perf_counter() - began
    rng, taken, meant, found = Random(seed + 1), [], 0, 0
    for _ in range(searches):
        name = names[rng.randrange(count)]
        asked = _misspelt(name, rng)
        began = time.perf_counter()
        answer = index.search(asked, THRESHOLD)
        taken.append(time.perf_counter() - began)
        least = answer[-1].score if len(answer) >= 50 else THRESHOLD
        if score(asked, name) >= THRESHOLD and score(asked, name) > least:
            meant += 1
            found += any(names[each.place] == name for each in answer)
    taken.sort()
    return SearchTimes(
        count, build, _at(taken, 0.5), _at(taken, 0.95), _at(taken, 0.99), meant, found
    )


def _at(taken: Sequence[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(share * len(taken)))]


def _misspelt(name: Folded, rng: Random) -> Folded:
    """Return a name with one letter of one word another."""
    words = list(name.words)
    place = rng.randrange(len(words))
    at = rng.randrange(len(words[place]))
    words[place] = words[place][:at] + rng.choice("aeioustnr") + words[place][at + 1 :]
    return Folded(tuple(sorted(words)), "".join(words))


def told_apart(watchlists: Path, draws: int = 200_000, seed: int = 6) -> list[ToldApart]:
    """Measure what each threshold finds, and what it takes for the same wrongly.

    Args:
        watchlists: the folder of that name in the open data.
        draws: random pairs of two different entries, of each sort.
        seed: of the draws.
    """
    across = [score(folded(one), folded(other)) for one, other in pairs(watchlists)]
    sdn, alt = ((watchlists / f"ofac_{name}.csv.gz").read_bytes() for name in ("sdn", "alt"))
    listed = ofac.read(gzip.decompress(sdn), gzip.decompress(alt))
    rng, told = Random(seed), []
    for kind in ("person", "organisation"):
        own = [one for one in listed if one.kind == kind]
        aliases = [
            score(folded(one.name), folded(name)) for one in own for _, name in one.names[1:]
        ]
        names = [folded(one.name) for one in own]
        drawn = [score(*rng.sample(names, 2)) for _ in range(draws)]
        told.append((aliases, drawn))
    (persons, strangers), (firms, others) = told
    return [
        ToldApart(
            least, sum(one >= least for one in across), len(across), _share(persons, least),
            _share(strangers, least), _share(firms, least), _share(others, least),
        )
        for least in THRESHOLDS
    ]  # fmt: skip


def pairs(watchlists: Path) -> list[tuple[str, str]]:
    """Return the published pairs of one name in two scripts."""
    packed = (watchlists / "cross_script_name_pairs.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    return [
        (row[0], row[1]) for row in csv.reader(each for each in lines if each and each[0] != "#")
    ]


def _share(scores: Sequence[float], least: float) -> float:
    return sum(one >= least for one in scores) / len(scores)
