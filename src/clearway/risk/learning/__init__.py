"""Models that foretell violations: their life cycle, and what serves."""
