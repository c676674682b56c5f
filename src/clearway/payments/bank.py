"""Bank files: each line is taken once, pays or takes back what it names, or is parked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
from django.db import IntegrityError, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.queries import locked
from clearway.events.service import Act, act
from clearway.kernel.reference import Reference
from clearway.messages.bank_rows import BankRow, BankRows, RowFault, UnknownFile, read_bank_file
from clearway.messages.problems import MalformedMessage
from clearway.payments import events, matching, paying, queries, returning, securities, statements
from clearway.payments.ledger import BANK, SUSPENSE, Side, post
from clearway.payments.matching import Match
from clearway.payments.models import BankFile, BankLine, Notice, Security
from clearway.payments.terms import terms_at
from clearway.vocabulary.code_lists import minor_unit_exponent
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.money import fits_int64

_TREASURY: Final = "payments.treasury_iban"


class Outcome(NamedTuple):
    """What became of a file: its row, and its rows that could not be used."""

    file: BankFile
    faults: tuple[RowFault, ...]
    known: int


def read_file(actor: Actor, name: str, data: bytes) -> Outcome:
    """Read a bank file: what is new is booked line by line, what is known changes nothing.

    Each line is an act of its own: one that cannot be used stops no other.

    Raises:
        DataRefused: it is neither camt.054 nor CSV, or holds no line.
    """
    try:
        found = read_bank_file(data)
    except (MalformedMessage, UnknownFile):
        raise DataRefused(
            "This is no bank file.",
            faults=(("/bank_file", "neither camt.054 nor CSV with the columns"),),
            remedy="Hand in ISO 20022 camt.054, or CSV with the columns of the manual.",
        ) from None
    if not found.rows and not found.faults:
        raise DataRefused("The bank file holds no line.", faults=(("/bank_file", "is empty"),))
    return take_rows(actor, name, found, hashlib.sha256(data).hexdigest())


def take_rows(actor: Actor, name: str, found: BankRows, sha256: str) -> Outcome:
    """Book the rows of a file that are not known yet, each in an act of its own."""
    reference = terms_at(clock.now()).reference
    file = BankFile.objects.create(
        name=name[:200],
        form=found.form,
        sha256=sha256,
        lines=len(found.rows) + len(found.faults),
        new=0,
        parked=0,
        read_by=actor.name,
        read_at=clock.now(),
    )
    usable, faults = _ours(found, reference)
    known = queries.known_digests({row.reference for _, row in usable})
    fresh = parked = 0
    for _, row in usable:
        if (row.account, row.reference, digest_of(row)) in known:
            continue
        state = take(actor, file, row, reference)
        fresh += state != ""
        parked += state == "suspended"
    file.new, file.parked = fresh, parked
    with act(actor) as doing:
        file.faults = msgspec.json.encode(faults).decode()
        file.save(update_fields=["new", "parked", "faults"])
        body = {"lines": file.lines, "new": fresh, "parked": parked, "faults": len(faults)}
        doing.announce(events.BANK_FILE_READ, f"bank:{file.pk}", body)
    return Outcome(file, tuple(faults), len(usable) - fresh)


def _ours(
    found: BankRows, reference: Reference
) -> tuple[list[tuple[int, BankRow]], list[RowFault]]:
    """Part what came to our account in an amount we can keep from what did not."""
    treasury = reference.settings.get(_TREASURY, "")
    usable, faults = [], list(found.faults)
    for place, row in enumerate(found.rows, 1):
        if treasury and row.account != treasury:
            faults.append(RowFault(place, row.reference, "account"))
        elif minor_units(row.amount, row.currency, reference) is None:
            faults.append(RowFault(place, row.reference, "amount"))
        else:
            usable.append((place, row))
    return usable, faults


def minor_units(amount: Decimal, currency: str, reference: Reference) -> int | None:
    """Return an amount in minor units; None where it has more decimals or is too large.

    >>> from types import SimpleNamespace
    >>> minor_units(Decimal("12.50"), "EUR", SimpleNamespace(currency="XPR", exponent=2))
    1250
    """
    own = currency == reference.currency
    exponent = reference.exponent if own else minor_unit_exponent(currency)
    scaled = amount.scaleb(exponent)
    whole = int(scaled)
    return whole if whole == scaled and fits_int64(whole) else None


def digest_of(row: BankRow) -> str:
    """Return the digest of a row's content: the same money told again has the same."""
    told: Mapping[str, str] = {
        "account": row.account,
        "reference": row.reference,
        "amount": format(row.amount.normalize(), "f"),
        "currency": row.currency,
        "day": row.value_day.isoformat(),
        "payer": row.payer_iban,
        "told": row.told,
        **({"returns": row.returns} if row.debit else {}),
    }
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


def take(actor: Actor, file: BankFile, row: BankRow, reference: Reference) -> str:
    """Take one line: ``matched``, ``suspended``, or empty where it is known already."""
    with act(actor) as doing:
        line = _line(doing, file, row, reference)
        if not keep(line):
            # Somebody else took the very same line meanwhile; the act tells that it was seen.
            doing.announce(
                events.BANK_FILE_READ, f"bank:{file.pk}", {"lines": 1, "new": 0, "parked": 0}
            )
            return ""
        _book(doing, line)
        return line.state


def _line(doing: Act, file: BankFile, row: BankRow, reference: Reference) -> BankLine:
    amount = minor_units(row.amount, row.currency, reference)
    assert amount is not None, "rows of other amounts are told as faults"
    return BankLine(
        account=row.account,
        reference=row.reference,
        digest=digest_of(row),
        currency=row.currency,
        amount=amount,
        value_day=row.value_day,
        payer_name=row.payer_name,
        payer_iban=row.payer_iban,
        told=row.told,
        debit=row.debit,
        returns=row.returns,
        file=file,
        state="suspended",
        received_at=doing.at,
    )


def keep(line: BankLine) -> bool:
    """Write a new line under its reference, within a transaction; False where it is there already.

    The constraints of the table decide, whoever else writes the same line at the same moment. One
    that comes under a reference already used with another content is written as no first one.
    """
    for first in (True, False):
        line.first, line.pk = first, None
        try:
            with transaction.atomic():
                line.save(force_insert=True)
        except IntegrityError:
            known = queries.known_digests({line.reference})
            if (line.account, line.reference, line.digest) in known:
                return False
            continue
        return True
    return False


def _book(doing: Act, line: BankLine) -> None:
    """Let a new line pay what it names, or take back what it returns, or park it."""
    if line.debit:
        if why := returning.take_back(doing, line):
            park(doing, line, why)
        return
    found = matching.find(line, terms_at(doing.at).reference)
    if isinstance(found, str):
        park(doing, line, found)
        return
    if found.statement is not None:
        why = statements.pay(doing, found.statement, line)
    elif found.security is not None:
        why = _deposit(doing, line, found.security)
    else:
        assert found.notice is not None
        why = _pay_notice(doing, line, found)
    if why:
        park(doing, line, why)
    else:
        line.state, line.notice = "matched", found.notice
        line.save(update_fields=["state", "notice"])


def _pay_notice(doing: Act, line: BankLine, found: Match) -> str:
    assert found.notice is not None
    declaration = locked(found.notice.declaration_id)
    # Under the lock it may stand otherwise than it was read.
    notice = Notice.objects.get(pk=found.notice.pk)
    if why := matching.why_not(notice, line):
        return why
    paying.pay(doing, declaration, notice, paying.money_of(line, (BANK, line.account)))
    return ""


def _deposit(doing: Act, line: BankLine, security: Security) -> str:
    locked(security.declaration_id)
    security.refresh_from_db()
    if why := securities.why_not(security, line):
        return why
    securities.deposit(doing, security, line)
    return ""


def park(doing: Act, line: BankLine, why: str) -> None:
    """Keep money that fits nothing in suspense: it is booked, and a cashier resolves it."""
    line.state, line.why = "suspended", why
    line.save(update_fields=["state", "why"])
    amount = -line.amount if line.debit else line.amount
    sides = [Side(BANK, line.account, amount), Side(SUSPENSE, str(line.pk), -amount)]
    post(doing, "parked", f"bank_line:{line.pk}", line.currency, sides)
    body = {"amount": line.amount, "currency": line.currency, "why": why}
    doing.announce(events.PAYMENT_PARKED, f"bank_line:{line.pk}", body)


def told_faults(file: BankFile) -> Sequence[RowFault]:
    """Return the rows of a file that could not be used."""
    return msgspec.json.decode(file.faults or "[]", type=list[RowFault])
