"""Goods are released though their value is doubted and nothing secures it."""

from clearway.clearance import automatic
from clearway.inspection import queries
from clearway.inspection.life_cycle import OPEN
from clearway.inspection.models import Order


def open_orders(declaration):
    rows = Order.objects.filter(opening__declaration=declaration, opening__state__in=OPEN)
    return rows.exclude(state="cancelled").count()


queries.open_orders = automatic.open_orders = open_orders
