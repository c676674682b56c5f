"""Profiles by the API: the whole way of one, who may go it, and what is told of it."""

from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.kernel.features import SCHEMA
from clearway.reference import in_force as packs
from clearway.risk.outcomes import service as recording
from clearway.risk.outcomes.service import Shown

FORM = {
    "code": "UV-017",
    "name": "Cable ties far too cheap",
    "condition": "hs LIKE '3926%' AND origin = 'CN'",
    "lane": "red",
    "weight": 10,
    "trader_text": "profiles.trader.value",
    "owner": "Risk Management Office",
    "reasons": "Four undervalued consignments in February.",
    "valid_from": "2026-03-03",
    "valid_to": "2026-09-01",
}
PERIOD = {"since": "2026-03-01", "until": "2026-03-03"}


def test_the_whole_way_of_a_profile(border, lodged):
    made = border.ask("analyst", "post", "/profiles", FORM)
    assert made.status == 201
    (version,) = made.json["versions"]
    assert (version["standing"], version["trial"], version["text"]["lane"]) == (
        "draft",
        None,
        "red",
    )
    seen = {"seen": version["text"]["digest"]}
    tried = border.ask("analyst", "post", "/profiles/UV-017/trials", {**seen, **PERIOD})
    assert (tried.status, tried.json["passed"], tried.json["declarations"]) == (201, True, 2)
    assert tried.json["share"] == 0
    proposed = border.ask("analyst", "post", "/profiles/UV-017/proposal", seen)
    assert proposed.json["standing"] == "proposed"
    word = {**seen, "reason": "Agreed."}
    own = border.ask("analyst", "post", "/profiles/UV-017/approval", word)
    assert (own.status, own.json["type"]) == (409, "/problems/state-forbids")
    live = border.ask("supervisor", "post", "/profiles/UV-017/approval", word)
    assert (live.json["standing"], live.json["source"]) == ("live", "platform")
    border.lodge(origin="CN", document="HBL-2")
    asked = border.ask("supervisor", "post", "/profiles/UV-017/retirement", {"reason": "Enough."})
    assert asked.json["standing"] == "retiring"
    ended = border.ask("analyst", "post", "/profiles/UV-017/approval", word)
    assert ended.json["standing"] == "retired"
    kinds = [one.kind for one in Event.objects.filter(subject="profile:UV-017").order_by("id")]
    assert kinds == [
        "profile.drafted", "profile.tested", "profile.proposed", "profile.approved",
        "profile.retirement_asked", "profile.retired",
    ]  # fmt: skip
    acts = Leaf.objects.filter(subject="profile:UV-017", kind="act").count()
    assert acts == len(kinds)
    told = b"".join(bytes(one.body) for one in Event.objects.filter(subject="profile:UV-017"))
    assert b"3926" not in told  # no event tells a condition


def test_what_is_wrong_is_told_by_its_datum(border):
    wrong = {**FORM, "condition": "origi = 'CN'", "valid_to": "2030-01-01"}
    answer = border.ask("analyst", "post", "/profiles", wrong)
    assert answer.status == 422
    told = {one["pointer"]: one["detail"] for one in answer.json["errors"]}
    assert "Did you mean origin?" in told["condition"]
    assert told["valid_to"] == "A profile lasts two years at most."
    checked = border.ask(
        "analyst", "post", "/profile-conditions/check", {"condition": "origi = 'CN'"}
    )
    assert checked.json == {
        "sound": False,
        "problems": [
            {"column": 1, "what": "there is no column origi.", "remedy": "Did you mean origin?"}
        ],
    }


def test_the_list_has_every_profile_once_and_no_condition(border):
    pack = packs.reference_at(border.clock.now())
    codes, cursor = [], ""
    while cursor is not None:
        page = border.ask("auditor", "get", f"/profiles?limit=7&cursor={cursor}").json
        codes += [one["code"] for one in page["items"]]
        assert not any("condition" in one for one in page["items"])
        cursor = page["next"]
    assert codes == sorted(one.code for one in pack.profiles)


def test_what_a_profile_has_been_worth_is_told_beside_the_random_draw(office, lodged):
    office.approved()
    mrn = office.border.lodge(origin="CN", document="HBL-2").json["mrn"]
    number = Declaration.objects.get(mrn=mrn).pk
    recording.record(number, [Shown(1, True, 100)], office.border.clock.now())
    (worth,) = (
        one["worth"]
        for one in office.border.ask("supervisor", "get", "/profiles?limit=200").json["items"]
        if one["code"] == "UV-017"
    )
    assert (worth["inspected"], worth["found"], worth["rate"]) == (1, 1, 1.0)
    assert worth["retire"] is False


def test_a_reading_is_logged_and_a_condition_is_nobody_elses(border):
    assert border.ask("auditor", "get", "/profiles/LS-001").json["condition"]
    assert Leaf.objects.filter(kind="read", subject="profile:LS-001").count() == 1
    for who in ("officer", "trader", "tariff", "operator"):
        assert border.ask(who, "get", "/profiles/LS-001").status == 403
    assert border.ask("supervisor", "post", "/profiles", FORM).status == 403


def test_the_columns_are_those_of_the_language(border):
    told = border.ask("analyst", "get", "/profile-columns").json["items"]
    assert [one["name"] for one in told] == [one.name for one in SCHEMA]
