"""A goods item is released before the others though it is held."""

from clearway.clearance import facts


def the_whole_alone(hold, items):
    return items is None


facts._concerns = the_whole_alone
