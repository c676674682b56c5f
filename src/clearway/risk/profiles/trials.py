"""A trial on a long history: a job, done by the same kind of child as a model's training.

A short history is run over while its reader waits. A long one takes seconds of computing, which
belong neither into a request nor into the process that takes declarations: the job starts a child
that only reads the record (``risk.child``), and keeps what it gives back.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from django.db import IntegrityError
from django.db.models import Max
from django_tasks import task

from clearway.audit import clock
from clearway.audit.actor import Actor, system
from clearway.events.service import Act, act, subject_of
from clearway.risk import child
from clearway.risk.child import Made
from clearway.risk.profiles import back_testing, events
from clearway.risk.profiles.back_testing import Result
from clearway.risk.profiles.models import BackTest, ProfileText, TrialOrder
from clearway.vocabulary.clock import instant_of, microseconds
from clearway.vocabulary.errors import StateForbids

TRIAL: Final = "trial"
WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
STATES: Final = (WAITING, WORKING, DONE, FAILED)
AT_ONCE: Final = 1_000
"""Declarations that are run over while the reader waits: a quarter of a second's work."""
_ME: Final = system("profiles")
_log = logging.getLogger("clearway.risk")


def order(actor: Actor, code: str, since: date, until: date, *, seen: str) -> BackTest | TrialOrder:
    """Try the version that is being written: at once, or by a job where the history is long.

    Args:
        actor: who tries it.
        code: the profile's.
        since: the first day of the period, in the pack's country.
        until: its last day.
        seen: the digest of the text.

    Returns:
        The trial, or the order of one.

    Raises:
        DataRefused: the period is none, or too long.
        StateForbids: nothing is being written, it was written anew, or it is on trial already.
        NotThere: no such profile.
    """
    version, text = back_testing.to_try(code, since, until)
    now = clock.now()
    total = back_testing.size(since, until, now)
    if total <= AT_ONCE:
        return back_testing.try_out(actor, code, since, until, seen=seen)
    if text.digest != seen:
        raise StateForbids(
            "The profile was written anew since you read it.", remedy="Read it again, then decide."
        )
    try:
        with act(actor) as doing:
            made = TrialOrder.objects.create(
                text=text, since=since, until=until, state=WAITING, total=total, by=actor.name,
                at=doing.at,
            )  # fmt: skip
            carry_out.enqueue(made.pk, microseconds(now))
            _announce(doing, events.TRIAL_ORDERED, text, state=version.state)
    except IntegrityError:
        raise StateForbids(
            "This text is on a trial already.", remedy="Wait until it is done."
        ) from None
    return made


def newest_orders(texts: list[int]) -> dict[int, TrialOrder]:
    """Return the newest order of each of some texts, by the text's row number."""
    newest = TrialOrder.objects.filter(text__in=texts).values("text")
    rows = TrialOrder.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))
    return {row.text_id: row for row in rows}


@task()
def carry_out(number: int, now: int) -> None:
    """Have a child run the trial that was ordered, and keep what came of it: a job.

    It bears being begun twice: what is ended stays as it ended.
    """
    open_orders = TrialOrder.objects.filter(pk=number, ended_at=None)
    if not open_orders.update(state=WORKING):
        return
    try:
        made = child.in_child(number, TRIAL, now, lambda seen: _note(number, seen))
        if not made.trouble:
            kept(number, msgspec.json.decode(made.card, type=Result))
            return
        trouble = made.trouble
    except StateForbids as refused:
        trouble = f"{refused.what} {refused.remedy}".strip()
    except Exception as error:  # noqa: BLE001 - whoever ordered it is told that it failed
        _log.warning("a trial failed: %s", type(error).__name__)
        trouble = child.FAILED
    failed(number, trouble)


def compute(number: int, now: int, progress: Path) -> Made:
    """Run a trial here, telling on the way how far it has come; nothing is written.

    Args:
        number: of the order.
        now: the platform's time, in microseconds since 1970.
        progress: the file that says how far it has come.
    """
    ordered = TrialOrder.objects.select_related("text__version").get(pk=number)
    result = back_testing.run_text(
        ordered.text.version, ordered.text, ordered.since, ordered.until, instant_of(now),
        lambda seen: _write(progress, seen),
    )  # fmt: skip
    return Made(card=msgspec.json.encode(result))


def kept(number: int, result: Result) -> None:
    """Keep what came of a trial, and end its order."""
    with act(_ME) as doing:
        ordered = TrialOrder.objects.select_for_update().get(pk=number)
        text = ProfileText.objects.select_related("version").get(pk=ordered.text_id)
        ordered.kept = back_testing.keep(
            _ME, text, ordered.since, ordered.until, result, seen=text.digest, by=ordered.by
        )
        ordered.state, ordered.seen, ordered.ended_at = DONE, result.declarations, doing.at
        ordered.save(update_fields=["kept", "state", "seen", "ended_at"])
        _announce(doing, events.TRIAL_DONE, text, declarations=result.declarations)


def failed(number: int, trouble: str) -> None:
    """End the order of a trial of which nothing came, and say why."""
    with act(_ME) as doing:
        ordered = TrialOrder.objects.select_for_update().get(pk=number)
        ordered.state, ordered.trouble, ordered.ended_at = FAILED, trouble[:512], doing.at
        ordered.save(update_fields=["state", "trouble", "ended_at"])
        text = ProfileText.objects.select_related("version").get(pk=ordered.text_id)
        _announce(doing, events.TRIAL_FAILED, text, reason=ordered.trouble)


def _note(number: int, seen: int) -> None:
    TrialOrder.objects.filter(pk=number, ended_at=None).update(seen=seen)


def _write(file: Path, seen: int) -> None:
    beside = file.with_suffix(".next")
    beside.write_text(str(seen))
    beside.replace(file)  # so that no half number is ever read


def _announce(doing: Act, kind: str, text: ProfileText, **more: object) -> None:
    version = text.version
    body = {"code": version.code, "version": version.number, "digest": text.digest, **more}
    doing.announce(kind, subject_of("profile", version.code), body)
