"""Clearance: who has which declaration before him, and what he decides on it."""
