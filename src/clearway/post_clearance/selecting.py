"""Which released declarations are to be audited: the blue lane, the score, a draw with its chance.

Every released declaration gets its row, drawn or not, so that what the draw finds is a measure of
all of them. An officer opens an audit of his own accord too, with his reason (``auditing``).
"""

from __future__ import annotations

from clearway.assessment import queries as assessed
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import by_key
from clearway.declarations.rules import local_day
from clearway.declarations.service import needed_reason
from clearway.events.service import act
from clearway.kernel.decisions import Lane
from clearway.kernel.reference import Reference
from clearway.post_clearance import access, events
from clearway.post_clearance.models import Draw
from clearway.post_clearance.rules import drawn, law_of
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StateForbids


def on_released(mrn: str) -> None:
    """Draw for a declaration that was released; told twice, it keeps its first draw."""
    declaration = by_key(mrn)
    if declaration is None or declaration.released_at is None:
        return
    reference = reference_at(declaration.released_at)
    newest = assessed.newest(declaration.pk)
    score = None if newest is None or newest.score is None else newest.score // 1_000
    said = drawn(
        _secret(declaration, reference),
        mrn,
        law_of(reference),
        blue=declaration.lane == Lane.BLUE,
        score=score,
    )
    Draw.objects.get_or_create(
        declaration=declaration,
        defaults={
            "office": declaration.office,
            "channel": said.channel,
            "draw": said.draw,
            "propensity": said.propensity,
            "score": score,
            "at": clock.now(),
        },
    )


def _secret(declaration: Declaration, reference: Reference) -> str:
    assert declaration.released_at is not None
    rules = reference.selection
    day = local_day(declaration.released_at, reference)
    return rules.draw_keys.get(day, rules.default_draw_key)


def pass_over(actor: Actor, number: int, reason: str) -> Draw:
    """Take a selected declaration off the list without an audit, for a reason on record.

    Raises:
        NotThere: nothing of the kind waits at this officer's office.
        DataRefused: there is no reason.
        StateForbids: it was taken up or passed over meanwhile, or the draw chose it: whoever may
            pass over what was drawn could choose his own sample.
    """
    found = access.draw_for(actor, number)
    if found.channel == "random":
        raise StateForbids(
            "What the draw chose is audited: it is the measure of all that was not looked at.",
            remedy="Open the audit; it may be closed with nothing found.",
        )
    reason = needed_reason(reason)
    with act(actor) as doing:
        waiting = Draw.objects.select_for_update().filter(pk=number, settled_at=None)
        row = waiting.select_related("declaration").first()
        if row is None:
            raise StateForbids("It was decided in the meantime.", remedy="Look at the list anew.")
        row.settled_at = doing.at
        row.save(update_fields=["settled_at"])
        told = {"mrn": row.declaration.mrn, "reason": reason, "channel": row.channel}
        doing.announce(events.PASSED_OVER, f"declaration:{row.declaration.mrn}", told)
    return row
