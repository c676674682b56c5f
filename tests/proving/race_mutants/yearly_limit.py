"""A yearly limit that is compared first and counted afterwards."""

import time

from clearway.traders import yearly_limit

_count = yearly_limit.use_yearly_limit


def compare_then_count(cursor, buyer, year, amount, limit):
    used = yearly_limit.used_many(cursor, [buyer], year)[buyer]
    time.sleep(0.001)
    return used + amount <= limit and _count(cursor, buyer, year, amount, None)


yearly_limit.use_yearly_limit = compare_then_count
