"""The operations on risk profiles."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status

from clearway.accounts.forms import Cursor, Limit, permitted
from clearway.audit.actor import Actor
from clearway.kernel.decisions import Lane
from clearway.kernel.features import SCHEMA
from clearway.risk.profiles import forms, queries, rules, service, telling, trials
from clearway.risk.profiles.access import OPERATIONS, profile_for
from clearway.risk.profiles.models import TrialOrder
from clearway.risk.profiles.rules import Draft
from clearway.vocabulary.pages import USUAL_PAGE, cursor_of, key_of

router = Router(tags=["risk profiles"])
ProfileCode = Annotated[str, Path(max_length=64, description="code", examples=["UV-017"])]


@router.get(
    "/profiles",
    response=forms.ProfilePage,
    operation_id="listProfiles",
    summary="Risk profiles and what each is worth",
)
def list_profiles(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the profiles of the pack and of the platform, by code, without their conditions."""
    permitted(request, "listProfiles", OPERATIONS)
    after = str(key_of(cursor)) if cursor else ""
    known = [one for one in queries.known_profiles() if one.code > after]
    evidence = telling.Evidence()
    return {
        "items": [telling.told(one, evidence) for one in known[:limit]],
        "next": cursor_of(known[limit - 1].code) if len(known) > limit else None,
    }


@router.post(
    "/profiles",
    response={201: forms.ProfileWhole},
    operation_id="draftProfile",
    summary="Begin a version of a risk profile",
)
def draft_profile(request: HttpRequest, form: forms.NewProfileForm) -> Any:
    """Begin the first version of a profile, or the next one; it selects nothing yet."""
    actor = permitted(request, "draftProfile", OPERATIONS)
    service.draft(actor, form.code, _draft(form))
    return Status(201, _whole(actor, form.code))


@router.get(
    "/profile-columns",
    response=forms.ProfileColumns,
    operation_id="listProfileColumns",
    summary="What a condition may name",
)
def list_profile_columns(request: HttpRequest) -> Any:
    """Return the columns of the profile language, with their types and meanings."""
    permitted(request, "listProfileColumns", OPERATIONS)
    names = ("name", "meaning", "source", "wco_id", "formula")
    return {
        "items": [
            {**{name: getattr(one, name) for name in names}, "type": one.type.value}
            for one in SCHEMA
        ]
    }


@router.post(
    "/profile-conditions/check",
    response=forms.ConditionChecked,
    operation_id="checkCondition",
    summary="Check a condition",
)
def check_condition(request: HttpRequest, form: forms.ConditionForm) -> Any:
    """Return what is wrong with a condition, each with its place and what to do; keep nothing."""
    permitted(request, "checkCondition", OPERATIONS)
    found = rules.problems_of(form.condition)
    problems = [{"column": one.column, "what": one.what, "remedy": one.remedy} for one in found]
    return {"sound": not found, "problems": problems}


@router.get(
    "/profiles/{code}",
    response=forms.ProfileWhole,
    operation_id="getProfile",
    summary="A risk profile with its versions",
)
def get_profile(request: HttpRequest, code: ProfileCode) -> Any:
    """Return a profile with its condition, every version and the trials. The read is logged."""
    return _whole(permitted(request, "getProfile", OPERATIONS), code)


@router.put(
    "/profiles/{code}",
    response=forms.ProfileWhole,
    operation_id="amendProfile",
    summary="Write a version anew",
)
def amend_profile(request: HttpRequest, code: ProfileCode, form: forms.AmendedProfileForm) -> Any:
    """Write anew the version that is being written: it is a draft again, whatever it was."""
    actor = permitted(request, "amendProfile", OPERATIONS)
    service.amend(actor, code, _draft(form), seen=form.seen)
    return _whole(actor, code)


@router.post(
    "/profiles/{code}/trials",
    response={201: forms.ProfileTrialTold, 202: forms.ProfileTrialOrdered},
    operation_id="tryProfile",
    summary="Try a version on history",
)
def try_profile(request: HttpRequest, code: ProfileCode, form: forms.ProfileTrialForm) -> Any:
    """Run the text over the stored declarations of a period, and keep what came of it.

    A long history is run over by a job: 202 tells how far it is, and the profile what came of it.
    """
    actor = permitted(request, "tryProfile", OPERATIONS)
    kept = trials.order(actor, code, form.since, form.until, seen=form.seen)
    if isinstance(kept, TrialOrder):
        return Status(202, telling.ordered_told(kept, kept.text.number))
    return Status(201, telling.trial_told(kept, kept.text.number))


@router.post(
    "/profiles/{code}/shadow",
    response=forms.ProfileWhole,
    operation_id="shadowProfile",
    summary="Count a tested version without letting it select",
)
def shadow_profile(request: HttpRequest, code: ProfileCode, form: forms.ProfileSeenForm) -> Any:
    """Let a tested version be counted on every declaration; it selects none."""
    actor = permitted(request, "shadowProfile", OPERATIONS)
    service.put_on_trial(actor, code, seen=form.seen)
    return _whole(actor, code)


@router.post(
    "/profiles/{code}/proposal",
    response=forms.ProfileWhole,
    operation_id="proposeProfile",
    summary="Ask a second person to approve a version",
)
def propose_profile(request: HttpRequest, code: ProfileCode, form: forms.ProfileSeenForm) -> Any:
    """Ask a second person to let a tested version come into force."""
    actor = permitted(request, "proposeProfile", OPERATIONS)
    service.propose(actor, code, seen=form.seen)
    return _whole(actor, code)


@router.post(
    "/profiles/{code}/approval",
    response=forms.ProfileWhole,
    operation_id="approveProfile",
    summary="Approve a version, or its retirement",
)
def approve_profile(
    request: HttpRequest, code: ProfileCode, form: forms.ProfileDecisionForm
) -> Any:
    """Let a proposed version come into force, or retire one that somebody asked to retire."""
    actor = permitted(request, "approveProfile", OPERATIONS)
    service.approve(actor, code, form.reason, seen=form.seen)
    return _whole(actor, code)


@router.post(
    "/profiles/{code}/refusal",
    response=forms.ProfileWhole,
    operation_id="refuseProfile",
    summary="Refuse a version, or its retirement",
)
def refuse_profile(request: HttpRequest, code: ProfileCode, form: forms.ProfileDecisionForm) -> Any:
    """Send a proposed version back to its writers, or keep in force what was to be retired."""
    actor = permitted(request, "refuseProfile", OPERATIONS)
    service.refuse(actor, code, form.reason, seen=form.seen)
    return _whole(actor, code)


@router.post(
    "/profiles/{code}/retirement",
    response=forms.ProfileWhole,
    operation_id="retireProfile",
    summary="Retire a risk profile",
)
def retire_profile(
    request: HttpRequest, code: ProfileCode, form: forms.ProfileRetirementForm
) -> Any:
    """Give up what is being written; of what is in force, ask a second person to retire it."""
    actor = permitted(request, "retireProfile", OPERATIONS)
    service.retire(actor, code, form.reason)
    return _whole(actor, code)


def _whole(actor: Actor, code: str) -> dict[str, Any]:
    known = profile_for(actor, code)
    return {**telling.told(known, telling.Evidence()), "versions": telling.versions(code)}


def _draft(form: forms.ProfileForm) -> Draft:
    return Draft(
        name=form.name,
        condition=form.condition,
        lane=None if form.lane is None else int(Lane[form.lane.upper()]),
        weight=form.weight,
        owner=form.owner,
        reasons=form.reasons,
        valid_from=form.valid_from,
        valid_to=form.valid_to,
        channel=form.channel,
        trader_text=form.trader_text,
    )
