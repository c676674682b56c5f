"""Every write of profiles: one person writes and tries, another lets it select.

Acts on a version name the digest of the text that the actor has before him: what was written anew
meanwhile is not what he decides on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError

from clearway.accounts.four_eyes import is_same_person, two_persons
from clearway.audit.actor import Actor
from clearway.events.service import Act, act, subject_of
from clearway.kernel.reference import Profile
from clearway.risk.profiles import events, in_force, life_cycle, queries, rules
from clearway.risk.profiles.life_cycle import (
    APPROVE,
    DRAFT,
    ON_TRIAL,
    OPEN,
    PROPOSE,
    REFUSE,
    RETIRE,
    RETIRED,
    RETIRING,
)
from clearway.risk.profiles.models import ProfileText, ProfileVersion
from clearway.risk.profiles.rules import Draft
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import DataRefused, StateForbids

REASON: Final = 512


def draft(actor: Actor, code: str, written: Draft) -> ProfileVersion:
    """Begin a version of a profile, the first or the next one.

    Args:
        actor: its author.
        code: the profile's; one of the country pack's begins a version that replaces it.
        written: the text.

    Raises:
        DataRefused: the text has faults.
        StateForbids: another version of it is being written.
    """
    rules.check_code(code)
    rules.check(written, queries.today())
    try:
        with act(actor) as doing:
            if queries.open_version(code) is not None:
                raise _written_already()
            number = queries.next_number(code)
            version = ProfileVersion.objects.create(
                code=code, number=number, state=DRAFT, made_by=actor.name, made_at=doing.at
            )
            _write(doing, version, written)
            _announce(doing, events.DRAFTED, version)
    except IntegrityError:  # two began at the same moment
        raise _written_already() from None
    return version


def amend(actor: Actor, code: str, written: Draft, *, seen: str) -> ProfileVersion:
    """Write the version that is being written anew; whatever it had reached, it is a draft again.

    Args:
        actor: who writes.
        code: the profile's.
        written: the text.
        seen: the digest of the text that he began from.

    Raises:
        DataRefused: the text has faults.
        StateForbids: nothing is being written, or somebody wrote meanwhile.
    """
    queries.known_profile(code)
    rules.check(written, queries.today())
    with act(actor) as doing:
        version, text = _open(code, seen)
        if rules.digest_of(code, version.number, written) == text.digest:
            raise StateForbids("Nothing of the text was changed.")
        was = version.state
        version.state = life_cycle.after(version.state, life_cycle.AMEND)
        version.text += 1
        _write(doing, version, written)
        version.save(update_fields=["state", "text"])
        if was == life_cycle.SHADOW:
            in_force.renew()
        _announce(doing, events.AMENDED, version)
    return version


def put_on_trial(actor: Actor, code: str, *, seen: str) -> ProfileVersion:
    """Let a tested version be counted on every declaration; it selects none.

    Raises:
        StateForbids: it is not tested, or was written anew.
    """
    with act(actor) as doing:
        version, _ = _open(code, seen)
        version.state = life_cycle.after(version.state, ON_TRIAL)
        version.save(update_fields=["state"])
        in_force.renew()
        _announce(doing, events.ON_TRIAL, version)
    return version


def propose(actor: Actor, code: str, *, seen: str) -> ProfileVersion:
    """Ask a second person to approve a version.

    Raises:
        StateForbids: it is not tested, or was written anew.
    """
    with act(actor) as doing:
        version, _ = _open(code, seen)
        was = version.state
        version.state = life_cycle.after(version.state, PROPOSE)
        version.asked_by, version.asked_at, version.asked_reason = actor.name, doing.at, ""
        version.save(update_fields=["state", "asked_by", "asked_at", "asked_reason"])
        if was == life_cycle.SHADOW:
            in_force.renew()
        _announce(doing, events.PROPOSED, version)
    return version


def approve(actor: Actor, code: str, reason: str, *, seen: str) -> ProfileVersion:
    """Decide as a second person: a proposed version comes into force, a retiring one is retired.

    Args:
        actor: who has written no text of the version and, of a retirement, did not ask for it.
        code: the profile's.
        reason: why, in writing.
        seen: the digest of the text that he decides on.

    Raises:
        DataRefused: no reason is given.
        StateForbids: nothing waits for a decision, it is his own, it was written anew, no passed
            trial is of that very text, or its end has passed.
    """
    queries.known_profile(code)
    reason = _reason(reason)
    _second_person(actor, code, "approve")
    with act(actor) as doing:
        version, text = _waiting(code, seen)
        _still_second(actor, version)
        if version.state == RETIRING:
            return _retire(doing, version, reason)
        tested = queries.newest_test(text)
        if tested is None or not tested.passed:
            raise StateForbids(
                "No trial on history let this very text through.",
                remedy="Try it on history, and propose it again.",
            )
        if text.valid_to <= queries.today():
            raise StateForbids(
                "Its end has passed before it began.", remedy="Give it days to come."
            )
        version.state = life_cycle.after(version.state, APPROVE)
        version.approved_by, version.approved_at = actor.name, doing.at
        version.approval = reason
        version.save(update_fields=["state", "approved_by", "approved_at", "approval"])
        in_force.renew()
        _announce(
            doing, events.APPROVED, version, valid_from=text.valid_from, valid_to=text.valid_to
        )
    return version


def refuse(actor: Actor, code: str, reason: str, *, seen: str) -> ProfileVersion:
    """Refuse what waits for a decision: a proposed version is a draft again, a retiring one stays.

    Raises:
        DataRefused: no reason is given.
        StateForbids: nothing waits for a decision, it is his own, or it was written anew.
    """
    queries.known_profile(code)
    reason = _reason(reason)
    _second_person(actor, code, "refuse")
    with act(actor) as doing:
        version, _ = _waiting(code, seen)
        _still_second(actor, version)
        kind = events.RETIREMENT_REFUSED if version.state == RETIRING else events.REFUSED
        version.state = life_cycle.after(version.state, REFUSE)
        version.reason = reason
        version.save(update_fields=["state", "reason"])
        _announce(doing, kind, version, reason=reason)
    return version


def retire(actor: Actor, code: str, reason: str) -> ProfileVersion:
    """Give up what is being written, or ask a second person to retire what is in force.

    What is in force stays so until the second person has decided (``approve``, ``refuse``). A
    profile of the country pack is taken over as it stands, so that it can be retired here.

    Raises:
        DataRefused: no reason is given.
        StateForbids: there is nothing to retire, or somebody has asked already.
        NotThere: no such profile.
    """
    queries.known_profile(code)
    reason = _reason(reason)
    with act(actor) as doing:
        version = queries.open_version(code)
        if version is not None:
            version = _locked(version)
            was = version.state
            version.reason = reason
            version.state = life_cycle.after(version.state, RETIRE)
            version.retired_by, version.retired_at = actor.name, doing.at
            version.save(update_fields=["state", "reason", "retired_by", "retired_at"])
            if was == life_cycle.SHADOW:
                in_force.renew()
            _announce(doing, events.RETIRED, version, reason=reason)
            return version
        version = _of_force(doing, code)
        version.state = life_cycle.after(version.state, RETIRE)
        version.asked_by, version.asked_at = actor.name, doing.at
        version.asked_reason = reason
        version.save(update_fields=["state", "asked_by", "asked_at", "asked_reason"])
        _announce(doing, events.RETIREMENT_ASKED, version, reason=reason)
    return version


def _retire(doing: Act, version: ProfileVersion, reason: str) -> ProfileVersion:
    version.state = life_cycle.after(version.state, APPROVE)
    assert version.state == RETIRED
    version.retired_by, version.retired_at = doing.actor.name, doing.at
    version.reason = reason
    version.save(update_fields=["state", "retired_by", "retired_at", "reason"])
    in_force.renew()
    _announce(doing, events.RETIRED, version, reason=reason)
    return version


def _of_force(doing: Act, code: str) -> ProfileVersion:
    """Return the version in force, locked; the pack's own is taken over as it stands."""
    version = queries.version_in_force(code)
    if version is not None:
        return _locked(version)
    known = queries.known_profile(code)
    if known.source != queries.PACK or known.standing == life_cycle.EXPIRED:
        raise StateForbids("Nothing of this profile is in force.")
    return _adopted(doing, known.profile)


def _adopted(doing: Act, profile: Profile) -> ProfileVersion:
    version = ProfileVersion.objects.create(
        code=profile.code,
        number=profile.version,
        state=life_cycle.APPROVED,
        adopted=True,
        made_by=doing.actor.name,
        made_at=doing.at,
        approved_by=PACKS_OWN,
        approved_at=doing.at,
    )
    _write(doing, version, written_of(profile), author=PACKS_OWN)
    return version


PACKS_OWN: Final = "system:pack"
"""Who wrote and approved what came with the country pack: the pack names its own two persons."""


def written_of(profile: Profile) -> Draft:
    """Return a profile of the country pack as it would be written here."""
    period = profile.period
    return Draft(
        name=profile.name or profile.code,
        condition=profile.condition,
        lane=None if profile.lane is None else int(profile.lane),
        weight=profile.weight,
        owner=profile.owner,
        reasons="",
        valid_from=_calendar(period.valid_from),
        valid_to=_calendar(period.valid_to),
        channel=profile.channel,
        trader_text=profile.trader_text,
    )


def _calendar(days: int) -> date:
    return date_of(min(days, _LAST))


_LAST: Final = (date(2199, 12, 31) - date(1970, 1, 1)) // timedelta(days=1)


def _write(doing: Act, version: ProfileVersion, written: Draft, author: str = "") -> None:
    ProfileText.objects.create(
        version=version,
        number=version.text,
        author=author or doing.actor.name,
        at=doing.at,
        digest=rules.digest_of(version.code, version.number, written),
        **{name: getattr(written, name) for name in Draft.__struct_fields__},
    )


def _locked(version: ProfileVersion) -> ProfileVersion:
    return ProfileVersion.objects.select_for_update().get(pk=version.pk)


def _open(code: str, seen: str) -> tuple[ProfileVersion, ProfileText]:
    """Return the version that is being written, locked, with its text, if it is the one seen."""
    version = queries.open_version(code)
    if version is None:
        queries.known_profile(code)
        raise StateForbids(
            "No version of this profile is being written.", remedy="Begin a new version."
        )
    version = _locked(version)
    if version.state not in OPEN:
        raise _moved()
    return version, _seen(version, seen)


def _waiting(code: str, seen: str) -> tuple[ProfileVersion, ProfileText]:
    version = queries.version_to_decide(code)
    if version is None:
        queries.known_profile(code)
        raise StateForbids("Nothing of this profile waits for a decision.")
    version = _locked(version)
    return version, _seen(version, seen)


def _seen(version: ProfileVersion, seen: str) -> ProfileText:
    text = queries.text_of(version)
    if text.digest != seen:
        raise _moved()
    return text


def _moved() -> StateForbids:
    return StateForbids(
        "The profile was written anew since you read it.", remedy="Read it again, then decide."
    )


def _written_already() -> StateForbids:
    return StateForbids(
        "A version of this profile is being written already.",
        remedy="Go on with that one, or retire it.",
    )


def firsts(version: ProfileVersion) -> set[str]:
    """Return who did the first part: its writers; of a retirement, whoever asked for it."""
    if version.state == RETIRING:
        return {version.asked_by}
    return {*queries.authors_of(version), version.made_by}


def _second_person(actor: Actor, code: str, what: str) -> None:
    version = queries.version_to_decide(code)
    if version is not None:
        two_persons(actor, firsts(version), subject_of("profile", code), what)


def _still_second(actor: Actor, version: ProfileVersion) -> None:
    """See under the lock that nobody became a writer of it since he was let through."""
    if is_same_person(actor, firsts(version)):
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


def _announce(doing: Act, kind: str, version: ProfileVersion, **more: object) -> None:
    text = queries.text_of(version)
    body = {
        "code": version.code,
        "version": version.number,
        "state": version.state,
        "text": version.text,
        "digest": text.digest,
        **more,
    }
    doing.announce(kind, subject_of("profile", version.code), body)
