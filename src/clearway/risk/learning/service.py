"""Every write of models: one person has it learnt and measured, another lets it serve.

Acts on what may serve name the digest of the content that the actor has before him.
"""

from __future__ import annotations

from typing import Final

import msgspec
from django.db import IntegrityError
from django_tasks import task

from clearway.accounts.four_eyes import is_same_person, two_persons
from clearway.audit.actor import Actor, system
from clearway.events.service import Act, act, subject_of
from clearway.risk.child import Made, in_child
from clearway.risk.learning import cards, events, life_cycle, queries, serving, working
from clearway.risk.learning.cards import BackTest
from clearway.risk.learning.conditions import WHAT, Condition
from clearway.risk.learning.life_cycle import (
    DATA,
    FAIL,
    ON_TRIAL,
    OPEN,
    PROMOTE,
    PROPOSE,
    PROPOSED,
    REFUSE,
    REPLACE,
    RETIRE,
    RETIRED,
    RETIRING,
    SERVING,
    TEST,
    TRAIN,
    WATCHING,
)
from clearway.risk.learning.models import ModelVersion
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.errors import DataRefused, StateForbids

REASON: Final = 512
MOST_WAITING: Final = 5
MOST_IN_SHADOW: Final = 10
_ME: Final = system("models")
_BUSY: Final = "The model is being worked on."


def order(actor: Actor) -> ModelVersion:
    """Order a model: a job gathers what was inspected until yesterday, and trains it.

    Raises:
        StateForbids: five models wait already.
    """
    try:
        with act(actor) as doing:
            _refuse_while_busy()
            newest = ModelVersion.objects.order_by("-number").values_list("number", flat=True)
            row = ModelVersion.objects.create(
                number=(newest.first() or 0) + 1,
                state=DATA,
                work=working.TRAIN,
                until=days_of(doing.at.date()),
                made_by=actor.name,
                made_at=doing.at,
            )
            carry_out.enqueue(row.number, working.TRAIN, row.until)
            _announce(doing, events.ORDERED, row, until=row.until)
    except IntegrityError:  # two ordered at the same moment
        raise StateForbids("Somebody ordered a model just now.", remedy="Try again.") from None
    return row


def order_test(actor: Actor, number: int) -> ModelVersion:
    """Order a back-test: a job measures the model's recipe on the latest inspections.

    Raises:
        StateForbids: the state does not allow it, it is being worked on, or five models wait.
        NotThere: no such model.
    """
    queries.model(number)
    with act(actor) as doing:
        row = _locked(number)
        life_cycle.after(row.state, TEST)
        if row.work:
            raise StateForbids(_BUSY, remedy="Wait until it is done.")
        _refuse_while_busy()
        row.work, row.tested_by, row.trouble = working.TEST, actor.name, ""
        row.save(update_fields=["work", "tested_by", "trouble"])
        carry_out.enqueue(number, working.TEST, days_of(doing.at.date()))
        _announce(doing, events.TEST_ORDERED, row)
    return row


@task()
def carry_out(number: int, what: str, until: int) -> None:
    """Have a child do the work that was ordered, and keep what it made: a job of the platform."""
    made = in_child(number, what, until)
    (trained if what == working.TRAIN else tested)(number, made)


def trained(number: int, made: Made) -> None:
    """Keep what a job of training made, or why it made nothing. Done twice it is done once."""
    if not _is_at(number, working.TRAIN):
        return
    with act(_ME) as doing:
        row = _locked(number)
        row.work = ""
        if made.trouble:
            row.state = life_cycle.after(row.state, FAIL)
            row.reason = made.trouble[:REASON]
            row.ended_by, row.ended_at = _ME.name, doing.at
            row.save(update_fields=["work", "state", "reason", "ended_by", "ended_at"])
            _announce(doing, events.NOT_TRAINED, row, reason=row.reason)
            return
        row.state = life_cycle.after(row.state, TRAIN)
        row.content, row.card, row.digest = made.content, made.card, serving.digest_of(made.content)
        row.trained_at = doing.at
        row.save(update_fields=["work", "state", "content", "card", "digest", "trained_at"])
        card = cards.opened(row.card)
        assert card is not None
        _announce(doing, events.TRAINED, row, rows=card.data.rows, violations=card.data.violations)


def tested(number: int, made: Made) -> None:
    """Keep what a back-test showed, or why it showed nothing. Done twice it is done once."""
    if not _is_at(number, working.TEST):
        return
    with act(_ME) as doing:
        row = _locked(number)
        row.work = ""
        if made.trouble:
            row.trouble = made.trouble[:REASON]
            row.save(update_fields=["work", "trouble"])
            _announce(doing, events.NOT_TESTED, row, reason=row.trouble)
            return
        card = cards.opened(row.card)
        assert card is not None
        found = msgspec.json.decode(made.card, type=BackTest)
        row.card = cards.packed(msgspec.structs.replace(card, back_test=found))
        row.state, row.tested_at = life_cycle.after(row.state, TEST), doing.at
        row.save(update_fields=["work", "card", "state", "tested_at"])
        unmet = [one.key for one in queries.conditions_of(row) if not one.met]
        _announce(doing, events.TESTED, row, serving=found.serving, unmet=unmet)


def put_on_trial(actor: Actor, number: int, *, seen: str) -> ModelVersion:
    """Let a back-tested model judge every declaration beside what serves; it selects none.

    Raises:
        StateForbids: it is not back-tested, is being worked on, or ten are in the shadow.
    """
    queries.model(number)
    with act(actor) as doing:
        row = _seen(number, seen)
        row.state = life_cycle.after(row.state, ON_TRIAL)
        if ModelVersion.objects.filter(state__in=WATCHING).count() >= MOST_IN_SHADOW:
            raise StateForbids("Ten models are in the shadow.", remedy="Retire one of them.")
        row.watched_to = working.newest_version()
        row.save(update_fields=["state", "watched_to"])
        serving.renew()
        _announce(doing, events.ON_TRIAL, row)
    return row


def propose(actor: Actor, number: int, reason: str, *, seen: str) -> ModelVersion:
    """Ask a second person to let a model serve.

    Raises:
        DataRefused: no reason is given, or a condition is not met; the faults say which.
        StateForbids: it is not in the shadow.
    """
    queries.model(number)
    reason = _reason(reason)
    with act(actor) as doing:
        row = _seen(number, seen)
        row.state = life_cycle.after(row.state, PROPOSE)
        _refuse_unmet(row)
        row.asked_by, row.asked_at, row.asked_reason = actor.name, doing.at, reason
        row.save(update_fields=["state", "asked_by", "asked_at", "asked_reason"])
        _announce(doing, events.PROPOSED, row)
    return row


def promote(actor: Actor, number: int, reason: str, *, seen: str) -> ModelVersion:
    """Decide as a second person: a proposed model serves, a retiring one is retired.

    Args:
        actor: who had it neither trained nor back-tested, and did not ask for this.
        number: the model's.
        reason: why, in writing.
        seen: the digest of the content that he decides on.

    Raises:
        DataRefused: no reason is given, or a condition is not met; the faults say which.
        StateForbids: nothing waits for a decision, or it is his own.
    """
    row = queries.model(number)
    reason = _reason(reason)
    two_persons(actor, firsts(row), subject_of("model", str(number)), "promote")
    with act(actor) as doing:
        row = _seen(number, seen)
        _still_second(actor, row)
        was = row.state
        row.state = life_cycle.after(was, PROMOTE)
        if was == RETIRING:
            return _end(doing, row, reason)
        _refuse_unmet(row)
        replaced = _replace(doing, row)
        row.decided_by, row.decided_at, row.decision = actor.name, doing.at, reason
        row.save(update_fields=["state", "decided_by", "decided_at", "decision"])
        serving.renew()
        _announce(doing, events.PROMOTED, row, reason=reason, replaced=replaced)
    return row


def refuse(actor: Actor, number: int, reason: str, *, seen: str) -> ModelVersion:
    """Refuse what waits for a decision: a proposed model is gone, a retiring one serves on.

    Raises:
        DataRefused: no reason is given.
        StateForbids: nothing waits for a decision, or it is his own.
    """
    row = queries.model(number)
    reason = _reason(reason)
    two_persons(actor, firsts(row), subject_of("model", str(number)), "refuse")
    with act(actor) as doing:
        row = _seen(number, seen)
        _still_second(actor, row)
        was = row.state
        row.state = life_cycle.after(was, REFUSE)
        row.reason = reason
        fields = ["state", "reason"]
        if was == PROPOSED:
            row.ended_by, row.ended_at = actor.name, doing.at
            fields += ["ended_by", "ended_at"]
        row.save(update_fields=fields)
        serving.renew()
        kind = events.RETIREMENT_REFUSED if was == RETIRING else events.REFUSED
        _announce(doing, kind, row, reason=reason)
    return row


def retire(actor: Actor, number: int, reason: str) -> ModelVersion:
    """Give up a model that does not serve, or ask a second person to retire the one that does.

    Raises:
        DataRefused: no reason is given.
        StateForbids: it is gone already, or somebody has asked.
        NotThere: no such model.
    """
    queries.model(number)
    reason = _reason(reason)
    with act(actor) as doing:
        row = _locked(number)
        was = row.state
        row.state = life_cycle.after(was, RETIRE)
        if was in OPEN:
            return _end(doing, row, reason)
        row.asked_by, row.asked_at, row.asked_reason = actor.name, doing.at, reason
        row.save(update_fields=["state", "asked_by", "asked_at", "asked_reason"])
        _announce(doing, events.RETIREMENT_ASKED, row, reason=reason)
    return row


def firsts(row: ModelVersion) -> set[str]:
    """Return who did the first part: had it trained, tested or proposed, or asked for its end."""
    if row.state == RETIRING:
        return {row.asked_by}
    return {row.made_by, row.tested_by, row.asked_by} - {""}


def _replace(doing: Act, by: ModelVersion) -> int:
    """Retire the model that served until now; return its number, 0 where none did."""
    old = ModelVersion.objects.select_for_update().filter(state__in=SERVING).first()
    if old is None:
        return 0
    old.state = life_cycle.after(old.state, REPLACE)
    old.reason = f"Model {by.number} serves in its place."
    old.ended_by, old.ended_at = doing.actor.name, doing.at
    old.save(update_fields=["state", "reason", "ended_by", "ended_at"])
    _announce(doing, events.RETIRED, old, reason=old.reason)
    return old.number


def _end(doing: Act, row: ModelVersion, reason: str) -> ModelVersion:
    assert row.state == RETIRED
    row.work = ""
    row.reason, row.ended_by, row.ended_at = reason, doing.actor.name, doing.at
    row.save(update_fields=["state", "work", "reason", "ended_by", "ended_at"])
    serving.renew()
    _announce(doing, events.RETIRED, row, reason=reason)
    return row


def _refuse_unmet(row: ModelVersion) -> None:
    unmet = [one for one in queries.conditions_of(row) if not one.met]
    if unmet:
        raise DataRefused(
            "The model may not serve: it has not shown what it must.",
            faults=[(f"conditions/{one.key}", told(one)) for one in unmet],
            remedy="Each fault says what was found, what is needed, and what to do.",
        )


def told(one: Condition) -> str:
    """Return what a condition that is not met says: what, what to do, and the figures."""
    what, remedy = WHAT[one.key]
    return f"{what} {remedy} Found: {one.found}; needed: {one.needed}."


def _is_at(number: int, what: str) -> bool:
    return ModelVersion.objects.filter(number=number, work=what).exists()


def _refuse_while_busy() -> None:
    """Refuse more work than a machine gets done in a while: jobs are done one after another."""
    if ModelVersion.objects.exclude(work="").count() >= MOST_WAITING:
        raise StateForbids("Five models wait for their work.", remedy="Wait until it is done.")


def _locked(number: int) -> ModelVersion:
    return ModelVersion.objects.defer("content").select_for_update().get(number=number)


def _seen(number: int, seen: str) -> ModelVersion:
    row = _locked(number)
    if row.digest != seen:
        raise StateForbids("This is not the model that you read.", remedy="Read it again.")
    if row.work:
        raise StateForbids(_BUSY, remedy="Wait until it is done.")
    return row


def _still_second(actor: Actor, row: ModelVersion) -> None:
    """See under the lock that nobody became the first person since he was let through."""
    if is_same_person(actor, firsts(row)):
        raise StateForbids(
            "This takes a second person: whoever did the first part may not do this one.",
            remedy="Leave it to a colleague.",
        )


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or "\0" in reason or len(reason) > REASON:
        raise DataRefused(
            "Reasons are needed.",
            faults=[("reason", "Between 1 and 512 characters.")],
            remedy="Write why.",
        )
    return reason


def _announce(doing: Act, kind: str, row: ModelVersion, **more: object) -> None:
    body = {"model": row.number, "state": row.state, "digest": row.digest, **more}
    doing.announce(kind, subject_of("model", str(row.number)), body)
