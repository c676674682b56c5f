"""The machine runs clean here too, and finds a guard that is missing."""

import pytest

from clearway.proving.lifecycle import grounds
from clearway.proving.lifecycle.grounds import Effort


def test_a_few_lives_are_as_the_model_says(migrated_sqlite):
    verdict = grounds.run(
        ("sqlite",), Effort(runs=3, steps=15, seed=7), None, migrated=migrated_sqlite
    )
    (result,) = verdict.results
    assert result.fault == ""
    assert verdict.holds
    assert result.runs >= 3
    assert result.outcomes["done"] > 10


def test_goods_whose_debt_nobody_covers_and_that_go_are_found(migrated_sqlite):
    broken, effort = grounds.mutant("debt_covered"), Effort(20, 30, seed=7, shrink=False)
    (result,) = grounds.run(("sqlite",), effort, broken, migrated=migrated_sqlite).results
    assert "NOT AS TOLD: lodge" in result.fault


def test_the_first_difference_of_two_transcripts_is_told(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("begin\nlodge -> done\n")
    other.write_text("begin\nlodge -> StateForbids\n")
    assert grounds._difference([one, one]) == ""
    assert grounds._difference([one, other]) == "line 2: lodge -> done <> lodge -> StateForbids"


@pytest.mark.long
def test_both_databases_agree(postgresql):
    verdict = grounds.run(grounds.DATABASES, Effort(runs=20, steps=30, seed=7), None)
    assert verdict.differs == ""
    assert verdict.holds


@pytest.mark.long
@pytest.mark.parametrize("name", grounds.names())
def test_every_missing_guard_is_found(name):
    assert grounds.run(("sqlite",), Effort(runs=300, shrink=False), grounds.mutant(name)).finds
