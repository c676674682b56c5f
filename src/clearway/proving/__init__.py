"""Proving: benches, checks and conformance runners. Nothing below imports this room."""
