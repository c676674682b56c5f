"""An export is given up though nobody asked where it is."""

from clearway.clearance import queries

open_exit = queries.open_exit


def asked(declaration):
    way = open_exit(declaration)
    if way is not None:
        way.enquired_at = way.enquired_at or way.due_at
    return way


queries.open_exit = asked
