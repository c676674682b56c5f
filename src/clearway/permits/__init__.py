"""Permits: what an agency demands, grants and writes off."""
