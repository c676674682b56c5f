"""What is worth looking at: evidence, a model that generalises from it, and how a budget is spent.

Pure: arrays in, arrays out. It knows no database, no clock and no web framework; the room ``risk``
keeps what it learns and asks it about every declaration, ``proving.risk_bench`` measures it.
"""
