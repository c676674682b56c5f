"""A token opens the gate as often as it is shown."""

from clearway.gate import passing

refused = passing.refused


def forgetful(token, state, shown, here):
    return refused(token, "live", shown, here)


def use(token, here):
    return True


passing.refused, passing.use = forgetful, use
