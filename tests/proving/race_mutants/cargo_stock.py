"""A stock that looks at what is left, and writes what it saw: between the two, others draw."""

import time

from clearway.cargo import stock
from clearway.cargo.models import TransportDocument


def draw_what_was_seen(cursor, reservations, at):
    outcomes = []
    for wanted in reservations:
        seen = TransportDocument.objects.get(key=wanted.document_number)
        time.sleep(0.001)
        enough = seen.packages - seen.drawn_packages >= wanted.packages
        if enough:
            drawn = seen.drawn_packages + wanted.packages
            TransportDocument.objects.filter(pk=seen.pk).update(drawn_packages=drawn)
        outcomes.append(stock.Outcome("reserved" if enough else "short"))
    return outcomes


stock.reserve_many = draw_what_was_seen
