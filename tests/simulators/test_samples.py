"""The files to try an upload with: sound ones are sound, mistaken ones hold three mistakes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clearway import packs
from clearway.accounts.ready import READY
from clearway.kernel.assess import assess_one
from clearway.messages import iter_ndjson, read_csv, read_xml, to_lodgement
from clearway.messages.cuscar import read_cuscar
from clearway.simulators.samples import sample
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.errors import NotThere

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TRADER = next(one.identifier for one in READY if one.name == "trader")


@pytest.fixture(scope="module")
def reference():
    return packs.load(packs.demo_pack())


def lodgements(name, content):
    if name.endswith(".ndjson"):
        readings = iter_ndjson(content.splitlines(keepends=True))
    else:
        readings = read_csv(content) if name.endswith(".csv") else [read_xml(content)]
    return [to_lodgement(one.record.declaration)[0] for one in readings]


@pytest.mark.parametrize(
    ("name", "count", "wrong"),
    [
        ("declarations.ndjson", 8, 0),
        ("declarations.csv", 8, 0),
        ("declaration.xml", 1, 0),
        ("declarations-with-errors.csv", 8, 3),
        ("declarations-with-errors.ndjson", 8, 3),
    ],
)
def test_a_sample_is_the_ready_trader_s_and_as_its_name_says(reference, name, count, wrong):
    found = lodgements(name, sample(name, reference, NOW).content)
    assert len({one.lrn for one in found}) == count
    for one in found:
        one.legal_date = days_of(NOW.date())
        assert (one.declarant.id, one.importer.id) == (TRADER, TRADER)
    accepted = [assess_one(one, reference).accepted for one in found]
    assert all(accepted[: count - wrong])
    # A mistake need not be one that refuses: some are doubts, which an officer decides.
    assert accepted.count(False) <= wrong
    again = lodgements(name, sample(name, reference, NOW).content)
    assert not {one.lrn for one in found} & {one.lrn for one in again}


def test_the_manifest_is_read_whole(reference):
    read = read_cuscar(sample("manifest.edi", reference, NOW).content)
    assert read.faults == []
    assert len(read.messages) == 1


def test_there_is_no_other_sample(reference):
    with pytest.raises(NotThere):
        sample("../secret.key", reference, NOW)
