"""A lot leaves by the gate while its container is on its way to a freight station."""

from clearway.clearance import queries


def of_itself(one, keys):
    return queries.open_move(one)


queries.move_of = of_itself
