"""A gate that looks whether a token is live, and uses it whatever it has become meanwhile."""

import time

from clearway.gate import passing
from clearway.gate.models import Token


def use_what_was_live(token, here):
    time.sleep(0.005)
    Token.objects.filter(pk=token.pk).update(state="used", used_at=here.at)
    return True


passing.use = use_what_was_live
