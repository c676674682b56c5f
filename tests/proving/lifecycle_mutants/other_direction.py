"""A token for the way out opens the gate that leads in, and the other way round."""

from msgspec import structs

from clearway.gate import passing

refused = passing.refused


def both_ways(token, state, shown, here):
    return refused(token, state, structs.replace(shown, direction=token.direction), here)


passing.refused = both_ways
