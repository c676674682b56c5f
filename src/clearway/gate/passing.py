"""Every write of an attempt to pass a gate. What is refused is written too.

A token lets through once: one conditional update decides among all that ask at one moment, on
every gate of every process.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.gate import events, leaving, queries, tokens
from clearway.gate.models import Gate, Lot, Passage, Token
from clearway.gate.rules import ALARMS, DCSA, At, Shown, refused
from clearway.vocabulary.errors import DefectFound, StateForbids

_SHOWN = {"code": 400, "unit": 70, "plate": 17}


def present(actor: Actor, gate: Gate, shown: Shown) -> Passage:
    """Let a token be shown at a gate: the barrier opens, or it stays and the attempt is kept.

    Args:
        actor: the terminal's clerk or its device.
        gate: a gate of his terminal.
        shown: the token and what stands before the barrier.
    """
    with act(actor) as doing:
        token, fault = found(shown.code)
        here = At(gate.organisation, gate.code, doing.at)
        reason = fault or _asked(token, shown, here)
        if not reason and token is not None:
            reason = pass_through(doing, token, here)
        passage = keep(doing, gate, shown, token, reason)
        tell(doing, passage)
    return passage


def found(code: str) -> tuple[Token | None, str]:
    """Return the token of a code that was scanned, or of a serial that was typed, and its fault.

    A scanned code is proved by its signature; what is not is forged, though a token of that
    serial may exist.
    """
    told = tokens.read(code)
    if told is None:
        token = queries.by_serial(code.strip().upper()[: tokens.SERIAL + 1])
        return token, "" if token else "unknown"
    token = queries.by_serial(told.bound.serial)
    public = queries.public_key(told.key)
    if public is None or not tokens.is_signed(told, public):
        return token, "forged"
    return token, "" if token else "unknown"


def _asked(token: Token | None, shown: Shown, here: At) -> str:
    if token is None:
        raise DefectFound("A token without fault is not there.", where="gate.passing")
    return refused(queries.bound(token), token.state, shown, here)


def pass_through(doing: Act, token: Token, here: At) -> str:
    """Use a token and let its goods have passed; return why not, and nothing is used then.

    Clearance is asked in the same moment whether the unit may leave still: a hold that was placed
    a moment ago keeps the barrier down, whatever became of the token meanwhile.
    """
    announced = len(doing.announcements)
    try:
        with transaction.atomic():
            if not use(token, here):
                return "replayed" if _now(token) == "used" else "recalled"
            leaving.moved(doing, token, here.at)
    except StateForbids:
        del doing.announcements[announced:]
        return "held"
    return ""


def use(token: Token, here: At) -> bool:
    """Use a token, and tell whether it was this call that did."""
    rows = Token.objects.filter(pk=token.pk, state="live", expires_at__gt=here.at)
    if rows.update(state="used", used_at=here.at) != 1:
        return False
    if token.packages is not None:
        Lot.objects.filter(pk=token.key).update(given=F("given") - token.packages)
    return True


def _now(token: Token) -> str:
    return str(Token.objects.values_list("state", flat=True).get(pk=token.pk))


def keep(doing: Act, gate: Gate, shown: Shown, token: Token | None, reason: str) -> Passage:
    """Write an attempt within an act."""
    texts = {name: getattr(shown, name)[:longest] for name, longest in _SHOWN.items()}
    return Passage.objects.create(
        gate=gate,
        token=token,
        direction=shown.direction,
        packages=shown.packages,
        verdict="refused" if reason else "accepted",
        reason=reason,
        alarm=reason in ALARMS,
        actor=doing.actor.name,
        at=doing.at,
        received_at=doing.at,
        **texts,
    )


def tell(doing: Act, passage: Passage) -> None:
    """Announce an attempt: passed, or refused, and an alarm where somebody has to look."""
    token, gate = passage.token, passage.gate
    concerns = (gate.organisation,) if token is None else queries.concerned(token)
    subject = events.subject(token.serial) if token else events.gate_subject(gate.pk)
    accepted = passage.verdict == "accepted"
    body: dict[str, object] = {
        "gate": gate.code,
        "direction": passage.direction,
        "unit": passage.unit,
        "plate": passage.plate,
        "packages": passage.packages,
        "offline": passage.offline,
    }
    told = body | ({"code": DCSA[passage.direction]} if accepted else {"reason": passage.reason})
    kind = events.PASSED if accepted else events.REFUSED
    doing.announce(kind, subject, told, concerns=concerns, legal_time=passage.at)
    if passage.alarm:
        # The alarm is the gate's and customs' to see: a stranger's attempt is not the trader's.
        alarm = body | {"reason": passage.reason}
        doing.announce(
            events.ALARM, subject, alarm, concerns=(gate.organisation,), legal_time=passage.at
        )
