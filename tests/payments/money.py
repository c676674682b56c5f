"""Bank files as tests write them."""

from __future__ import annotations

from clearway.payments import bank
from clearway.payments.rules import notice_number

TREASURY = "XP36PCUS00000000000017"
PAYER = "GB25CITI08320011963155"
HEAD = "reference,account,amount,currency,value_date,payer_name,payer_iban,told\n"


def row(reference, amount, told, *, currency="XPR", day="2026-03-05", iban=PAYER, account=TREASURY):
    """A line of a CSV file; the amount in units of the currency."""
    return f'{reference},{account},{amount},{currency},{day},Atlas Trading SA,{iban},"{told}"\n'


def units(minor):
    return f"{minor // 100}.{minor % 100:02}"


def paying(notice, amount=None, reference="B-1", **more):
    """A line that pays a notice, or a part of it, in minor units."""
    minor = notice.open if amount is None else amount
    return row(reference, units(minor), notice_number(notice.pk), **more)


def read(actor, *lines):
    return bank.read_file(actor, "day.csv", (HEAD + "".join(lines)).encode())
