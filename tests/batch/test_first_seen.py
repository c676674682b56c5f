"""The run's memory of what it has seen: as a dictionary, in a tenth of the room."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from clearway.batch.twins import FirstSeen, Twins
from clearway.kernel.lodgement import Item, Lodgement

# Few low bits, so that many digests want the same place.
DIGESTS = st.builds(lambda high, low: (high << 60) | low, st.integers(0, 15), st.integers(0, 3))


@given(digests=st.lists(DIGESTS, max_size=60))
def test_every_digest_keeps_its_first_number(digests):
    seen, plain = FirstSeen(), {}
    for number, digest in enumerate(digests, 1):
        assert seen.put(digest, number) == plain.setdefault(digest, number)
    assert len(seen) == len(plain)


def test_it_grows_and_forgets_nothing():
    chance = random.Random(1)
    digests = [chance.getrandbits(64) for _ in range(20_000)]
    seen = FirstSeen()
    assert all(seen.put(digest, number) == number for number, digest in enumerate(digests, 1))
    assert all(seen.put(digest, 99_999) == number for number, digest in enumerate(digests, 1))


def test_a_twin_names_the_earlier_declaration():
    twins = Twins()
    first = Lodgement(lrn="A\ud800é1", function_code="9", items=(Item(commodity="85044000"),))
    assert twins.told(first) == ()
    assert twins.told(Lodgement(lrn="B", items=(Item(),))) == ()
    (told, *_) = twins.told(first)
    assert dict(told.parameters) == {"earlier": "1", "reference": "A\ud800é1"}
