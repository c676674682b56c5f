"""Which profiles select: the pack's, cut by this room's; and yesterday's, proved again."""

import hashlib
from datetime import timedelta

import msgspec
import pytest
from tests.risk.conftest import TODAY

from clearway.assessment import queries as assessment
from clearway.assessment import service as storing
from clearway.assessment.models import Assessment, Hit, ProfileSet, ShadowHit
from clearway.declarations import queries as declarations
from clearway.declarations.models import Declaration
from clearway.intake.models import Alarm
from clearway.kernel.assess import assess
from clearway.kernel.decisions import Channel, Lane
from clearway.kernel.reference import Period, Profile
from clearway.kernel.tables import Batch
from clearway.reference import in_force as packs
from clearway.risk.profiles import in_force, queries, service
from clearway.risk.profiles.in_force import Ruling, merged
from clearway.risk.profiles.models import ProfileText, ProfileVersion
from clearway.vocabulary.clock import microseconds

NEVER = 2**62
DAY = 86_400_000_000


def pack_profile(code="A", version=1, since=0, until=1000):
    return Profile(code, version, "item = 1", Lane.RED, 0, Period(since, until))


def days(profiles, code):
    return [(one.version, one.period.valid_from, one.period.valid_to)
            for one in profiles if one.code == code]  # fmt: skip


def ruling(version, since, until, *, approved=0, retired=NEVER, code="A", adopted=False):
    return Ruling(approved, retired, pack_profile(code, version, since, until), adopted)


@pytest.mark.parametrize(
    ("rulings", "now", "found"),
    [
        ([], 100, [(1, 0, 1000)]),
        # a platform version replaces the pack's from its first day
        ([ruling(2, 50, 300)], 100, [(1, 0, 50), (2, 50, 300)]),
        ([ruling(2, 0, 300)], 100, [(2, 0, 300)]),
        # not before it is approved
        ([ruling(2, 50, 300, approved=101 * DAY)], 100, [(1, 0, 1000)]),
        # a later version cuts the one before, whatever the order of their ends
        ([ruling(2, 50, 300), ruling(3, 80, 200)], 100, [(1, 0, 50), (2, 50, 80), (3, 80, 200)]),
        # retired after it had begun: gone, and what it replaced does not come back
        ([ruling(2, 50, 300, retired=90 * DAY)], 100, [(1, 0, 50)]),
        # retired before it had begun: as if it had never been
        ([ruling(2, 500, 600, retired=90 * DAY)], 100, [(1, 0, 1000)]),
        # not yet retired at that instant
        ([ruling(2, 50, 300, retired=101 * DAY)], 100, [(1, 0, 50), (2, 50, 300)]),
        # the pack's own, taken over: it counts only once it is retired
        ([ruling(1, 0, 1000, adopted=True)], 100, [(1, 0, 1000)]),
        ([ruling(1, 0, 1000, retired=90 * DAY, adopted=True)], 100, []),
    ],
)
def test_what_is_in_force(rulings, now, found):
    assert days(merged((pack_profile(),), rulings, now * DAY), "A") == found


def test_a_pack_that_comes_later_with_a_new_version_is_heard_again():
    gone = [ruling(1, 0, 1000, retired=90 * DAY, adopted=True)]
    assert days(merged((pack_profile(version=2),), gone, 100 * DAY), "A") == [(2, 0, 1000)]


def test_without_versions_of_its_own_the_law_is_the_very_pack(border):
    now = border.clock.now()
    assert in_force.reference_at(now) is packs.reference_at(now)
    border.lodge()
    assert Assessment.objects.get().profile_set == ""
    assert not ProfileSet.objects.exists()


def test_an_approved_profile_selects_the_next_declaration(office, lodged):
    before = Assessment.objects.count()
    assert not Hit.objects.filter(profile="UV-017").exists()
    office.approved()
    office.border.lodge(origin="CN", document="HBL-2")
    office.border.lodge(origin="DE", document="HBL-3")
    china, germany = Assessment.objects.order_by("id")[before:]
    (hit,) = Hit.objects.filter(profile="UV-017")
    assert (hit.assessment_id, hit.version, hit.lane) == (china.pk, 1, Lane.RED)
    assert (china.lane, china.channel) == (Lane.RED, Channel.PROFILE)
    assert germany.lane != Lane.RED or germany.channel != Channel.PROFILE
    kept = ProfileSet.objects.get()
    assert china.profile_set == germany.profile_set == kept.hash
    assert kept.hash == hashlib.sha256(bytes(kept.profiles)).hexdigest()


def test_every_declaration_run_again_under_its_own_set_has_its_own_lane(office, lodged):
    """Card C06: re-running yesterday's with yesterday's rule version gives the same lanes."""
    office.approved()
    for place, origin in enumerate(("CN", "DE", "CN")):
        office.border.lodge(origin=origin, document=f"HBL-A{place}")
    office.border.later(days=1)
    service.retire(office.ann, "UV-017", "It finds nothing.")
    seen = queries.text_of(queries.version_to_decide("UV-017")).digest
    service.approve(office.ben, "UV-017", "Agreed.", seen=seen)
    office.approved("UV-018", condition="origin = 'DE' AND item_amount > 20000", lane=2)
    for place, origin in enumerate(("CN", "DE")):
        office.border.lodge(origin=origin, document=f"HBL-B{place}", price="30000.00")
    rows = list(Assessment.objects.order_by("id"))
    assert len({row.profile_set for row in rows}) == 3  # the pack's, with UV-017, with UV-018
    lanes = []
    for row in rows:
        declaration = Declaration.objects.get(pk=row.declaration)
        lodgement = declarations.lodgement_of(declarations.current_version(declaration))
        (again,) = assess(Batch([lodgement]), assessment.reference_of(row))
        assert again.selection is not None, again.findings
        assert row.accepted, list(assessment.findings(row.pk).values())
        assert (again.selection.lane, again.selection.channel) == (row.lane, row.channel)
        assert again.hits == tuple(assessment.hits(row.pk))
        lanes.append(row.lane)
    assert lanes[-5] == Lane.RED  # China under UV-017
    assert lanes[-2] != Lane.RED  # China, when it was retired
    assert lanes[-1] >= Lane.YELLOW


def test_a_trial_in_the_shadow_is_counted_and_selects_nothing(office, lodged):
    office.tested()
    service.put_on_trial(office.ann, "UV-017", seen=office.digest("UV-017"))
    office.border.lodge(origin="CN", document="HBL-2", items=2)
    newest = Assessment.objects.order_by("-id")[0]
    (shadow,) = ShadowHit.objects.all()
    assert (shadow.assessment_id, shadow.profile, shadow.items) == (newest.pk, "UV-017", "1,2")
    assert not Hit.objects.filter(profile="UV-017").exists()
    assert newest.profile_set == ""
    lodgement = declarations.lodgement_of(
        declarations.current_version(Declaration.objects.get(pk=newest.declaration))
    )
    (alone,) = assess(Batch([lodgement]), packs.reference_at(office.border.clock.now()))
    assert alone.selection is not None
    assert (alone.selection.lane, alone.selection.score) == (newest.lane, newest.score)
    assert alone.shadow_hits == ()


def test_an_estimate_never_meets_a_profile(office, lodged, monkeypatch):
    office.approved()

    def meets(*_):
        raise AssertionError("the profiles were asked for")

    monkeypatch.setattr(in_force, "reference_at", meets)
    from tests.declarations.conftest import a_message

    answer = office.border.ask("trader", "post", "/estimates", a_message(origin="CN"))
    assert answer.status == 200
    assert "lane" not in answer.json


@pytest.mark.parametrize(
    "damage",
    [
        {"condition": "origi = 'CN'"},
        {"condition": "origin = "},
        {"channel": "nonsense"},
        {"lane": 77},
    ],
)
def test_profiles_that_cannot_be_compiled_mean_documents_and_an_alarm(office, lodged, damage):
    """Design habit 10: the engine failing is never green."""
    office.approved()
    green = office.border.lodge(origin="DE", document="HBL-2").json["mrn"]
    assert Declaration.objects.get(mrn=green).lane == Lane.GREEN
    ProfileText.objects.update(**damage)
    in_force.renew()
    mrn = office.border.lodge(origin="DE", document="HBL-3").json["mrn"]
    found = Declaration.objects.get(mrn=mrn)
    assert found.lane == Lane.YELLOW
    assert "CLW9001" in assessment.rules_found(found.pk)
    assert Alarm.objects.get().subject.startswith("profiles: ")


def test_a_text_that_is_gone_means_documents_too(office, lodged):
    office.approved()
    ProfileVersion.objects.update(text=9)
    in_force.renew()
    mrn = office.border.lodge(origin="DE", document="HBL-2").json["mrn"]
    assert Declaration.objects.get(mrn=mrn).lane == Lane.YELLOW


def test_a_broken_trial_in_the_shadow_touches_no_decision(office, lodged):
    office.tested()
    service.put_on_trial(office.ann, "UV-017", seen=office.digest("UV-017"))
    ProfileText.objects.update(condition="origin = ")
    in_force.renew()
    mrn = office.border.lodge(origin="DE", document="HBL-2").json["mrn"]
    assert Declaration.objects.get(mrn=mrn).lane == Lane.GREEN
    assert not ShadowHit.objects.exists()


def test_a_large_batch_fails_to_documents_as_a_small_one_does(border):
    """The bulk path compiles the set as well: that it cannot must not stop the batch."""
    pack = packs.reference_at(border.clock.now())
    broken = msgspec.structs.replace(
        pack, profiles=(Profile("X-1", 1, "origin = ", Lane.RED, 0, Period()),)
    )
    border.lodge()
    lodgement = declarations.lodgement_of(declarations.current_version(Declaration.objects.get()))
    many = assess(Batch([lodgement] * 401), broken)
    assert {one.selection.lane for one in many} == {Lane.YELLOW}
    assert {one.findings[-1].rule for one in many} == {"CLW9001"}


def test_the_packs_own_profile_can_be_retired_here(office, lodged):
    pack = packs.reference_at(office.border.clock.now())
    code = pack.profiles[0].code
    service.retire(office.ann, code, "No longer needed.")
    asked = queries.version_to_decide(code)
    assert (asked.adopted, asked.number) == (True, pack.profiles[0].version)
    now = office.border.clock.now()
    assert in_force.reference_at(now).profiles == pack.profiles  # until the second person says so
    service.approve(office.ben, code, "Agreed.", seen=queries.text_of(asked).digest)
    office.border.later(seconds=1)
    left = in_force.reference_at(office.border.clock.now()).profiles
    assert [one.code for one in left] == [one.code for one in pack.profiles[1:]]
    assert queries.known_profile(code).standing == "retired"


def test_a_retirement_that_is_refused_leaves_the_packs_own_to_the_pack(office, lodged):
    pack = packs.reference_at(office.border.clock.now())
    code = pack.profiles[0].code
    for _ in range(2):
        service.retire(office.ann, code, "No longer needed.")
        asked = queries.version_to_decide(code)
        assert queries.known_profile(code).standing == "retiring"
        service.refuse(office.ben, code, "It is.", seen=queries.text_of(asked).digest)
        assert queries.known_profile(code).source == queries.PACK
    assert in_force.reference_at(office.border.clock.now()).profiles == pack.profiles


def test_the_set_of_an_instant_that_has_passed_stays_what_it_was(office, lodged):
    before = office.border.clock.now()
    office.border.later(minutes=1)
    office.approved()
    assert in_force.reference_at(before) is packs.reference_at(before)
    assert in_force.reference_at(office.border.clock.now()).profile_set


def test_what_a_process_believes_ends_with_the_change(office, lodged):
    office.approved()
    first = in_force.reference_at(office.border.clock.now())
    assert in_force.reference_at(office.border.clock.now()) is first
    office.border.later(seconds=1)
    office.approved("UV-018", condition="origin = 'DE'")
    assert in_force.reference_at(office.border.clock.now()).profile_set != first.profile_set


def test_a_set_is_named_by_its_content_and_kept_once(office, lodged):
    office.approved()
    law = in_force.reference_at(office.border.clock.now())
    assert law.profile_set == hashlib.sha256(storing.encoded(law.profiles)).hexdigest()
    for place in range(3):
        office.border.lodge(origin="DE", document=f"HBL-{place}")
    kept = ProfileSet.objects.get()
    read = msgspec.msgpack.decode(bytes(kept.profiles), type=tuple[Profile, ...])
    assert read == law.profiles
    assert microseconds(kept.at) == microseconds(office.border.clock.now())


def test_a_version_ends_by_itself(office, lodged):
    office.approved(valid_to=TODAY + timedelta(days=2))
    assert queries.known_profile("UV-017").standing == "live"
    office.border.later(days=2)
    assert queries.known_profile("UV-017").standing == "expired"
    mrn = office.border.lodge(origin="CN", document="HBL-9").json["mrn"]
    newest = assessment.newest(Declaration.objects.get(mrn=mrn).pk)
    assert not Hit.objects.filter(assessment=newest, profile="UV-017").exists()
