"""Every write of a new token: asked for by whom the goods concern, given where they may pass.

A whole unit has one live token for each direction: asking again with another plate, gate or
terminal recalls the former. Packages of a lot are counted: what tokens were given for and not
taken back never exceeds what is released, whoever asks at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import msgspec
from django.db import transaction
from django.db.models import F

from clearway.audit.actor import Actor
from clearway.clearance import leaving
from clearway.clearance.leaving import Standing, Unit
from clearway.clearance.units import Kind
from clearway.events.service import Act, act
from clearway.gate import access, events, queries, recalling, tokens
from clearway.gate.law import law_at
from clearway.gate.models import Lot, SigningKey, Token, TokenDeclaration
from clearway.gate.rules import Bound, key_of, plate_of
from clearway.vocabulary.errors import DataRefused, StateForbids


class Wanted(msgspec.Struct, frozen=True):
    """A token as it is asked for. ``number``, ``plate`` and ``gate`` as people write them.

    ``terminal`` is the terminal's trader identification number; ``packages`` how many of a lot,
    all that are left where it is absent.
    """

    direction: str
    kind: str
    number: str
    terminal: str
    plate: str = ""
    gate: str = ""
    packages: int | None = None


def issue(actor: Actor, wanted: Wanted) -> Token:
    """Give a token for a unit that may pass. The same again gives the same while it is live.

    Raises:
        NotThere: there is no such unit for this actor.
        StateForbids: the unit may not pass yet, or fewer packages are left.
        DataRefused: there is no such terminal, the plate is none, or only lots are divided.
    """
    one = Unit(cast("Kind", wanted.kind), key_of(wanted.number) or wanted.number.strip())
    standing = leaving.standing(one)
    access.unit_for(actor, standing)
    terminal = _check(wanted)
    _refuse_unless_free(standing)
    with act(actor) as doing:
        if one.kind == "packages":
            return _part(doing, wanted, one, terminal)
        return _whole(doing, wanted, standing, terminal)


def _check(wanted: Wanted) -> int:
    """Return the terminal's id."""
    faults = []
    terminal = queries.terminal_of(wanted.terminal)
    if terminal is None:
        faults.append(("/body/terminal", "no terminal's identification number"))
    if wanted.plate.strip() and not plate_of(wanted.plate):
        faults.append(("/body/plate", "no plate"))
    if wanted.packages is not None and wanted.kind != "packages":
        faults.append(("/body/packages", "for packages of a transport document only"))
    if faults or terminal is None:
        raise DataRefused("The token cannot be given as it is asked for.", faults=tuple(faults))
    return terminal


def _refuse_unless_free(standing: Standing) -> None:
    if standing.may_leave or standing.under_control or standing.packages:
        return
    why = ", ".join(dict.fromkeys(one.why.replace("_", " ") for one in standing.reasons))
    raise StateForbids(
        f"The unit may not pass yet: {why}.",
        where="; ".join(f"{one.why} {one.about}".strip() for one in standing.reasons),
        remedy="Ask for the token once everything in it is released and nobody holds it.",
    )


def _whole(doing: Act, wanted: Wanted, standing: Standing, terminal: int) -> Token:
    bound = _bound(doing.at, wanted, standing.unit, terminal, None)
    before = queries.live_of(bound.kind, bound.key, bound.direction, lock=True)
    if before is not None:
        same = queries.bound(before)
        inside = set(before.declarations.values_list("declaration", flat=True))
        fresh = before.expires_at > doing.at and inside == set(standing.declarations)
        if fresh and _place(same) == _place(bound):
            doing.announce(
                events.SHOWN, events.subject(before.serial), {"unit": before.number},
                concerns=(doing.actor.organisation,),
            )  # fmt: skip
            return before
        recalling.end(doing, before, recalling.REPLACED)
    return make(doing, bound, wanted.number, standing.declarations)


def _place(bound: Bound) -> tuple[str, int, str]:
    return bound.plate, bound.terminal, bound.gate


def _part(doing: Act, wanted: Wanted, one: Unit, terminal: int) -> Token:
    """Give a token for packages of a lot; the lot's row is locked, so that its count stands."""
    Lot.objects.get_or_create(pk=one.number)
    Lot.objects.select_for_update().get(pk=one.number)
    for old in queries.expired_of(one.number, doing.at):
        recalling.expire(old)
    standing = leaving.standing(one)
    free = max(standing.packages - queries.given_of(one.number), 0)
    packages = wanted.packages or free
    if packages < 1 or not take(one.number, packages, standing.packages):
        raise StateForbids(
            f"Of these packages {free} are released and not yet fetched.",
            remedy="Ask for no more than that, or recall a token that is not used.",
        )
    bound = _bound(doing.at, wanted, one, terminal, packages)
    return make(doing, bound, wanted.number, standing.declarations)


def take(key: str, packages: int, released: int) -> bool:
    """Take packages of a lot for a token, and tell whether as many were left."""
    rows = Lot.objects.filter(pk=key, given__lte=released - packages)
    return rows.update(given=F("given") + packages) == 1


def _bound(at: datetime, wanted: Wanted, one: Unit, terminal: int, packages: int | None) -> Bound:
    return Bound(
        serial="",
        direction=wanted.direction,
        kind=one.kind,
        key=one.number,
        packages=packages,
        plate=plate_of(wanted.plate),
        terminal=terminal,
        gate=key_of(wanted.gate)[:17],
        expires_at=at + law_at(at).validity,
    )


def make(doing: Act, bound: Bound, number: str, declarations: Iterable[int]) -> Token:
    """Sign and keep a token within an act; whether it may be given was asked before.

    Args:
        doing: the act.
        bound: what it is bound to; its serial is empty as yet.
        number: the unit as people write it.
        declarations: row numbers of those whose goods lie in it.
    """
    by = tokens.signer()
    publish(by.verifier.public, doing.at)
    expires = bound.expires_at.replace(microsecond=0)
    bound = msgspec.structs.replace(bound, serial=tokens.new_serial(), expires_at=expires)
    told = msgspec.structs.asdict(bound)
    token = Token.objects.create(
        **told,
        code=tokens.write(bound, by),
        number=number,
        organisation=doing.actor.organisation,
        issued_at=doing.at,
        actor=doing.actor.name,
    )
    for declaration in sorted(set(declarations)):
        TokenDeclaration.objects.create(token=token, declaration_id=declaration)
    body = {
        "kind": token.kind,
        "number": token.number,
        "direction": token.direction,
        "packages": token.packages,
        "plate": token.plate,
        "gate": token.gate,
        "expires_at": str(token.expires_at),
    }
    concerns = queries.concerned(token)
    doing.announce(events.ISSUED, events.subject(token.serial), body, concerns=concerns)
    return token


def publish(public: bytes, at: datetime) -> None:
    """Keep the public half of a key, by which any process proves what it signed."""
    with transaction.atomic():
        SigningKey.objects.get_or_create(
            digits=tokens.key_id(public), defaults={"public": public, "since": at}
        )
