"""Wishes to look at goods, merged into one opening (joint control, TFA Article 8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from clearway.audit.actor import Actor, system
from clearway.declarations import queries as declarations
from clearway.declarations.access import declaration_for
from clearway.declarations.kinds import days_setting
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.inspection import doubting_end, drawing, events, queries
from clearway.inspection.life_cycle import JOINABLE, NOTHING, OPENING, after
from clearway.inspection.models import Opening, Order
from clearway.inspection.rules import CUSTOMS, LOOK_AT, together
from clearway.inspection.telling import announce, equipment_events
from clearway.kernel.reference import Reference
from clearway.kernel.working_time import after_hours
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

_NOT_HERE: Final = frozenset({"unmatched", "reported"})
_ME: Final = system("inspection")
_AMENDED: Final = "Amended since the goods were found in order."


def order(
    doing: Act,
    declaration: Declaration,
    *,
    asked_by: str = CUSTOMS,
    look_at: str = "goods",
    reason: str = "",
    unit: str = "",
    news: int | None = None,
) -> Opening:
    """Ask for a look at a locked declaration's goods, within an act.

    Where somebody asked already and the look is not over, the wish joins it, and so does whoever
    is drawn for it.

    Args:
        doing: the act.
        declaration: locked.
        asked_by: an agency's code, empty for customs.
        look_at: words of ``rules.LOOK_AT``, separated by blanks.
        reason: told to officers alone.
        unit: a container's number, where it is about that alone.
        news: number of the event that asks.
    """
    opening = queries.joinable(declaration.pk, unit) or _opened(doing, declaration, unit)
    if not unit and opening.unit:
        opening.unit = ""
        opening.save(update_fields=["unit"])
    row = queries.orders(opening.pk).filter(asked_by=asked_by).first()
    if row is None:
        row = Order(opening=opening, asked_by=asked_by, ordered_by=doing.actor.name,
                    ordered_at=doing.at, reason=reason, news=news)  # fmt: skip
    row.look_at, row.state, row.outcome = together(row.look_at, look_at), "open", ""
    row.save()
    announce(
        doing, declaration, opening, events.ORDERED, asked_by=asked_by, look_at=row.look_at,
        equipment_events=equipment_events(opening, "CUSI", doing.at),
    )  # fmt: skip
    if declaration.goods_state not in _NOT_HERE:
        start_clock(doing, declaration, opening, opening.ready_at or doing.at)
    if not queries.members(opening.pk).filter(asked_by=asked_by).exists():
        drawing.draw_for(doing, opening, declaration, asked_by)
    return opening


def order_by_officer(
    actor: Actor, mrn: str, *, look_at: Collection[str], reason: str, unit: str = ""
) -> Opening:
    """Order a look at goods as a customs officer.

    Raises:
        NotThere: no such declaration for this officer.
        DataRefused: there is no reason, or it does not say at what.
        StateForbids: it is not under control, or customs asked already.
    """
    found = declaration_for(actor, mrn, to="decide")
    reason = needed_reason(reason)
    wanted = together(*look_at)
    if not wanted or set(look_at) - set(LOOK_AT):
        raise DataRefused(
            "It does not say what is to be looked at.",
            faults=(("/body/look_at", f"some of {', '.join(LOOK_AT)}"),),
            remedy="Name at least one of the things that can be looked at.",
        )
    with act(actor) as doing:
        declaration = declarations.locked(found.pk)
        if declaration.state not in {"under_control", "documents_requested", "assessed"}:
            raise StateForbids(
                "Nothing of this declaration can be inspected now.",
                remedy="Look where it stands now.",
            )
        _check_unit(declaration, unit)
        opening = queries.joinable(declaration.pk, unit)
        if opening is not None:
            asked = queries.orders(opening.pk).filter(asked_by=CUSTOMS, state="open").first()
            if asked is not None and together(asked.look_at, wanted) == asked.look_at:
                raise StateForbids(
                    "This look is ordered already.", remedy="Look where it stands now."
                )
        return order(doing, declaration, look_at=wanted, reason=reason, unit=unit)


def order_by_news(
    mrn: str, *, news: int, asked_by: str = CUSTOMS, reason: str = "", look_at: str = ""
) -> Opening | None:
    """Order a look at goods because another room announced that it is wanted.

    Heard twice, it is ordered once; what is no longer under control is not looked at by customs.

    Args:
        mrn: of the declaration.
        news: the event's number.
        asked_by: an agency's code, empty for customs.
        reason: as the news gave it.
        look_at: what to look at; goods, with their seals where they lie in containers.
    """
    found = declarations.by_key(mrn)
    if found is None:
        return None
    with transaction.atomic():
        declaration = declarations.locked(found.pk)
        over = asked_by == CUSTOMS and declaration.state != "under_control"
        if over or declaration.state not in BEFORE_RELEASE or queries.heard(news, asked_by):
            return None
        wanted = look_at or ("goods seals" if _containers(declaration) else "goods")
        with act(_ME) as doing:
            return order(
                doing, declaration, asked_by=asked_by, look_at=wanted, reason=reason[:512],
                news=news,
            )  # fmt: skip


def amended(mrn: str, *, news: int) -> Opening | None:
    """Let goods under control be looked at by what is declared of them now.

    A look that is not over goes on by the new version. One that found the goods in order is
    ordered anew; one that found something else is not: an amendment follows what it found.
    """
    found = declarations.by_key(mrn)
    if found is None:
        return None
    if queries.still_open(found.pk).exists():
        with transaction.atomic():
            declaration = declarations.locked(found.pk)
            rows = queries.still_open(declaration.pk).filter(state__in=JOINABLE)
            rows.update(version=declaration.version)
        return None
    if not queries.looked_at_before(found):
        return None
    return order_by_news(mrn, news=news, reason=_AMENDED)


def cancel(mrn: str, reason: str) -> int:
    """Cancel every open look at a declaration's goods, and what is doubted of its value.

    Returns:
        How many were cancelled; hearing it twice cancels none.
    """
    found = declarations.by_key(mrn)
    if found is None or not _anything_open(found.pk):
        return 0
    with act(_ME) as doing:
        declaration = declarations.locked(found.pk)
        count = doubting_end.lapse(doing, declaration)
        for row in queries.still_open(declaration.pk):
            opening = queries.locked(row.pk)
            opening.state = after(OPENING, opening.state, "cancel")
            opening.reason, opening.closed_at = reason[:512], doing.at
            opening.save(update_fields=["state", "reason", "closed_at"])
            queries.orders(opening.pk).filter(state="open").update(state="cancelled")
            announce(doing, declaration, opening, events.CANCELLED)
            count += 1
    return count


def goods_came(mrn: str, at: datetime) -> None:
    """Start the service clocks of the looks that waited for a declaration's goods."""
    found = declarations.by_key(mrn)
    if found is None or not queries.still_open(found.pk).filter(ready_at=None).exists():
        return
    with act(_ME) as doing:
        declaration = declarations.locked(found.pk)
        for row in queries.still_open(declaration.pk).filter(ready_at=None):
            start_clock(doing, declaration, queries.locked(row.pk), at)


def start_clock(doing: Act, declaration: Declaration, opening: Opening, at: datetime) -> None:
    """Let the service clock of an opening run from an instant, within an act."""
    law = reference_at(doing.at)
    words = together(*queries.orders(opening.pk).values_list("look_at", flat=True)).split()
    due = after_hours(at, minutes_for(words, law), law)
    if (opening.ready_at, opening.due_at) == (at, due):
        return
    opening.ready_at, opening.due_at = at, due
    opening.save(update_fields=["ready_at", "due_at"])
    announce(doing, declaration, opening, events.CLOCK_STARTED, due_at=due.isoformat())


def minutes_for(look_at: Collection[str], law: Reference) -> int:
    """Return the working minutes that the pack gives for a look: of documents alone, or of goods.

    Vietnam's Customs Law 54/2014, Article 23, gives 2 and 8 hours.
    """
    if set(look_at) <= {"documents"}:
        return days_setting(law, "inspection.hours_for_documents", 2) * 60
    return days_setting(law, "inspection.hours_for_goods", 8) * 60


def _opened(doing: Act, declaration: Declaration, unit: str) -> Opening:
    return Opening.objects.create(
        declaration=declaration,
        unit=unit,
        containers=" ".join(_containers(declaration)),
        occasion=queries.occasions(declaration.pk) + 1,
        office=declaration.office,
        state=after(OPENING, NOTHING, "order"),
        ordered_at=doing.at,
        version=declaration.version,
    )


def _containers(declaration: Declaration) -> list[str]:
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    named = [*lodgement.containers, *(one for item in lodgement.items for one in item.containers)]
    return [one for one in dict.fromkeys(named) if one and " " not in one]


def _check_unit(declaration: Declaration, unit: str) -> None:
    if unit and unit not in _containers(declaration):
        raise DataRefused(
            "The declaration names no such container.",
            faults=(("/body/unit", "not among its containers"),),
            remedy="Take one of the containers that the declaration names, or none.",
        )


def _anything_open(declaration: int) -> bool:
    return queries.still_open(declaration).exists() or doubting_end.any_open(declaration)
