"""One person alone corrects what a trader owes."""

from clearway.post_clearance import correcting


def two_persons(actor, names, subject, act):
    return None


correcting.two_persons = two_persons
