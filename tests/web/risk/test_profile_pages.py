"""Profiles on pages: written, tried, approved by another, retired; and read aloud."""

import re

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.web.conftest import signed, text_of  # noqa: F401 - fixtures

from clearway.kernel.features import SCHEMA
from clearway.risk.profiles.models import ProfileVersion
from clearway.web.risk.reading import read_aloud
from clearway.web.words import LANGUAGES, words

GIVEN = {
    "code": "UV-017",
    "name": "Cheap telephones",
    "condition": "origin = 'CN' AND hs LIKE '8517%'",
    "lane": "red",
    "weight": "10",
    "channel": "profile",
    "trader_text": "value",
    "owner": "Risk Management Office",
    "reasons": "Four undervalued consignments.",
    "valid_from": "2026-03-03",
    "valid_to": "2026-09-01",
}
ASKED = "origin IN ('CN', 'VN') AND hs LIKE '8517%' AND customs_value / net_mass < 3"


def seen(client):
    page = client.get("/profiles/UV-017").content.decode()
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", ("the origin is China or Vietnam, and the commodity code begins with 8517, and the "
               "customs value per kilogram is less than 3")),
        ("fr", ("l’origine est Chine ou Viêt Nam, et le code marchandise commence par 8517, et la "
               "valeur en douane par kilogramme vaut moins de 3")),
        ("zh", "原产国为中国或越南，且商品编码以8517开头，且每千克完税价格小于3"),
        ("vi", ("xuất xứ là Trung Quốc hoặc Việt Nam, và mã hàng bắt đầu bằng 8517, và trị giá hải "
               "quan trên một ki-lô-gam nhỏ hơn 3")),
        ("ar", ("المنشأ هو الصين أو فيتنام، ورمز السلعة يبدأ بـ \u20688517\u2069، والقيمة الجمركية "
               "لكل كيلوغرام أقل من \u20683\u2069")),
    ],
)  # fmt: skip
def test_a_condition_is_read_aloud_in_every_language(language, sentence):
    assert read_aloud(ASKED, language) == sentence


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("NOT origin = 'CN'", "the origin is not China"),
        ("origin NOT IN ('CN')", "the origin is not China"),
        ("hs LIKE '%85%'", "the commodity code contains 85"),
        ("hs NOT LIKE '85__'", "the commodity code does not match the pattern 85__"),
        ("net_mass IS NULL", "the net mass (kg) is not known"),
        ("NOT (net_mass > 5)", "the net mass (kg) is at most 5"),
        ("2.50 >= quantity", "the quantity is at most 2.5"),
        ("route_new", "the importer has not used this route before"),
        ("route_new = FALSE",
         "it is not so that the importer has not used this route before"),
        ("NOT (route_new AND item = 1)",
         ("it is not so that the importer has not used this route before, or the position of the "
         "goods item is not 1")),
        ("item = 1 AND (item = 2 OR item = 3)",
         ("the position of the goods item is 1, and (the position of the goods item is 2, or the "
         "position of the goods item is 3)")),
        ("net_mass BETWEEN -1 AND 2", "the net mass (kg) is between minus 1 and 2"),
        ("legal_date < '2026-03-01'", "the day whose law applies is before Mar 1, 2026"),
        ("gross_mass - net_mass > 2 * packages",
         ("the gross mass (kg) minus the net mass (kg) is more than 2 times the number of packages "
         "of the item")),
        ("value_per_kg < 3", "the customs value per kilogram is less than 3"),
        ("TRUE", "always"),
    ],
)  # fmt: skip
def test_what_each_form_says(condition, sentence):
    assert read_aloud(condition, "en") == sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_its_words_and_none_is_left_over(language):
    told = {key for key in words(language) if key.startswith("says_")}
    assert told == {f"says_{one.name}" for one in SCHEMA}


def test_what_cannot_be_used_is_not_read():
    assert read_aloud("origi = 'CN'", "en") == ""
    assert read_aloud("", "en") == ""
    assert read_aloud(" AND ".join(["item = 1"] * 300), "en").count("position") == 300


def test_the_live_check_names_the_place_and_the_nearest_column(signed):  # noqa: F811
    answer = signed("analyst").post(
        "/profiles/check", {"condition": "net_mass > 1 AND origi = 'CN'"}
    )
    text = text_of(answer)
    assert "Place 18" in text
    assert "Did you mean origin?" in text
    assert "<mark>origi</mark>" in answer.content.decode()
    french = {"accept-language": "fr"}
    sound = signed("analyst").post("/profiles/check", {"condition": "item = 1"}, headers=french)
    assert "le numéro de l’article est 1" in text_of(sound)
    told = signed("analyst").post(
        "/profiles/check", {"condition": "origi = 'CN'"}, headers={"accept-language": "vi"}
    )
    assert "Có phải ý bạn là origin?" in text_of(told)


def test_an_analyst_writes_tests_has_approved_and_retires_a_profile(signed, border):  # noqa: F811
    border.lodge(document="HBL-1")
    ann, ben = signed("analyst"), signed("analyst2")
    assert ann.post("/profiles/new", GIVEN).headers["Location"] == "/profiles/UV-017"
    text = text_of(ann.get("/profiles/UV-017"))
    assert "Draft" in text
    assert "the origin is China, and the commodity code begins with 8517" in text
    ann.post(
        "/profiles/UV-017/try", {"seen": seen(ann), "since": "2026-03-01", "until": "2026-03-03"}
    )
    text = text_of(ann.get("/profiles/UV-017"))
    assert "Tested" in text
    assert "let through" in text
    ann.post("/profiles/UV-017/shadow", {"seen": seen(ann)})
    assert "On trial" in text_of(ann.get("/profiles/UV-017"))
    ann.post("/profiles/UV-017/propose", {"seen": seen(ann)})
    assert "You have a part in this already" in text_of(ann.get("/profiles/UV-017"))
    refused = ann.post("/profiles/UV-017/approve", {"seen": seen(ben), "reason": "Fine."})
    assert refused.status_code == 409
    assert "second person" in text_of(refused)
    ben.post("/profiles/UV-017/approve", {"seen": seen(ben), "reason": "Agreed."})
    assert "Live" in text_of(ben.get("/profiles/UV-017"))
    ann.post("/profiles/UV-017/retire", {"reason": "It finds nothing."})
    assert "To be retired" in text_of(ben.get("/profiles/UV-017"))
    ben.post("/profiles/UV-017/approve", {"seen": seen(ben), "reason": "Yes."})
    assert ProfileVersion.objects.get().state == "retired"
    assert "Retired" in text_of(ben.get("/profiles/?standing=retired"))


def test_what_is_wrong_comes_back_to_its_field_and_keeps_what_was_typed(signed):  # noqa: F811
    ann = signed("analyst")
    wrong = {**GIVEN, "condition": "origi = 'CN'", "weight": "500", "reasons": "", "valid_to": ""}
    answer = ann.post("/profiles/new", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("condition", "weight", "reasons"):
        assert f'href="#{name}"' in page
    assert '<a href="#valid_to">First day without it: This is needed.</a>' in page
    assert "origi = &#x27;CN&#x27;" in page
    assert 'value="Cheap telephones"' in page
    assert ann.post("/profiles/new", {**GIVEN, "code": "uv 17"}).status_code == 422
    assert not ProfileVersion.objects.exists()


def test_without_a_script_the_condition_is_checked_on_the_form(signed):  # noqa: F811
    answer = signed("analyst").post("/profiles/new", {**GIVEN, "check": "1"})
    assert answer.status_code == 200
    assert "The condition can be used." in text_of(answer)
    assert not ProfileVersion.objects.exists()
    assert "net_mass" in text_of(signed("analyst").get("/profiles/new"))  # every column is there


def test_a_next_version_begins_from_the_one_of_the_pack(signed):  # noqa: F811
    ann = signed("analyst")
    page = ann.get("/profiles/LS-001/write").content.decode()
    assert "sanctions_match = TRUE" in page
    given = {**GIVEN, "condition": "sanctions_match = TRUE", "channel": "legal_stop"}
    given.pop("code")
    assert ann.post("/profiles/LS-001/write", given).status_code == 303
    assert ProfileVersion.objects.get().number == 2
    again = ann.get("/profiles/LS-001/write").content.decode()
    assert 'name="seen"' in again
    assert "Four undervalued consignments." in again


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address", ["/profiles/", "/profiles/LS-001", "/profiles/columns", "/profiles/new"]
)
def test_each_page_is_told_in_each_language(signed, language, address):  # noqa: F811
    answer = signed("analyst").get(address, {"lang": language})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'lang="{language}' in page
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize(
    ("who", "status"),
    [("trader", 403), ("officer", 403), ("tariff", 403), ("auditor", 200), ("supervisor", 200)],
)
def test_who_sees_profiles(signed, who, status):  # noqa: F811
    client = signed(who)
    assert client.get("/profiles/").status_code == status
    assert client.get("/profiles/LS-001").status_code == status
    assert client.get("/profiles/new").status_code == 403
    assert client.post("/profiles/LS-001/propose", {"seen": ""}).status_code == 403


def test_an_absent_profile_is_not_there(signed):  # noqa: F811
    assert signed("analyst").get("/profiles/NO-1").status_code == 404
    assert signed("analyst").post("/profiles/NO-1/retire", {"reason": "x"}).status_code == 404


def test_a_day_that_is_none_is_refused(signed, border):  # noqa: F811
    ann = signed("analyst")
    ann.post("/profiles/new", GIVEN)
    answer = ann.post("/profiles/UV-017/try", {"seen": seen(ann), "since": "", "until": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_trial_shows_how_far_it_is_and_how_it_ended(border, signed, monkeypatch, language):  # noqa: F811
    from clearway.risk.profiles import trials
    from clearway.risk.profiles.models import TrialOrder

    border.lodge()
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    ann = signed("analyst")
    ann.post("/profiles/new", GIVEN)
    period = {"seen": seen(ann), "since": "2026-03-01", "until": "2026-03-03"}
    assert ann.post("/profiles/UV-017/try", period).status_code == 303
    told, own = words(language), {"accept-language": language}
    ordered = re.sub(r"\{.*", "", told["profile_trial_working"]).strip()
    assert ordered in text_of(ann.get("/profiles/UV-017", headers=own))
    TrialOrder.objects.update(seen=1, total=2, state="working")
    part = ann.get("/profiles/UV-017?part=trial")
    assert b'value="50"' in part.content
    assert b"every 2s" in part.content
    TrialOrder.objects.update(state="failed", trouble="The work failed; the log says why.")
    assert told["profile_trial_failed"] in text_of(ann.get("/profiles/UV-017", headers=own))
    assert b"every 2s" not in ann.get("/profiles/UV-017?part=trial").content


def test_a_damaged_profile_says_so_on_its_page(border, signed):  # noqa: F811
    from clearway.risk.profiles.models import ProfileText

    ann = signed("analyst")
    ann.post("/profiles/new", GIVEN)
    ProfileVersion.objects.update(state="shadow")
    assert "can no longer be evaluated" not in text_of(ann.get("/profiles/UV-017"))
    ProfileText.objects.update(condition="origin = ")
    assert "version 1 can no longer be evaluated" in text_of(ann.get("/profiles/UV-017"))


def test_what_was_hit_in_the_shadow_stands_on_the_page(border, signed):  # noqa: F811
    from clearway.assessment.models import Assessment, ShadowHit

    mrn = border.lodged()
    ann = signed("analyst")
    ann.post("/profiles/new", GIVEN)
    ShadowHit.objects.create(
        assessment=Assessment.objects.get(), items="1,2", profile="UV-017", version=1, lane=3,
        contribution=0, channel="profile",
    )  # fmt: skip
    page = ann.get("/profiles/UV-017")
    assert "What it hit in the shadow" in text_of(page)
    assert mrn in text_of(page)
    assert "Not inspected" in text_of(page)
    assert f"/declarations/{mrn}".encode() not in page.content, "an analyst opens no declaration"
