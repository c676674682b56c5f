"""The public page: valid, void or unknown, for anybody, in five languages, and nothing private."""

from __future__ import annotations

import pytest
from tests.documents.samples import IMPORTER, MRN, SAMPLES, declaration_print

from clearway.audit.actor import Actor
from clearway.documents import service
from clearway.kernel.texts import LANGUAGES

ACTOR = Actor(name="user:7", organisation=3)
SUBJECT = f"declaration:{MRN}"


def issued(data, kind="declaration_print"):
    return service.issued(ACTOR, kind=kind, subject=SUBJECT, concerns=(3,), data=data)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_learns_whether_a_document_holds(client, language, simulated_clock):
    first = issued(declaration_print())
    page = client.get(f"/verify/{first.token}?lang={language}")
    assert page.status_code == 200
    text = page.content.decode()
    assert 'class="notice well"' in text
    for wanted in (first.number, first.sha256, MRN):
        assert wanted in text
    assert IMPORTER.name not in text
    assert IMPORTER.identifier not in text
    second = issued(declaration_print(98))
    text = client.get(f"/verify/{first.token}?lang={language}").content.decode()
    assert 'class="notice alarm"' in text
    assert second.number in text
    assert second.token not in text


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["AAAAAAAAAAAAAAAAAAAAAA", "é", "x" * 400])
def test_an_unknown_code_is_told_as_such(client, token):
    answer = client.get(f"/verify/{token}")
    assert answer.status_code == 404
    assert 'class="notice alarm"' in answer.content.decode()


@pytest.mark.django_db
def test_who_asks_in_bulk_is_told_to_come_again(client, monkeypatch):
    from clearway.api.rate_limits import Buckets
    from clearway.site import middleware

    monkeypatch.setattr(middleware, "STRANGERS", Buckets(1, 3))
    found = [client.get("/verify/AAAAAAAAAAAAAAAAAAAAAA").status_code for _ in range(4)]
    assert found == [404, 404, 404, 429]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_has_its_page(client, kind, simulated_clock):
    row = issued(SAMPLES[kind], kind)
    assert row.number in client.get(f"/verify/{row.token}").content.decode()
