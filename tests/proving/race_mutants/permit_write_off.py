"""A permit whose balance is read, then written without asking again."""

import time

from clearway.permits import balances
from clearway.permits.models import Permit


def take_what_was_seen(permit, amount, wanted):
    seen = Permit.objects.get(pk=permit.pk)
    time.sleep(0.001)
    enough = seen.used_quantity + amount.quantity <= seen.quantity
    if enough:
        used = seen.used_quantity + amount.quantity
        Permit.objects.filter(pk=permit.pk).update(used_quantity=used)
    return enough


balances.take = take_what_was_seen
