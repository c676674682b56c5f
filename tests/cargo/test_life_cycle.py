"""The table of a transport document's states: every pair of state and act is walked."""

import pytest

from clearway.cargo import life_cycle
from clearway.cargo.models import TransportDocument
from clearway.vocabulary.errors import StateForbids

# What the card draws: what may follow, written by hand beside the table.
EXPECTED = {
    "advised": "assess correct arrive cancel",
    "assessed": "clear ask_information ask_screening refuse_loading correct arrive cancel",
    "ok": "assess correct arrive write_off_part write_off_whole cancel",
    "rfi": "assess correct arrive write_off_part write_off_whole cancel",
    "rfs": "assess correct arrive write_off_part write_off_whole cancel",
    "do_not_load": "assess correct arrive cancel",
    "arrived": "correct arrive TALLY write_off_part write_off_whole expire",
    "discharged": "correct arrive TALLY write_off_part write_off_whole expire",
    "short": "correct arrive TALLY write_off_part write_off_whole expire close",
    "excess": "correct arrive TALLY write_off_part write_off_whole expire",
    "partly_written_off": "correct arrive TALLY write_off_part write_off_whole give_back expire",
    "fully_written_off": "arrive TALLY write_off_part write_off_whole give_back close",
    "overdue": "correct arrive TALLY write_off_part write_off_whole",
    "closed": "",
    "cancelled": "",
}
TALLY = "tally_even tally_short tally_excess"


@pytest.mark.parametrize("state", life_cycle.STATES)
def test_every_pair_is_permitted_or_refused_as_drawn(state):
    permitted = EXPECTED[state].replace("TALLY", TALLY).split()
    assert set(permitted) <= set(life_cycle.ACTS)
    for act in life_cycle.ACTS:
        if act in permitted:
            assert life_cycle.after(state, act) in life_cycle.STATES
        else:
            with pytest.raises(StateForbids):
                life_cycle.after(state, act)


def test_every_state_can_be_reached_and_fits_its_column():
    reached = {"advised"} | set(life_cycle.NEXT.values())
    assert reached == set(life_cycle.STATES)
    most = TransportDocument._meta.get_field("state").max_length
    assert max(map(len, life_cycle.STATES)) <= most


@pytest.mark.parametrize(
    ("state", "share", "tally", "after"),
    [
        ("arrived", "part", "", "partly_written_off"),
        ("short", "whole", "short", "fully_written_off"),
        ("fully_written_off", "none", "short", "short"),
        ("partly_written_off", "none", "even", "discharged"),
        ("partly_written_off", "none", "", "arrived"),
        ("arrived", "none", "", "arrived"),
        ("closed", "part", "even", "closed"),
    ],
)
def test_the_state_follows_what_is_written_off(state, share, tally, after):
    assert life_cycle.written_off(state, share, tally) == after
