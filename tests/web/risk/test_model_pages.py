"""Models on pages: ordered, put in the shadow, proposed, let live by another, and retired."""

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.risk.learning.carded import a_card
from tests.risk.learning.made import a_model, kept
from tests.web import model_rows
from tests.web.conftest import signed, text_of  # noqa: F401 - fixtures

from clearway.risk.child import Made
from clearway.risk.learning import cards, service, serving, working
from clearway.risk.learning.models import ModelVersion
from clearway.web.words import LANGUAGES


def laid(state, **changes):
    return kept(a_model(), state, card=cards.packed(a_card(**changes)))


def test_a_model_is_ordered_and_told_why_there_is_none(border, signed):  # noqa: F811
    ann = signed("analyst")
    assert "No model was ordered yet." in text_of(ann.get("/models/"))
    assert ann.post("/models/order").headers["Location"] == "/models/1"
    assert "A job is at work on it: training." in text_of(ann.get("/models/1"))
    service.trained(1, Made(trouble=working.too_few(None)))
    text = text_of(ann.get("/models/1"))
    assert "There are too few inspections to learn from." in text
    assert "Enough inspections and violations to learn from - 200 / 10 not met" in text
    told = signed("analyst").get("/models/1", headers={"accept-language": "fr"})
    told = text_of(told)
    assert "Il y a trop peu de visites pour apprendre." in told
    assert "Constaté : 0 / 0 ; exigé : 200 / 10." in told


def test_the_whole_way_on_pages(border, signed):  # noqa: F811
    row = laid("tested")
    ann, ben = signed("analyst"), signed("supervisor")
    seen = {"seen": row.digest}
    assert ann.post("/models/1/shadow", seen).status_code == 303
    assert "It judges in the shadow now" in text_of(ann.get("/models/1"))
    ann.post("/models/1/propose", {**seen, "reason": "It finds more."})
    assert "You have a part in this already" in text_of(ann.get("/models/1"))
    refused = ann.post("/models/1/promote", {**seen, "reason": "Fine."})
    assert refused.status_code == 409
    assert "This takes a second person" in text_of(refused)
    ben.post("/models/1/promote", {**seen, "reason": "The figures hold."})
    assert "It serves now." in text_of(ben.get("/models/1"))
    assert serving.live().number == 1
    ben.post("/models/1/retire", {"reason": "It drifts."})
    ann.post("/models/1/promote", {**seen, "reason": "Yes."})
    assert ModelVersion.objects.get().state == "retired"


def test_a_refused_proposal_shows_condition_figures_and_remedy(border, signed):  # noqa: F811
    row = laid("shadow", back_test=None)
    page = signed("analyst").post(
        "/models/1/propose", {"seen": row.digest, "reason": "Please."},
        headers={"accept-language": "fr"},
    )  # fmt: skip
    assert page.status_code == 422
    text = text_of(page)
    assert (
        "Il n’a pas été essayé à côté du modèle en service. Essayez-le, puis proposez-le de "
        "nouveau. Constaté : - ; exigé : -."
    ) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_is_told_in_five_languages(border, signed, language):  # noqa: F811
    model_rows.add(1, border.clock.now())
    page = signed("auditor").get("/models/1", headers={"accept-language": language})
    assert page.status_code == 200
    text = text_of(page)
    assert {"en": "40", "ar": "40"}.get(language, "40") in text
    for word in {
        "en": ("The importers’ past", "Of all violations, at 10 %", "inputs drift"),
        "fr": ("Le passé des importateurs", "les entrées dérivent"),
        "zh": ("进口人历史", "输入漂移"),
        "vi": ("Quá khứ người nhập khẩu", "đầu vào trôi"),
        "ar": ("ماضي المستوردين", "انجراف المدخلات"),
    }[language]:
        assert word in text
    assert 'action="/models/1' not in page.content.decode()  # an auditor changes nothing


def test_others_see_nothing(border, signed):  # noqa: F811
    model_rows.add(1, border.clock.now())
    for who in ("trader", "officer", "operator"):
        assert signed(who).get("/models/1").status_code == 403
        assert signed(who).get("/models/").status_code == 403
    assert signed("analyst").get("/models/9").status_code == 404
