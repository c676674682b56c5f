"""Goods are released though their value is doubted and nothing secures it."""

from clearway.inspection import queries

queries.open_orders = queries.open_looks
