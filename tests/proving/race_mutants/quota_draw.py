"""A quota whose balance is compared first and drawn on afterwards."""

import time

from clearway.quotas import drawing
from clearway.quotas.models import Balance
from clearway.quotas.rules import LIMITLESS

_draw = drawing.take


def compare_then_draw(cursor, wanted):
    rows = Balance.objects.filter(quota_order=wanted.key.order, opens=wanted.key.opens)
    drawn = sum(rows.values_list("drawn", flat=True))
    time.sleep(0.001)
    fits = drawn + wanted.quantity <= wanted.most
    return fits and _draw(cursor, wanted._replace(most=LIMITLESS))


drawing.take = compare_then_draw
