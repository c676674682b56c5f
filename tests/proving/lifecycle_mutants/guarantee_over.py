"""A guarantee covers what is owed after its last day."""

from django.db.models import Q

from clearway.payments import queries


def for_ever(day):
    return Q(valid_from__lte=day)


queries.usable = for_ever
