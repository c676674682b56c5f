"""The trader's desk: what needs him, files there and back, keys, webhooks, the sandbox."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.declarations.conftest import a_message

from clearway.accounts import actors
from clearway.accounts.models import ApiKey
from clearway.audit import sequencer
from clearway.declarations import overview
from clearway.declarations.models import Declaration
from clearway.events.models import Delivery, Event, Webhook
from clearway.events.service import act
from clearway.intake import bulk
from clearway.intake.models import BulkJob
from clearway.intake.sandbox import OUTCOMES
from clearway.messages import read_json, write_csv
from clearway.vocabulary.errors import NotSignedIn
from clearway.web.models import Draft
from clearway.web.words import LANGUAGES, words

HOOK = "https://hooks.example.com/in"


@pytest.fixture
def work_off(border, monkeypatch):
    """Take all files through the line."""
    border.line.helper = None
    return lambda: bulk.Bulk(border.line).run_all()


def rows(count, wrong=()):
    """Return a CSV file of declarations; wrong ones declare a mass that their items do not."""
    records = [
        read_json(a_message(lrn=f"ROW-{n}", document=f"HBL-{n}", packages=10)).record
        for n in range(count)
    ]
    for n in wrong:
        records[n].declaration.total_package_quantity.value = "99999"
    text = io.StringIO(newline="")
    write_csv(records, text)
    return text.getvalue().encode()


def upload(visitor, content, name="march.csv", **how):
    return visitor.post("/files/", file=SimpleUploadedFile(name, content), **how)


# The dashboard


def test_what_needs_the_trader_stands_first(border, visit, work_off):
    border.lodged()
    border.lodge(packages=0)
    asked = border.lodged(document="HBL-2")
    Declaration.objects.filter(mrn=asked).update(state="documents_requested")
    late = border.lodged(type_code="IMC", document="HBL-3")
    Declaration.objects.filter(mrn=late).update(supplementary_due=1)
    trader = visit("trader")
    upload(trader, rows(2, wrong=[1]))
    work_off()
    text = trader.get("/dashboard").text
    for kind in ("documents_requested", "rejected", "supplementary_late", "unmatched", "file"):
        assert words("en")[f"need_{kind}"] in text, kind
    assert text.index(words("en")["need_supplementary_late"]) < text.index(
        words("en")["need_unmatched"]
    )
    assert "?state=documents_requested" in text
    assert asked not in visit("trader2").get("/dashboard").text
    part = trader.get("/dashboard", part="now").text
    assert part.startswith('<div id="now"')


def test_a_dashboard_asks_few_questions_however_much_there_is(
    border, visit, django_assert_max_num_queries
):
    for number in range(3):
        border.lodged(document=f"HBL-{number}")
        border.lodge(packages=0)
    trader = visit("trader")
    trader.get("/dashboard")
    with django_assert_max_num_queries(30):
        trader.get("/dashboard")


def test_the_latest_are_counted_and_the_page_says_so(border):
    for number in range(3):
        border.lodged(document=f"HBL-{number}")
    organisation = border.actors["trader"].organisation
    told = overview.standing(organisation, most=2)
    assert (len(told.rows), told.whole) == (2, False)
    whole = overview.standing(organisation)
    assert (len(whole.rows), whole.whole) == (3, True)
    assert [row.id for row in whole.rows] == sorted((row.id for row in whole.rows), reverse=True)


def test_a_simplified_one_waits_until_its_supplementary_one_is_there(border):
    mrn = border.lodged(type_code="IMC")
    organisation = border.actors["trader"].organisation
    assert [row.mrn for row in overview.to_supplement(overview.standing(organisation))] == [mrn]
    border.lodged(type_code="IMY", previous=(mrn,), document="")
    assert overview.to_supplement(overview.standing(organisation)) == []


def test_the_index_of_supplementary_ones_is_used(db):
    """Without it each look at the dashboard would go through every declaration."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as met:
        overview._completed(["26XP1"])
        statement = met.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        assert "declaration_supplementary_once" in str(cursor.fetchall())


@pytest.mark.parametrize("who", ["carrier", "terminal", "broker", "platform"])
def test_every_trade_has_a_desk(border, visit, who):
    border.report("HBL-LATE", arrived=True)
    text = visit(who).get("/dashboard").text
    assert words("en")["needs_you"] in text
    assert (words("en")["your_documents"] in text) == (who in {"carrier", "terminal"})
    assert (words("en")["cargo_count_overdue"] in text) == (who in {"carrier", "terminal"})
    assert (reverse("new_draft") in text) == (who in {"broker", "platform"})


def test_officials_begin_elsewhere(border, visit):
    assert visit("registrar").get("/dashboard", status=303)["Location"] == "/organisations/"


def test_news_are_told_by_name_and_not_by_row(border, visit):
    border.lodge(packages=0)
    sequencer.place()
    rejected = Declaration.objects.get()
    for page in ("/notifications", "/dashboard"):
        text = visit("trader").get(page).text
        assert f'href="/declarations/{rejected.pk}">{rejected.lrn}</a>' in text
        assert f'/{rejected.pk}">{rejected.pk}</a>' not in text


def test_a_rejected_declaration_is_mended_for_the_same_consignment(border, visit):
    border.lodge(packages=0)
    trader, rejected = visit("trader"), Declaration.objects.get()
    page = trader.get(f"/declarations/{rejected.pk}").text
    assert words("en")["mend_declaration"] in page
    shown = trader.follow(f"/declarations/{rejected.pk}/copy").text
    assert 'value="HBL-1"' in shown
    assert words("en")["lodge_copy_asks"] not in shown
    assert 'class="errors"' in shown
    assert Draft.objects.get().lrn != rejected.lrn


# Files


def test_a_file_goes_in_comes_back_and_goes_in_mended(border, visit, work_off):
    trader = visit("trader", "fr")
    at = upload(trader, rows(5, wrong=[1, 3]))["Location"]
    assert 'hx-trigger="every 1s' in trader.get(at).text
    trader.get(f"{at}/to-mend", status=409)
    work_off()
    text = trader.get(at).text
    assert "every 1s" not in text
    assert "2 lignes à corriger" in text
    back = b"".join(trader.get(f"{at}/to-mend").streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(back, newline="")))
    assert [row["#row"] for row in found] == ["3", "5"]
    for row in found:
        row["Declaration.TotalPackageQuantity"] = "10"
        row["Declaration.FunctionalReferenceID"] += "-B"
    again = io.StringIO(newline="")
    writer = csv.DictWriter(again, found[0])
    writer.writeheader()
    writer.writerows(found)
    upload(trader, again.getvalue().encode(), "mended.csv")
    work_off()
    job = BulkJob.objects.get(name="mended.csv")
    assert (job.accepted, job.done) == (2, 2)
    taken = b"".join(trader.get(f"{at}/accepted").streaming_content).decode()
    assert re.findall(r"ROW-\d", taken) == ["ROW-0", "ROW-2", "ROW-4"]
    told = b"".join(trader.get(f"{at}/accepted", format="ndjson").streaming_content)
    assert json.loads(told.splitlines()[0])["lrn"] == "ROW-0"
    errors = trader.get(f"{at}/errors", fault_severity="error").text
    assert errors.count("ROW-1") >= 1
    assert "ROW-0" not in errors


def test_the_form_of_a_file_is_seen_not_believed(border, visit):
    trader = visit("trader")
    upload(trader, a_message(lrn="A") + b"\n", name="strange.csv")
    assert BulkJob.objects.get().form == "ndjson"
    text = upload(trader, b"", name="empty.csv", status=422).text
    assert words("en")["file_empty"] in text
    assert 'href="#id_file"' in text


def test_files_of_others_are_not_there(border, visit):
    at = upload(visit("trader"), rows(1))["Location"]
    for page in ("", "/errors", "/to-mend", "/accepted"):
        visit("trader2").get(at + page, status=404)
        visit("officer").get(at + page, status=403)


# Keys and webhooks


def test_a_key_is_shown_once_and_ends_at_once(visit):
    trader = visit("trader")
    text = trader.post("/connections/keys/new", status=422, key_name="").text
    assert 'href="#id_key_name"' in text
    assert 'href="#id_roles"' in text
    made = trader.post("/connections/keys/new", status=201, key_name="store", roles="trader")
    secret = re.search(r'value="(cw_[a-z0-9]+_\w{43})"', made.text)[1]
    assert actors.actor_of_key(secret).identifier == "XP1000000001"
    assert "no-store" in made["Cache-Control"]
    key = ApiKey.objects.get(name="store")
    at = reverse("key", args=[key.pk])
    assert secret not in trader.get(at).text
    assert "store" in trader.get("/connections").text
    visit("trader2").get(at, status=404)
    visit("trader2").post(f"{at}/revoke", status=404)
    assert words("en")["key_revoked"] in trader.follow(f"{at}/revoke").text
    actors.forget()  # as the commit of the revocation lets it
    with pytest.raises(NotSignedIn):
        actors.actor_of_key(secret)
    assert "store" not in trader.get("/connections", in_force="yes").text


def test_a_key_ends_by_the_offices_clock_and_not_in_the_past(visit):
    wanted = {"key_name": "old", "roles": "trader", "expires_at": "2026-03-01T08:00"}
    text = visit("trader").post("/connections/keys/new", status=422, **wanted).text
    assert words("en")["asks_expires_at_wrong"] in text
    assert 'value="2026-03-01T08:00"' in text


def test_a_webhook_lives_and_ends(border, visit):
    trader = visit("trader", "zh")
    text = trader.post("/connections/webhooks/new", status=422, url="ftp://example.com").text
    assert words("zh")["asks_url_wrong"] in text
    made = trader.post(
        "/connections/webhooks/new", status=201, url=HOOK, kinds=["declaration.", "bulk."]
    )
    first = re.search(r'value="(whsec_[^"]+)"', made.text)[1]
    hook = Webhook.objects.get()
    assert hook.kinds == "declaration. bulk."
    at = reverse("webhook", args=[hook.pk])
    visit("trader2").get(at, status=404)
    assert HOOK in trader.get("/connections").text
    assert first not in trader.get(at).text
    trader.follow(at, url=HOOK, description="depot", kinds=["mandate."])
    hook.refresh_from_db()
    assert (hook.kinds, hook.description) == ("mandate.", "depot")
    second = trader.post(f"{at}/secret", status=201).text
    assert first not in second
    assert "whsec_" in second
    trader.follow(f"{at}/state")
    hook.refresh_from_db()
    assert hook.state == "disabled"
    trader.follow(f"{at}/remove")
    trader.get(at, status=404)


def test_deliveries_are_sent_again_by_choice_or_by_time(border, visit):
    trader = visit("trader")
    trader.post("/connections/webhooks/new", status=201, url=HOOK)
    hook, own = Webhook.objects.get(), border.actors["trader"].organisation
    with act(border.actors["trader"]) as doing:
        for number in range(3):
            doing.announce("bulk.finished", f"bulk:{number}", {}, concerns=(own,))
    sent = [
        Delivery.objects.create(
            webhook=hook, event=event, state="failed", error="refused",
            due_at=border.clock.now(), made_at=border.clock.now(),
        )
        for event in Event.objects.filter(kind="bulk.finished").order_by("id")
    ]  # fmt: skip
    at = reverse("webhook", args=[hook.pk])
    assert trader.get(at).text.count('name="delivery"') == 3
    assert "2" in trader.follow(f"{at}/replay", delivery=[sent[0].pk, sent[2].pk]).text
    assert Delivery.objects.filter(replay=True).count() == 2
    text = trader.post(f"{at}/replay", status=422, since="yesterday").text
    assert 'href="#span_since"' in text
    begin = border.clock.now() - timedelta(hours=30)
    span = {"since": f"{begin:%Y-%m-%dT%H:%M}", "until": "2026-03-04T23:00"}
    trader.post(f"{at}/replay", **span)
    assert Delivery.objects.filter(replay=True).count() == 5
    listed = trader.get(f"{at}/deliveries", delivery_state="failed").text
    assert listed.count("bulk.finished") == 3


# The sandbox


def test_the_sandbox_answers_in_words_and_leaves_nothing(border, visit):
    trader = visit("trader", "vi")
    text = trader.get("/sandbox").text
    assert all(f"SANDBOX-{wish}" in text for wish in OUTCOMES)
    message = a_message(lrn="SANDBOX-RED-1").decode()
    text = trader.post("/sandbox", status=200, message=message).text
    assert words("vi")["lane_short_RED"] in text
    assert words("vi")["sandbox_taken"] in text
    busy = trader.post("/sandbox", status=200, message=message, outcome="BUSY").text
    assert words("vi")["refused_too-much"] in busy
    assert "2 giây" in busy
    wrong = a_message(lrn="X", packages=0).decode()
    told = trader.post("/sandbox", status=200, message=wrong).text
    assert words("vi")["refused_rejected"] in told
    assert reverse("findings") in told
    file = SimpleUploadedFile("one.json", message.encode())
    assert "SANDBOX" in trader.post("/sandbox", status=200, message_file=file).text
    trader.post("/sandbox", status=422)
    assert not Declaration.objects.exists()


def test_the_sandbox_takes_a_declaration_that_one_may_read(border, visit):
    mrn = border.lodged()
    trader = visit("trader")
    assert "SANDBOX" in trader.post("/sandbox", status=200, declaration=mrn, outcome="BLUE").text
    text = visit("trader2").post("/sandbox", status=422, declaration=mrn).text
    assert words("en")["asks_declaration_wrong"] in text


def test_the_sandbox_takes_a_draft_of_ones_own(border, visit):
    mrn = border.lodged()
    trader = visit("trader")
    assert 'name="draft"' not in trader.get("/sandbox").text
    draft = re.search(r"\d+", trader.post(f"/declarations/{mrn}/copy")["Location"])[0]
    assert f'<option value="{draft}">' in trader.get("/sandbox").text
    lacking = trader.post("/sandbox", status=200, draft=draft).text
    assert words("en")["refused_rejected"] in lacking
    kept = Draft.objects.get()
    trader.post(f"/drafts/{draft}/check", revision=kept.revision, document="HBL-2", invoice="I-2")
    text = trader.post("/sandbox", status=200, draft=draft, outcome="RED").text
    assert words("en")["lane_short_RED"] in text
    assert Declaration.objects.count() == 1
    visit("trader2").post("/sandbox", status=422, draft=draft)


# All pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_shown_in_every_language(border, visit, language, work_off):
    trader = visit("trader", language)
    border.lodged()
    file = upload(trader, rows(2, wrong=[1]))["Location"]
    work_off()
    trader.post("/connections/webhooks/new", status=201, url=HOOK)
    sequencer.place()
    hook = reverse("webhook", args=[Webhook.objects.get().pk])
    key = reverse("key", args=[ApiKey.objects.get(prefix="trader").pk])
    told = words(language)
    for page in ("/dashboard", "/files/", file, f"{file}/errors", "/connections", key, hook,
                 f"{hook}/deliveries", "/connections/keys/new", "/connections/webhooks/new",
                 "/sandbox", "/notifications"):  # fmt: skip
        text = trader.get(page).text
        assert text.count("<h1") == 1, page
        assert told["menu_sandbox"] in text
        for identifier in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', text):
            for one in identifier.split():
                assert f'id="{one}"' in text, (page, one)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), (page, sorted(ids))
