"""The witness and the verifier at work, over the API and the command line."""

from __future__ import annotations

import functools

import httpx
import pytest
import typer
from django.db import connection
from ninja.testing import TestClient
from typer.testing import CliRunner

from clearway.audit import checkpoints, merkle, notes, queries, sequencer
from clearway.audit.actor import Actor, Role
from clearway.audit.api import router
from clearway.audit.models import Checkpoint, Leaf
from clearway.audit.service import note_all
from clearway.events import commands
from clearway.events.service import act
from clearway.vocabulary.errors import ClearwayError, DataRefused, NotPermitted, NotThere

pytestmark = pytest.mark.django_db
AUDITOR = Actor(name="key:1", organisation=9, roles=frozenset({Role.AUDITOR}))
TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))


@pytest.fixture(autouse=True)
def platform(settings, tmp_path):
    settings.DATA = tmp_path / "platform"


@pytest.fixture
def client():
    return TestClient(router)


def grow(count):
    for number in range(count):
        with act(TRADER) as doing:
            doing.announce("declaration.accepted", f"declaration:{number}", {"n": number})
    while sequencer.place():
        pass
    return checkpoints.sign()


class Wire(httpx.BaseTransport):
    """Hands requests to the operations as the door would."""

    def __init__(self, client):
        self.client = client

    def handle_request(self, request):
        path = request.url.raw_path.decode().removeprefix("/api/v1")
        body = request.read()
        method = getattr(self.client, request.method.lower())
        try:
            answer = method(path, data=body, content_type="application/json", actor=AUDITOR)
        except NotThere:
            return httpx.Response(404)
        except DataRefused:
            return httpx.Response(422)
        return httpx.Response(answer.status_code, content=answer.content)


@pytest.fixture
def run(client, monkeypatch, tmp_path):
    """Run a command in-process; gives exit code and output."""
    monkeypatch.setattr(httpx, "Client", functools.partial(httpx.Client, transport=Wire(client)))
    app = typer.Typer()
    app.callback()(lambda: None)
    commands.add_to(app, lambda: None)
    (tmp_path / "api").write_text("cw_x\n")

    def work(*words):
        result = CliRunner().invoke(app, ["audit", *words])
        if isinstance(result.exception, ClearwayError):
            return result.exception.exit_code, str(result.exception)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return work


@pytest.fixture
def witness(run, tmp_path):
    """Let the witness of a name do its round."""

    def work(name="port"):
        key = str(tmp_path / name / "key")
        api = str(tmp_path / "api")
        words = ["--key", key, "--from", "https://border.example", "--api-key", api]
        return run("witness", *words, "--name", name)

    return work


def test_a_witness_signs_growth_and_its_signature_is_told(witness, client):
    grow(5)
    code, said = witness()
    assert code == 0
    assert "countersigned 5 leaves" in said
    grow(300)
    assert witness()[0] == 0
    assert witness()[0] == 0
    assert witness("bank")[0] == 0
    told = client.get("/audit/checkpoint", actor=TRADER).json()
    names = [name for name, _ in notes.signatures(notes.split(told["note"])[1])]
    assert names == [checkpoints.signer().name, "port", "bank"]
    assert Leaf.objects.filter(kind="witness").count() == 4


def test_a_witness_raises_the_alarm_over_a_rewritten_log(witness):
    grow(5)
    assert witness()[0] == 0
    leaf = Leaf.objects.order_by("id").first()
    Leaf.objects.filter(pk=leaf.pk).update(commitment=b"x" * 32)
    Checkpoint.objects.all().delete()
    grow(5)
    code, said = witness()
    assert code == 1
    assert "does not continue" in said or "cannot prove" in said


def test_a_witness_raises_the_alarm_over_a_log_cut_short(witness):
    grow(9)
    assert witness()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position >= 4")
    Checkpoint.objects.all().delete()
    checkpoints.sign()
    assert witness()[0] == 1


def test_verify_says_what_is_wrong_and_ends_with_1(run, witness, tmp_path):
    grow(6)
    witness()
    code, said = run("verify")
    assert (code, said) == (0, "6 leaves, 0 witnessed checkpoints, 0 faults\n")
    key = notes.read_signer(tmp_path / "port" / "key")
    seen = ["--seen", str(tmp_path / "port" / "key.seen"), "--by", str(key.verifier)]
    code, said = run("verify", *seen)
    assert (code, said) == (0, "6 leaves, 1 witnessed checkpoints, 0 faults\n")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET body = %s WHERE subject = 'declaration:2'", [b"{}"])
    code, said = run("verify")
    assert code == 1
    assert said.startswith("changed: leaf ")
    assert run("verify", "--seen", "x")[0] == 2
    other = notes.new_signer("port", notes.WITNESS).verifier
    assert run("verify", *seen[:3], str(other))[0] == 2


def test_proofs_over_the_api_convince_an_outsider(client):
    grow(3)
    grow(300)
    newest = client.get("/audit/checkpoint", actor=TRADER).json()
    key = notes.parse_verifier(newest["key"])
    assert notes.signed_by(newest["note"], key) == 0
    tree = notes.read_checkpoint(newest["note"])
    for number in Leaf.objects.values_list("id", flat=True)[::50]:
        told = client.get(f"/audit/leaves/{number}/proof", actor=AUDITOR).json()
        leaf, path = bytes_of(told["commitment"]), [bytes_of(each) for each in told["proof"]]
        assert told["checkpoint"]["size"] == tree.size
        assert merkle.included(leaf, told["position"], tree.size, path, tree.root)
    old = client.get("/audit/checkpoint?size=3", actor=TRADER).json()
    path = client.get("/audit/consistency?from=3&to=303", actor=TRADER).json()["proof"]
    assert merkle.continues(
        3, bytes_of(old["root"]), tree.size, tree.root, [bytes_of(each) for each in path]
    )


def bytes_of(text):
    import base64

    return base64.b64decode(text, validate=True)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/audit/checkpoint?size=4", NotThere),
        ("/audit/consistency?from=3&to=2", DataRefused),
        ("/audit/consistency?from=2&to=3", NotThere),
        ("/audit/consistency?from=3&to=4", NotThere),
        ("/audit/leaves/999999/proof", NotThere),
    ],
)
def test_what_is_not_there(client, path, error):
    grow(3)
    with pytest.raises(error):
        client.get(path, actor=AUDITOR)


def test_a_leaf_not_yet_under_a_checkpoint_has_no_proof(client):
    grow(3)
    note_all("read", TRADER, [("thing:1", None)])
    sequencer.place()
    number = Leaf.objects.order_by("id").last().pk
    with pytest.raises(NotThere):
        client.get(f"/audit/leaves/{number}/proof", actor=AUDITOR)


def test_before_the_first_act_there_is_a_checkpoint(client):
    assert client.get("/audit/checkpoint", actor=TRADER).json()["size"] == 0


def test_who_may_not(client):
    grow(1)
    with pytest.raises(NotPermitted):
        client.get("/audit/leaves/1/proof", actor=TRADER)
    with pytest.raises(NotPermitted):
        client.post("/audit/checkpoint/witness", json={"note": "x", "key": "x"}, actor=TRADER)


def test_a_countersignature_must_be_the_witnesss_own_and_of_our_tree(client):
    row = grow(3)
    mine = notes.new_signer("port", notes.WITNESS)
    text = notes.split(row.note)[0]
    elsewhere = notes.Checkpoint(checkpoints.signer().name, 3, b"x" * 32).text
    for note, error in (
        (row.note, DataRefused),
        ("x", DataRefused),
        (f"{elsewhere}\n{mine.line(elsewhere, 5)}", NotThere),
    ):
        with pytest.raises(error):
            client.post(
                "/audit/checkpoint/witness",
                json={"note": note, "key": str(mine.verifier)},
                actor=AUDITOR,
            )
    for _ in range(2):
        told = client.post(
            "/audit/checkpoint/witness",
            json={"note": row.note + mine.line(text, 5), "key": str(mine.verifier)},
            actor=AUDITOR,
        ).json()
    assert told["note"].count("port") == 1
    assert queries.newest_checkpoint().witnessed.count("\n") == 1
