"""Goods declarations: their versions, life cycles, amendments and documents. See ``README.md``."""
