"""A bank line that is looked for first, and written under whatever content is free."""

import time
import uuid

from clearway.payments import bank
from clearway.payments.models import BankLine


def look_then_write(line):
    if BankLine.objects.filter(account=line.account, reference=line.reference).exists():
        return False
    time.sleep(0.001)
    line.first, line.digest = False, uuid.uuid4().hex
    line.save(force_insert=True)
    return True


bank.keep = look_then_write
