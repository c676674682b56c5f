"""The random draw of those who inspect, which nobody steers and anybody may prove again.

Who inspects is drawn from the officers at the office (an agency's from its own), by a keyed hash
of the consignment under the secret of its day, as lanes are (``kernel.selection``). Nobody who
does not know the secret can guess the draw; ordering again, or later, draws from the same order.
Everything that went in is kept with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from clearway.accounts.queries import organisation_of, persons_in, worked_for
from clearway.audit.actor import Actor, Role
from clearway.declarations.kinds import days_setting
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked as locked_declaration
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.inspection import access, events, queries
from clearway.inspection.life_cycle import OPENING, after
from clearway.inspection.models import Draw, Member, Opening
from clearway.inspection.rules import CUSTOMS, drawn
from clearway.inspection.stake import pack_of
from clearway.inspection.telling import announce
from clearway.kernel.reference import Reference
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StateForbids

INTEREST: Final = "interest"
OF_PARTY: Final = "of_party"
REPLACED: Final = "replaced"
"""Why somebody could not be drawn."""
_encode = msgspec.json.Encoder(order="sorted").encode


class Proof(msgspec.Struct, frozen=True):
    """A draw worked out again: ``again`` is what its inputs give, by the secret of its day.

    ``secret_known`` tells whether the pack that was in force can still be opened and holds the
    secret whose digest was kept; ``holds`` whether the same persons come out.
    """

    draw: Draw
    pool: tuple[str, ...]
    left_out: dict[str, str]
    again: tuple[str, ...]
    secret_known: bool
    holds: bool


def draw_for(
    doing: Act, opening: Opening, declaration: Declaration, asked_by: str, reason: str = ""
) -> bool:
    """Draw one asker's inspectors within an act that has locked the declaration.

    Args:
        doing: the act; it announces the team to customs and auditors alone.
        opening: its state follows.
        declaration: locked.
        asked_by: an agency's code, empty for customs.
        reason: why it is drawn anew.

    Returns:
        Whether anybody was drawn: where nobody can be, or no pack names a secret, it stays.
    """
    law = reference_at(doing.at)
    secret = secret_of(law, declaration.draw_day)
    before = [row.person for row in queries.members(opening.pk, past=True)
              if row.asked_by == asked_by]  # fmt: skip
    pool, left_out = _pool(declaration, opening, asked_by, before, doing)
    if not pool or not secret:
        return False
    number = queries.draws(opening.pk).filter(asked_by=asked_by).count() + 1
    key = f"{declaration.consignment_key}/{opening.unit}/{opening.occasion}/{asked_by}/{number}"
    size = days_setting(law, "inspection.team_size", 2) if asked_by == CUSTOMS else 1
    found = drawn(secret, key, pool, size)
    Draw.objects.create(
        opening=opening, asked_by=asked_by, round=number, day=declaration.draw_day, key=key,
        size=size, pool=_encode(pool), left_out=_encode(left_out), drawn=" ".join(found),
        secret_digest=_digest(secret), reference_hash=law.hash, reason=reason, at=doing.at,
        by=doing.actor.name,
    )  # fmt: skip
    queries.members(opening.pk).filter(asked_by=asked_by).update(left_at=doing.at)
    Member.objects.bulk_create(
        Member(opening=opening, asked_by=asked_by, person=one, since=doing.at) for one in found
    )
    opening.state = after(OPENING, opening.state, "draw")
    opening.save(update_fields=["state"])
    announce(doing, declaration, opening, events.TEAM_DRAWN, asked_by=asked_by, round=number,
             team=list(found), private=True)  # fmt: skip
    return True


def draw_again(actor: Actor, number: int, asked_by: str, reason: str) -> Opening:
    """Draw a team, or draw it anew without those who were in it, as a supervisor.

    Raises:
        NotThere: no such opening for this supervisor.
        DataRefused: there is no reason.
        StateForbids: nobody is left to be drawn, or the look is over.
    """
    found = access.opening_for(actor, number, to="supervise")
    reason = needed_reason(reason)
    with act(actor) as doing:
        declaration = locked_declaration(found.declaration_id)
        opening = queries.locked(found.pk)
        after(OPENING, opening.state, "draw")
        if not queries.orders(opening.pk).filter(asked_by=asked_by, state="open").exists():
            raise StateForbids("Nobody waits for this draw.", remedy="Look where it stands now.")
        if not draw_for(doing, opening, declaration, asked_by, reason):
            raise StateForbids(
                "There is nobody left who could be drawn.",
                remedy="Let a registrar give somebody the role at this office.",
            )
    return opening


def prove(draw: Draw) -> Proof:
    """Work a draw out again from what was kept of it and the pack that was in force."""
    pool = msgspec.json.decode(bytes(draw.pool), type=tuple[str, ...])
    left_out = msgspec.json.decode(bytes(draw.left_out), type=dict[str, str])
    law = pack_of(draw.reference_hash)
    secret = "" if law is None else secret_of(law, draw.day)
    known = bool(secret) and _digest(secret) == draw.secret_digest
    again = drawn(secret, draw.key, pool, draw.size) if known else ()
    return Proof(draw, pool, left_out, again, known, known and " ".join(again) == draw.drawn)


def secret_of(law: Reference, day: int) -> str:
    """Return a pack's secret of a day; empty where it has none."""
    return law.selection.draw_keys.get(day, law.selection.default_draw_key)


def _pool(
    declaration: Declaration, opening: Opening, asked_by: str, before: Iterable[str], doing: Act
) -> tuple[list[str], dict[str, str]]:
    """Return who may be drawn, and who may not with the reason."""
    if asked_by == CUSTOMS:
        # An office without an officer of its own is served by those of the others.
        there = persons_in(Role.OFFICER, opening.office, doing.at) or persons_in(
            Role.OFFICER, None, doing.at
        )
    else:
        there = persons_in(Role.AGENCY, asked_by, doing.at)
    left_out = dict.fromkeys(sorted(there & set(before)), REPLACED)
    left_out |= dict.fromkeys(sorted(there & queries.with_interest(declaration)), INTEREST)
    left_out |= dict.fromkeys(sorted(_of_parties(declaration, there)), OF_PARTY)
    return sorted(there - left_out.keys()), left_out


def _of_parties(declaration: Declaration, persons: set[str]) -> set[str]:
    """Return those of some persons who work or worked for a party, or for who lodged it."""
    found = {declaration.organisation}
    for identifier in queries.parties(declaration):
        organisation = organisation_of(identifier)
        if organisation is not None:
            found.add(organisation.pk)
    return {person for number in found for person in worked_for(number, persons)}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
