"""A guarantee whose use is read, then written without asking again."""

import time

from clearway.payments import using
from clearway.payments.models import Guarantee


def take_what_was_seen(guarantee, amount, today):
    seen = Guarantee.objects.get(pk=guarantee.pk)
    time.sleep(0.001)
    enough = seen.used + amount <= seen.reference_amount
    if enough:
        Guarantee.objects.filter(pk=guarantee.pk).update(used=seen.used + amount)
    return enough


using.take_from = take_what_was_seen
