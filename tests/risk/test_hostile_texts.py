"""500 hostile or broken texts: refused with a place and a sentence, and nothing else happens."""

import os
import threading

import pytest

from clearway.proving.risk_bench.hostile_texts import COUNT, hostile_texts, measure
from clearway.risk.profiles.models import ProfileVersion
from clearway.vocabulary.errors import DataRefused


def test_each_of_five_hundred_is_refused_with_a_place_and_a_sentence():
    found = measure()
    assert (found.count, found.refused, found.faults) == (COUNT, COUNT, ())


@pytest.mark.parametrize("seed", [1, 2026])
def test_others_are_refused_as_well(seed):
    found = measure(seed)
    assert (found.refused, found.faults) == (found.count, ())


def test_the_texts_are_many_kinds_and_no_two_alike():
    texts = hostile_texts()
    assert len(set(texts)) == COUNT
    assert max(map(len, texts)) > 4_000_000
    told = " ".join(text[:200] for text in texts)
    kinds = ("DROP", "UNION", "CAST", "::", "--", "/*", "__import__", "<script>", "\u200b", "\0")
    assert [kind for kind in kinds if kind not in told] == []


def test_checking_them_leaves_nothing_behind(office, tmp_path, monkeypatch):
    """No thread, no file, no variable; and what is written of them keeps no row."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    threads, variables = threading.active_count(), dict(os.environ)
    measure(3)
    assert threading.active_count() == threads
    assert dict(os.environ) == variables
    assert not list(here.iterdir())
    for text in hostile_texts()[:150]:
        with pytest.raises(DataRefused):
            office.draft(condition=text)
    assert not ProfileVersion.objects.exists()
