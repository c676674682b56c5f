"""A small simulated day of the demo country, made once."""

import datetime as dt

import pytest

from clearway import packs
from clearway.batch.run import complete
from clearway.messages import to_lodgement
from clearway.simulators.day import generate_day

DAY = dt.date(2026, 3, 3)


@pytest.fixture(scope="session")
def reference():
    return packs.load(packs.demo_pack())


@pytest.fixture(scope="session")
def lodgements(reference):
    made = []
    for simulated in generate_day(reference, DAY, declarations=160, seed=5):
        lodgement, problems = to_lodgement(simulated.declaration, features=simulated.features)
        assert not problems
        complete(lodgement, reference, (DAY - dt.date(1970, 1, 1)).days)
        made.append(lodgement)
    return made
