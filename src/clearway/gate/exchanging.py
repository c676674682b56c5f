"""Every write of an equipment interchange receipt: who handed what over, in which condition.

Each of the two parties states once what it saw; both statements are signed and kept. Where they
say the same the receipt is agreed, where they differ it is disputed, and neither gives way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction

from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.gate import events, issuing, papers, queries, tokens
from clearway.gate.models import Passage, Receipt, Statement
from clearway.gate.rules import CONDITIONS, is_size_type
from clearway.vocabulary.errors import DataRefused, StateForbids

_encode = msgspec.json.Encoder(order="sorted").encode
_SOUND: Final = "OK"


class Condition(msgspec.Struct, frozen=True, order=True):
    """A condition of a unit (``rules.CONDITIONS``), and where on it."""

    code: str
    place: str = ""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What a party saw: conditions (one, OK, where it is sound), seals, and what else."""

    conditions: tuple[Condition, ...]
    seals: tuple[str, ...] = ()
    remarks: str = ""


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a unit beside its passage; masses in millionths of a kilogram.

    ``size_type`` is a code of ISO 6346 (22G1); of a container it is that of its cargo report where
    it is left out. ``tare_mass`` is that of the empty unit, ``gross_mass`` with what is in it.
    """

    size_type: str = ""
    full: bool | None = None
    gross_mass: int | None = None
    tare_mass: int | None = None


def open_receipt(actor: Actor, passage: Passage, handed: Handed, stated: Stated) -> Receipt:
    """Open the receipt of a passage with the terminal's statement.

    Raises:
        StateForbids: nothing passed, nobody is known to have taken the unit, or it has a receipt.
        DataRefused: a condition is none of the list, the size and type is no code of ISO 6346, or
            the unit weighs less than it does empty.
    """
    _check(stated)
    _check_unit(passage, handed)
    if passage.verdict != "accepted" or passage.token is None:
        raise StateForbids(
            "Nothing changed hands there.", remedy="A receipt is made for what passed the gate."
        )
    if queries.receipt_of(passage.pk) is not None:
        raise StateForbids("This passage has its receipt already.", remedy="Look at it.")
    known = handed.size_type or queries.size_type_of(passage.token.key)
    handed = msgspec.structs.replace(handed, size_type=known)
    with act(actor) as doing:
        receipt = Receipt.objects.create(
            number=f"EIR-{tokens.new_serial()}", passage=passage, token=passage.token,
            gate=passage.gate, movement=passage.direction, kind=passage.token.kind,
            unit=passage.token.number, plate=passage.plate, terminal=passage.gate.organisation,
            other=passage.token.organisation, at=passage.at, **msgspec.structs.asdict(handed),
        )  # fmt: skip
        _state(doing, receipt, "terminal", stated)
    return receipt


def state(actor: Actor, receipt: Receipt, stated: Stated) -> Receipt:
    """Add the other party's statement: it agrees, or both are kept.

    Raises:
        StateForbids: this party has stated already.
        DataRefused: a condition is none of the list.
    """
    _check(stated)
    side = "terminal" if actor.organisation == receipt.terminal else "other"
    try:
        with act(actor) as doing, transaction.atomic():
            receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
            _state(doing, receipt, side, stated)
    except IntegrityError:
        raise StateForbids(
            "You have stated its condition already.",
            remedy="A statement is never changed; add a remark to your records.",
        ) from None
    return receipt


def is_proved(statement: Statement) -> bool:
    """Tell whether a statement's signature proves its content."""
    public = queries.public_key(statement.key)
    signed, content = bytes(statement.signature), statement.content.encode()
    return public is not None and tokens.proves(public, signed, content)


def _state(doing: Act, receipt: Receipt, side: str, stated: Stated) -> None:
    by = tokens.signer()
    issuing.publish(by.verifier.public, doing.at)
    told: dict[str, Any] = msgspec.to_builtins(stated)
    content = _encode(
        {
            **told,
            "receipt": receipt.number,
            "movement": receipt.movement,
            "unit": receipt.unit,
            "size_type": receipt.size_type,
            "full": receipt.full,
            "gross_mass": receipt.gross_mass,
            "tare_mass": receipt.tare_mass,
            "side": side,
            "organisation": doing.actor.organisation,
            "at": doing.at.isoformat(),
        }
    )
    Statement.objects.create(
        receipt=receipt, side=side, organisation=doing.actor.organisation, actor=doing.actor.name,
        conditions=told["conditions"], seals=told["seals"], remarks=stated.remarks,
        content=content.decode(), signature=tokens.sign(content, by),
        key=tokens.key_id(by.verifier.public), at=doing.at,
    )  # fmt: skip
    receipt.state = _verdict(list(receipt.statements.all()))
    receipt.save(update_fields=["state"])
    body = {"unit": receipt.unit, "side": side, "state": receipt.state}
    subject = events.receipt_subject(receipt.number)
    concerns = tuple(sorted({receipt.terminal, receipt.other}))
    doing.announce(events.RECEIPT_STATED, subject, body, concerns=concerns)
    papers.issue_receipt(doing, receipt)


def _verdict(statements: Sequence[Statement]) -> str:
    if len(statements) < 2:
        return "open"
    seen = {
        (
            tuple(sorted((one["code"], one["place"]) for one in each.conditions)),
            tuple(sorted(each.seals)),
        )
        for each in statements
    }
    return "agreed" if len(seen) == 1 else "disputed"


def _check(stated: Stated) -> None:
    codes = [one.code for one in stated.conditions]
    wrong = [code for code in codes if code not in CONDITIONS]
    if wrong or not codes or (_SOUND in codes and len(codes) > 1):
        raise DataRefused(
            "The condition of the unit cannot be read.",
            faults=(("/body/conditions", f"codes of the list: {', '.join(CONDITIONS)}"),),
            remedy="Say OK alone where it is sound, else each damage by its code.",
        )


def _check_unit(passage: Passage, handed: Handed) -> None:
    faults = []
    boxed = passage.token is not None and passage.token.kind == "container"
    if handed.size_type and boxed and not is_size_type(handed.size_type):
        faults.append(("/body/size_type", "no size and type code of ISO 6346, such as 22G1"))
    masses = [handed.tare_mass, handed.gross_mass]
    if None not in masses and (handed.tare_mass or 0) > (handed.gross_mass or 0):
        faults.append(("/body/tare_mass", "more than the gross mass"))
    if faults:
        raise DataRefused(
            "The unit cannot be described so.",
            faults=tuple(faults),
            remedy="Copy the code and the masses from the plate on the unit.",
        )
