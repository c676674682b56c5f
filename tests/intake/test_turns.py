"""Whose turn it is: no organisation's flood or file holds up the others."""

from datetime import UTC, datetime

from clearway.audit.actor import Actor
from clearway.intake.submission import Piece, Submission
from clearway.intake.turns import Turns, whose


def piece(organisation, body=b"", door="api"):
    actor = Actor(name="key:1", organisation=organisation)
    submission = Submission(
        actor=actor, door=door, media_type="application/json", body=body,
        received_at=datetime(2026, 3, 3, tzinfo=UTC),
    )  # fmt: skip
    return Piece(submission, b"", [])


def taken(turns):
    pieces = [turns.popleft() for _ in range(len(turns))]
    return [(one.submission.actor.organisation, one.submission.body.decode()) for one in pieces]


def test_a_flood_lets_each_other_organisation_through_in_turn():
    turns = Turns(1_000)
    for number in range(500):
        turns.append(piece(1, str(number).encode()))
    turns.append(piece(2, b"a"))
    turns.append(piece(3, b"x"))
    turns.append(piece(2, b"b"))
    order = taken(turns)
    assert order[:6] == [(1, "0"), (2, "a"), (3, "x"), (1, "1"), (2, "b"), (1, "2")]
    assert [number for owner, number in order if owner == 1] == [str(each) for each in range(500)]


def test_single_lodgements_do_not_wait_behind_a_file_of_their_own():
    turns = Turns(1_000)
    for number in range(500):
        turns.append(piece(1, str(number).encode(), door="bulk"))
    turns.append(piece(1, b"single"))
    assert taken(turns)[1] == (1, "single")


def test_who_fills_the_queue_leaves_room_for_others():
    turns = Turns(16)
    while turns.has_room_for(whose(piece(1))):
        turns.append(piece(1))
    assert len(turns) == 14
    assert turns.has_room_for(whose(piece(2)))
    while turns.has_room_for(whose(piece(2))):
        turns.append(piece(2))
    assert len(turns) == 16
