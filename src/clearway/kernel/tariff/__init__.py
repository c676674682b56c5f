"""Tariff: which measures apply to an item on a day, and what they cost, to the minor unit."""
