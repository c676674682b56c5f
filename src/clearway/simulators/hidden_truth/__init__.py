"""A border whose fraud is behaviour and whose truth is kept apart, to prove selection with.

``HiddenTruthBorder`` shows a policy what is declared, week for week, and what its inspections find.
"""

from clearway.simulators.hidden_truth.border import (
    DECLARED,
    FOUND,
    HiddenTruthBorder,
    Week,
    WeekSum,
)
from clearway.simulators.hidden_truth.settings import Parameters, load, names
from clearway.simulators.hidden_truth.truth import COLUMNS, Deed, TruthKeeper

__all__ = [
    "COLUMNS", "DECLARED", "FOUND", "Deed", "HiddenTruthBorder", "Parameters", "TruthKeeper",
    "Week", "WeekSum", "load", "names",
]  # fmt: skip
