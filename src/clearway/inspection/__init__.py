"""Inspection: orders, teams, findings, samples, seals, and the doubt about a value."""
