"""Whoever decided first hears the appeal against it."""

from clearway.post_clearance import appealing


def two_persons(actor, names, subject, act):
    return None


appealing.two_persons = two_persons
