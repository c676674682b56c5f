"""A declaration is made void though some of its goods have left."""

from clearway.clearance import service


def whatever_left(declaration):
    return None


service.refuse_partly_gone = whatever_left
