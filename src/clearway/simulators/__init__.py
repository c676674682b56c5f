"""The synthetic border: repeatable days of plausible declarations, for demos and tests."""
