"""Every write of mandates and authorisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from clearway.accounts.life_cycle import ACTIVE, ADMINISTRATION
from clearway.accounts.models import Organisation
from clearway.accounts.queries import organisation_of
from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.reference import in_force
from clearway.traders import events, queries, rules
from clearway.traders.models import Authorisation, Mandate
from clearway.vocabulary.errors import DataRefused, StateForbids


def ask(
    actor: Actor,
    *,
    principal: str,
    agent: str,
    direction: str = "",
    procedures: Collection[str] = (),
    valid_from: date,
    valid_to: date | None = None,
) -> Mandate:
    """Enter a mandate: granted at once where the principal enters it, asked where the agent does.

    Args:
        actor: one of the two.
        principal: identification number of the one who is represented.
        agent: identification number of the one who lodges for him.
        direction: IM, EX or empty for both.
        procedures: requested procedures it covers, none for all.
        valid_from: first day.
        valid_to: first day without it, None for no end.

    Raises:
        DataRefused: a party is unknown or not active, or period or procedures are wrong.
        StateForbids: a mandate of the two covers some of it already.
    """
    with act(actor) as doing:
        # Locked in one order, so that two who enter the same mandate follow one another.
        parties = _parties(principal, agent)
        try:
            covered = rules.procedures_text(procedures)
        except ValueError as wrong:
            raise DataRefused(
                "The mandate cannot be entered.", faults=(("/procedures", str(wrong)),)
            ) from None
        if valid_to is not None and valid_to <= valid_from:
            raise DataRefused(
                "The mandate cannot be entered.",
                faults=(("/valid_to", "the first day without it lies after valid_from"),),
            )
        own = parties[0].pk == actor.organisation
        mandate = Mandate(
            principal=parties[0],
            agent=parties[1],
            direction=direction,
            procedures=covered,
            valid_from=valid_from,
            valid_to=valid_to,
            state=rules.GRANTED if own else rules.ASKED,
            asked_by=actor.name,
            granted_by=actor.name if own else "",
            changed_at=doing.at,
        )
        _refuse_overlap(mandate)
        mandate.save()
        _announce(doing, mandate, events.MANDATE_GRANTED if own else events.MANDATE_ASKED)
    return mandate


def _parties(principal: str, agent: str) -> tuple[Organisation, Organisation]:
    found = {
        each.identifier: each
        for each in Organisation.objects.select_for_update()
        .filter(identifier__in=(principal, agent), state=ACTIVE)
        .order_by("pk")
    }
    faults = [
        (pointer, "no active operator has this identification number")
        for pointer, identifier in (("/principal", principal), ("/agent", agent))
        if identifier not in found
    ]
    if principal == agent:
        faults.append(("/agent", "for himself nobody needs a mandate"))
    if faults:
        raise DataRefused("The mandate cannot be entered.", faults=faults)
    return found[principal], found[agent]


def _refuse_overlap(mandate: Mandate) -> None:
    for other in queries.live_between(mandate.principal_id, mandate.agent_id):
        if (
            rules.meet(other.direction, mandate.direction)
            and rules.meet(other.procedures, mandate.procedures)
            and rules.periods_overlap(
                (other.valid_from, other.valid_to), (mandate.valid_from, mandate.valid_to)
            )
        ):
            raise StateForbids(
                f"Mandate {other.pk} of the two is {other.state} for some of this already.",
                remedy="End that one first, or leave out what it covers.",
            )


def answer(actor: Actor, mandate_id: int, *, grant: bool, reason: str = "") -> Mandate:
    """Grant or refuse what an agent asked for.

    Raises:
        StateForbids: it is not asked any more.
    """
    return _step(actor, mandate_id, rules.GRANTED if grant else rules.REFUSED, reason)


def end(actor: Actor, mandate_id: int, reason: str) -> Mandate:
    """Revoke a mandate, from now on. What was lodged under it stays lodged.

    Raises:
        StateForbids: it is not granted.
    """
    return _step(actor, mandate_id, rules.REVOKED, reason)


_MANDATE_EVENTS: Mapping[str, str] = {
    rules.GRANTED: events.MANDATE_GRANTED,
    rules.REFUSED: events.MANDATE_REFUSED,
    rules.REVOKED: events.MANDATE_REVOKED,
    rules.EXPIRED: events.MANDATE_EXPIRED,
}


def _step(actor: Actor, mandate_id: int, state: str, reason: str) -> Mandate:
    with act(actor) as doing:
        mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
        if state not in rules.MANDATE_STEPS[mandate.state]:
            raise StateForbids(f"The mandate is {mandate.state}.")
        mandate.state, mandate.reason, mandate.changed_at = state, reason, doing.at
        if state == rules.GRANTED:
            mandate.granted_by = actor.name
        else:
            mandate.ended_by = actor.name
        mandate.save()
        more = {"reason": reason} if reason else {}
        _announce(doing, mandate, _MANDATE_EVENTS[state], **more)
    return mandate


def expire(actor: Actor, day: date) -> int:
    """Mark mandates whose period is over, and return how many.

    The check of a lodgement goes by the period itself; the mark only tells both sides.
    """
    over = list(queries.over_by(day).values_list("pk", flat=True))
    for number in over:
        _step(actor, number, rules.EXPIRED, "")
    return len(over)


def authorise(
    actor: Actor,
    *,
    holder: str,
    type_code: str,
    reference: str,
    valid_from: date,
    valid_to: date | None = None,
) -> Authorisation:
    """Grant an operator an authorisation.

    Raises:
        DataRefused: the holder or the type is unknown, or the period is wrong.
        StateForbids: the reference is given already, or it would be the actor's own.
    """
    with act(actor) as doing:
        organisation = organisation_of(holder)
        faults = []
        if organisation is None or organisation.kind == ADMINISTRATION:
            faults.append(("/holder", "no operator has this identification number"))
        if valid_to is not None and valid_to <= valid_from:
            faults.append(("/valid_to", "the first day without it lies after valid_from"))
        if not rules.REFERENCE.match(reference):
            faults.append(("/reference", "1 to 35 letters, digits or any of / . -"))
        if type_code not in _types(doing.at, type_code):
            faults.append(("/type", "not in the list `authorisation` of the country's pack"))
        if faults or organisation is None:
            raise DataRefused("The authorisation cannot be granted.", faults=faults)
        if organisation.pk == actor.organisation:
            raise StateForbids("Nobody authorises himself.")
        granted, made = Authorisation.objects.get_or_create(
            reference=reference,
            defaults={
                "holder": organisation,
                "type": type_code,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "granted_by": actor.name,
                "changed_at": doing.at,
            },
        )
        if not made:
            raise StateForbids(f"The reference {reference} is given already.")
        _tell(doing, granted, events.AUTHORISATION_GRANTED)
    return granted


def _types(at: datetime, wanted: str) -> Collection[str]:
    """Return the types of authorisation that the law knows; before there is any, the wanted one."""
    if not in_force.snapshot_rules(at):
        return (wanted,)
    listed = in_force.reference_at(at).code_lists.get("authorisation")
    return (wanted,) if listed is None else listed.entries


def set_authorisation(actor: Actor, number: int, state: str, reason: str) -> Authorisation:
    """Suspend, resume or revoke an authorisation, from this moment on.

    Raises:
        StateForbids: from its state there is no such step.
    """
    with act(actor) as doing:
        found = Authorisation.objects.select_for_update().select_related("holder").get(pk=number)
        if state not in rules.AUTHORISATION_STEPS[found.state]:
            raise StateForbids(f"The authorisation is {found.state}.")
        found.state, found.reason, found.changed_at = state, reason, doing.at
        found.save()
        _tell(doing, found, events.AUTHORISATION_CHANGED[state], reason=reason)
    return found


def _announce(doing: Act, mandate: Mandate, kind: str, **more: Any) -> None:
    body = {
        "principal": mandate.principal.identifier,
        "agent": mandate.agent.identifier,
        "direction": mandate.direction,
        "procedures": mandate.procedures.split(),
        "valid_from": mandate.valid_from,
        "valid_to": mandate.valid_to,
        **more,
    }
    concerns = (mandate.principal_id, mandate.agent_id)
    doing.announce(kind, f"mandate:{mandate.pk}", body, concerns=concerns)


def _tell(doing: Act, authorisation: Authorisation, kind: str, **more: Any) -> None:
    body = {
        "holder": authorisation.holder.identifier,
        "type": authorisation.type,
        "reference": authorisation.reference,
        "valid_from": authorisation.valid_from,
        "valid_to": authorisation.valid_to,
        **more,
    }
    subject = f"authorisation:{authorisation.pk}"
    doing.announce(kind, subject, body, concerns=(authorisation.holder_id,))
