"""A token opens the gate as often as it is shown, and nobody keeps that it did before."""

from clearway.gate import passing
from clearway.gate.models import Passage

refused = passing.refused


def forgetful(token, state, shown, here):
    return refused(token, "live", shown, here)


def use(token, here):
    Passage.objects.filter(token=token).update(token=None)
    return True


passing.refused, passing.use = forgetful, use
