"""The races are exact here too, and each has a mutant that its own race finds."""

import pytest

from clearway.proving.races import grounds
from clearway.proving.races.table import RACES

NAMES = [race.name for race in RACES]


def test_every_race_has_a_mutant():
    assert sorted(NAMES) == list(grounds.names())


@pytest.mark.parametrize("race", NAMES)
def test_what_was_granted_is_what_there_was(race, both_databases, simulated_clock):
    from clearway.proving.races.race import run

    one = next(each for each in RACES if each.name == race)
    result = run(one, both_databases, workers=4, attempts=24)
    assert result.error == ""
    assert result.granted == result.recorded == one.available


@pytest.mark.long
@pytest.mark.parametrize("race", NAMES)
def test_without_its_guard_a_race_is_lost(race, postgresql):
    (result,) = grounds.run("postgresql", [race], 8, 60, grounds.mutant(race))
    assert not result["exact"]
