"""Pages of what comes after release: each side finds its act on the page, and no other side's."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from django.urls import reverse
from tests.post_clearance.conftest import people, released  # noqa: F401 - fixtures
from tests.web.conftest import text_of

from clearway.accounts.models import Membership, User
from clearway.audit.actor import Role
from clearway.audit.models import Leaf
from clearway.events.models import Event
from clearway.payments.queries import debt_of
from clearway.post_clearance import appealing, audit_decisions, auditing, correcting, selecting
from clearway.post_clearance.changing import Change
from clearway.post_clearance.models import Appeal, Audit, Claim, Correction, Draw
from clearway.web.words import LANGUAGES, words

DEARER = [Change(1, "price", "12000.00")]
ROW = {"item-1": "1", "datum-1": "price", "value-1": "12000.00"}


@pytest.fixture
def second(people):  # noqa: F811
    """A supervisor who had no part in anything, as a user."""
    user = User.objects.create(email="second@customs.example")
    Membership.objects.create(
        user=user, organisation_id=people.supervisor.organisation, role=Role.SUPERVISOR,
        valid_from="2026-01-01", granted_by="user:0",
    )  # fmt: skip
    return user


def acts_on(answer):
    """Return where the forms of a page lead, and its links of acts."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return set(re.findall(r'<form method="post" action="([^"]+)"', main))


def test_an_audit_is_opened_from_the_declarations_page(signed, released):  # noqa: F811
    mrn = released()
    officer, trader = signed("officer"), signed("trader")
    page = officer.get(reverse("declaration", args=[mrn]))
    assert reverse("open_audit", args=[mrn]) in page.content.decode()
    assert reverse("open_audit", args=[mrn]) not in (
        trader.get(reverse("declaration", args=[mrn])).content.decode()
    )
    new = reverse("open_audit", args=[mrn])
    assert officer.get(new).status_code == 200
    assert officer.post(new, {"reason": "", "audit_ground": "ordinary"}).status_code == 422
    done = officer.post(new, {"reason": "Price below others", "audit_ground": "negligence"})
    assert done.status_code == 303
    row = Audit.objects.get()
    assert (row.ground, row.channel) == ("negligence", "risk")

    def at(name):
        return reverse(name, args=[row.pk])

    assert trader.get(at("audit")).status_code == 404, "he is not told that he was selected"
    page = text_of(officer.get(at("audit")))
    assert "Price below others" in page
    assert "Notify the audit, or give it up" in page
    assert at("notify_audit") not in acts_on(officer.get(at("audit")))


def test_an_audit_from_its_notice_to_its_decision(signed, people, released):  # noqa: F811
    mrn = released()
    officer, boss, trader = signed("officer"), signed("supervisor"), signed("trader")
    row = auditing.open_audit(people.ben, [mrn], "Price below others")

    def at(name):
        return reverse(name, args=[row.pk])

    member = people.ann.name
    shown = boss.get(at("audit"))
    assert at("notify_audit") in acts_on(shown)
    assert f'value="{member}"' in shown.content.decode()
    assert boss.post(at("notify_audit"), {"reason": "By the law"}).status_code == 422, "no team"
    team = {"team": [member], "reason": "By the law"}
    assert boss.post(at("notify_audit"), team).status_code == 303
    ann = signed(User.objects.get(pk=int(member[5:])))
    assert at("begin_audit") in acts_on(ann.get(at("audit")))
    assert at("begin_audit") not in acts_on(officer.get(at("audit"))), "he is not of the team"
    assert officer.post(at("begin_audit")).status_code == 403
    assert ann.post(at("begin_audit")).status_code == 303
    wrong = ann.post(at("draft_findings"), {"findings": "Low", **ROW, "item-1": "x"})
    assert wrong.status_code == 422
    assert 'value="12000.00"' in wrong.content.decode(), "nothing typed is lost"
    more = ann.post(at("draft_findings"), {"findings": "Low", **ROW, "more": "yes"})
    assert more.status_code == 200
    assert 'name="item-5"' in more.content.decode()
    assert Audit.objects.get().state == "field", "only rows were asked for"
    assert ann.post(at("draft_findings"), {"findings": "Too low.", **ROW}).status_code == 303
    page = trader.get(at("audit"))
    told = text_of(page)
    assert "Too low." in told
    assert "Price below others" not in told, "why he was chosen is told to officials alone"
    assert "It is up to: the trader · Answer the findings until" in told
    assert acts_on(page) == {at("answer_audit")}
    assert acts_on(boss.get(at("audit"))) == set(), "he waits for the party"
    assert trader.post(at("answer_audit"), {"answer": "The contract says so."}).status_code == 303
    assert at("decide_audit") in acts_on(boss.get(at("audit")))
    assert at("decide_audit") not in acts_on(ann.get(at("audit")))
    assert boss.post(at("decide_audit"), {"reasons": "No proof."}).status_code == 422
    decided = {"decision": "uphold", "reasons": "No proof."}
    assert boss.post(at("decide_audit"), decided).status_code == 303
    told = text_of(trader.get(at("audit")))
    assert "No proof." in told
    assert "Appeal against it" in told
    listed = text_of(trader.get(reverse("audits")))
    assert "Decided" in listed
    assert signed("trader2").get(at("audit")).status_code == 404
    reads = Leaf.objects.filter(kind="read", subject=f"post_audit:{row.pk}")
    reader = {
        name: f"user:{User.objects.get(email=f'{name}@demo.example').pk}"
        for name in ("supervisor", "trader")
    }
    assert reads.filter(actor=reader["supervisor"]).exists()
    assert not reads.filter(actor=reader["trader"]).exists()


def test_what_was_selected_leads_to_its_audit_and_the_auditor_only_reads(
    signed,
    border,
    released,  # noqa: F811
):
    mrn = released(lane=1)
    selecting.on_released(mrn)
    page = signed("officer").get(reverse("selections")).content.decode()
    assert reverse("open_audit", args=[mrn]) in page
    page = signed("auditor").get(reverse("selections")).content.decode()
    assert mrn in page
    assert reverse("open_audit", args=[mrn]) not in page
    assert signed("trader").get(reverse("selections")).status_code == 403
    assert signed("auditor").get(reverse("open_audit", args=[mrn])).status_code == 403


def test_a_supervisor_passes_over_what_was_selected_with_his_reason(
    signed,
    border,
    released,  # noqa: F811
):
    mrn, drawn = released(lane=1), released(lane=1)
    for one in (mrn, drawn):
        selecting.on_released(one)
    Draw.objects.filter(declaration__mrn=drawn).update(channel="random", propensity=200)
    boss, number = signed("supervisor"), Draw.objects.get(declaration__mrn=mrn).pk
    address = reverse("pass_over_selection", args=[number])
    assert address in boss.get(reverse("open_audit", args=[mrn])).content.decode()
    page = signed("officer").get(reverse("open_audit", args=[mrn])).content.decode()
    assert "audits/selected/" not in page, "who opens audits may not choose what is not audited"
    page = boss.get(reverse("open_audit", args=[drawn])).content.decode()
    assert "audits/selected/" not in page, "the draw is the measure"
    assert signed("officer").get(address).status_code == 403
    assert boss.post(address, {"reason": " "}).status_code == 422
    assert boss.post(address, {"reason": "Audited last month"}).status_code == 303
    assert mrn not in boss.get(reverse("selections")).content.decode()
    told = Event.objects.get(kind="post_clearance.passed_over")
    assert json.loads(bytes(told.body))["reason"] == "Audited last month"
    assert boss.post(address, {"reason": "Again"}).status_code == 404

    row = Draw.objects.get(declaration__mrn=drawn)
    path = f"/audit-selections/{row.pk}/passing-over"
    assert border.ask("supervisor", "post", path, {"reason": "No time"}).status == 409
    Draw.objects.filter(pk=row.pk).update(channel="lane")
    assert border.ask("supervisor", "post", path, {"reason": ""}).status == 422
    assert border.ask("officer", "post", path, {"reason": "No time"}).status == 403
    done = border.ask("supervisor", "post", path, {"reason": "No time"})
    assert (done.status, done.json["mrn"]) == (200, drawn)
    assert border.ask("supervisor", "get", "/audit-selections").json["items"] == []


def test_a_correction_is_begun_by_one_and_confirmed_by_a_second(signed, people, released):  # noqa: F811
    mrn = released()
    officer, boss, trader = signed("officer"), signed("supervisor"), signed("trader")
    new = reverse("correct_declaration", args=[mrn])
    assert new in officer.get(reverse("declaration", args=[mrn])).content.decode()
    assert officer.get(new).status_code == 200
    assert officer.post(new, {"reason": "Contract"}).status_code == 422, "nothing changes"
    assert officer.post(new, {**ROW, "reason": ""}).status_code == 422
    assert officer.post(new, {**ROW, "reason": "Contract"}).status_code == 303
    row = Correction.objects.get()
    page = reverse("correction", args=[row.pk])
    decide = reverse("confirm_correction", args=[row.pk])
    assert trader.get(page).status_code == 404, "it is not done"
    assert decide not in acts_on(officer.get(page))
    assert officer.post(decide, {"decision": "confirm"}).status_code == 409
    assert decide in acts_on(boss.get(page))
    assert "It is up to: customs XP000110 · Confirm the correction" in text_of(boss.get(page))
    assert boss.post(decide, {"decision": "send_back", "reason": ""}).status_code == 422
    assert boss.post(decide, {"decision": "confirm"}).status_code == 303
    told = text_of(trader.get(page))
    assert "Price of the item" in told
    assert "12000.00" in told
    assert "user:" not in told
    assert page in trader.get(reverse("declaration", args=[mrn])).content.decode()


def test_an_appeal_with_its_clocks_on_both_sides(signed, people, released, second):  # noqa: F811
    mrn = released()
    audit = auditing.open_audit(people.ann, [mrn], "Price")
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
    auditing.begin(people.ann, audit.pk)
    audit_decisions.draft(people.ann, audit.pk, "Too low.", {mrn: DEARER})
    audit_decisions.answer(people.trader, audit.pk, "It was the price.")
    audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="No proof.")
    trader, boss, other = signed("trader"), signed("supervisor"), signed(second)
    new = f"{reverse('lodge_appeal')}?against=audit&number={audit.pk}"
    assert trader.get(new).status_code == 200
    assert trader.get(reverse("lodge_appeal")).status_code == 404
    assert signed("trader2").post(new, {"grounds": "Not mine"}).status_code == 404
    assert trader.post(new, {"grounds": ""}).status_code == 422
    body = {"grounds": "The price was paid so.", "suspension": ["yes"]}
    assert trader.post(new, body).status_code == 303
    assert trader.post(new, body).status_code == 422, "one is open"
    row = Appeal.objects.get()

    def at(name):
        return reverse(name, args=[row.pk])

    page = trader.get(at("appeal"))
    assert acts_on(page) == {at("withdraw_appeal")}
    assert "It is up to: customs XP000110 · Admit the appeal until" in text_of(page)
    page = boss.get(at("appeal"))
    assert acts_on(page) == set()
    assert "You had a part in what was decided first" in text_of(page)
    assert boss.post(at("admit_appeal"), {"decision": "admit"}).status_code == 409
    assert other.post(at("admit_appeal"), {"decision": "refuse"}).status_code == 422
    assert other.post(at("admit_appeal"), {"decision": "suspend"}).status_code == 303
    assert "Collection waits" in text_of(trader.get(at("appeal")))
    assert other.post(at("hear_appeal"), {"record": "Both were heard."}).status_code == 303
    many = {"outcome": "changed", "reasons": "Lower", "tax-1": "PENALTY", "amount-1": "much"}
    assert other.post(at("decide_appeal"), many).status_code == 422
    before = debt_of(row.declaration_id).payable
    done = other.post(at("decide_appeal"), {**many, "amount-1": "1.00"})
    assert done.status_code == 303
    assert debt_of(row.declaration_id).payable == before - 100
    told = text_of(trader.get(at("appeal")))
    assert "Both were heard." in told
    assert "Changed" in told
    assert at("appeal") in trader.get(reverse("declaration", args=[mrn])).content.decode()


def test_a_disclosure_and_a_withdrawal(signed, people, released):  # noqa: F811
    mrn = released()
    trader = signed("trader")
    new = reverse("disclose_error", args=[mrn])
    assert new in trader.get(reverse("declaration", args=[mrn])).content.decode()
    assert signed("officer").get(new).status_code == 403
    assert trader.post(new, {"disclosure": "Freight was left out"}).status_code == 303
    row = Audit.objects.get()
    assert "Freight was left out" in text_of(trader.get(reverse("audit", args=[row.pk])))
    made = correcting.propose(people.ann, released(), DEARER, "Price")
    correcting.confirm(people.ben, made.pk, confirmed=True)
    appeal = appealing.lodge(people.trader, "correction", made.pk, "It was the price.")
    gone = trader.post(reverse("withdraw_appeal", args=[appeal.pk]))
    assert gone.status_code == 303
    assert "Nobody has to do anything" in text_of(trader.get(reverse("appeal", args=[appeal.pk])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_stand_in_every_language_with_labels_and_headings(
    signed,
    people,  # noqa: F811
    released,  # noqa: F811
    language,
):
    mrns = [released(), released()]
    audit = auditing.open_audit(people.ann, mrns, "Price")
    boss, told = signed("supervisor"), words(language)
    addresses = [reverse("audit", args=[audit.pk]), reverse("audits")]
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
    auditing.begin(people.ann, audit.pk)
    ann = signed(User.objects.get(pk=int(people.ann.name[5:])))
    correction = correcting.propose(people.ben, mrns[0], DEARER, "Price")
    pages = [boss.get(address, {"lang": language}) for address in addresses]
    pages += [
        ann.get(address, {"lang": language})
        for address in (
            addresses[0],
            reverse("correction", args=[correction.pk]),
            reverse("correct_declaration", args=[mrns[1]]),
            reverse("open_audit", args=[mrns[1]]),
            reverse("corrections"),
            reverse("appeals"),
        )
    ]
    assert told["task_draft_audit"] in pages[2].content.decode().replace("&#x27;", "'")
    for page in pages:
        assert page.status_code == 200
        whole = page.content.decode()
        text = whole[whole.index("<main") : whole.index("</main>")]
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), page.request["PATH_INFO"]
        labels = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
        assert labels <= set(ids)
        inputs = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
        for one in [one for one in inputs if 'type="hidden"' not in one]:
            known = re.search(r'\bid="([^"]+)"', one)
            assert "aria-label" in one or (known and known[1] in labels), one
        levels = [int(one) for one in re.findall(r"<h([1-6])\b", text)]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert "<th>" not in text


def test_a_claim_on_both_sides(signed, people, released):  # noqa: F811
    mrn = released()
    trader, officer = signed("trader"), signed("officer")
    new = reverse("lodge_claim", args=[mrn])
    assert new in trader.get(reverse("declaration", args=[mrn])).content.decode()
    assert officer.get(new).status_code == 403
    page = trader.get(new)
    assert "<option>A00</option>" in page.content.decode()
    assert trader.post(new, {"grounds": "Credited"}).status_code == 422, "it names nothing"
    body = {"tax-1": "A00", "amount-1": "150.00", "grounds": "The invoice was credited."}
    assert trader.post(new, {**body, "amount-1": "x"}).status_code == 422
    assert trader.post(new, {**body, "amount-1": "99999999"}).status_code == 409
    assert trader.post(new, body).status_code == 303
    row = Claim.objects.get()

    def at(name):
        return reverse(name, args=[row.pk])

    assert acts_on(trader.get(at("claim"))) == {at("withdraw_claim")}
    page = officer.get(at("claim"))
    assert acts_on(page) == {at("decide_claim")}
    assert "It is up to: customs XP000110 · Decide the claim until" in text_of(page)
    for wrong in ({"reasons": "Some"}, {"decision": "part", "reasons": "Some"},
                  {"decision": "all", "reasons": ""}):  # fmt: skip
        assert officer.post(at("decide_claim"), wrong).status_code == 422
    part = {"decision": "part", "reasons": "As proved.", "tax-1": "A00", "amount-1": "120"}
    assert officer.post(at("decide_claim"), part).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.granted) == ("granted", 12_000)
    told = text_of(trader.get(at("claim")))
    assert "As proved." in told
    assert "Appeal against it" in told
    assert "Refund" in told
    assert signed("trader2").get(at("claim")).status_code == 404
    assert mrn in text_of(signed("auditor").get(reverse("claims")))
    appeal = f"{reverse('lodge_appeal')}?against=claim&number={row.pk}"
    assert trader.get(appeal).status_code == 200
