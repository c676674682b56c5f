"""Tariff quotas: what is left of each, who has drawn on it, and draws that never pass it."""
