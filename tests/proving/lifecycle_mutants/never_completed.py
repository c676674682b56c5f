"""A simplified declaration is cleared though no other completes it."""

from clearway.clearance import automatic


def owes_nothing(declaration):
    return declaration.debt_state in {"none", "paid", "final", "refunded"}


automatic.is_settled = owes_nothing
