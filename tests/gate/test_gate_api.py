"""The gate through the API: as terminals, traders and officers meet it."""

from __future__ import annotations

from tests.gate.conftest import CONTAINER, PLATE, TERMINAL

from clearway.gate.models import Passage

WISH = {"number": CONTAINER, "plate": PLATE, "terminal": TERMINAL}


def test_a_release_a_token_a_passage_and_what_everybody_sees(terminal):
    ask = terminal.border.ask
    mrn = terminal.boxed()
    early = ask("trader", "post", "/gate-tokens", WISH)
    assert (early.status, early.json["title"] != "") == (409, True)
    terminal.release(mrn)
    token = ask("trader", "post", "/gate-tokens", WISH)
    assert token.status == 201, token.json
    serial = token.json["serial"]
    assert (token.json["state"], token.json["mrns"]) == ("live", [mrn])
    waits = ask("officer", "get", "/released-not-gated").json["items"]
    assert [(one["mrn"], one["why"]) for one in waits] == [(mrn, "token_waits")]
    shown = {"code": token.json["code"], "unit": CONTAINER, "plate": PLATE}
    gate = f"/gates/{terminal.one.pk}"
    passed = ask("terminal", "post", f"{gate}/passages", shown)
    assert (passed.status, passed.json["verdict"]) == (201, "accepted")
    again = ask("terminal", "post", f"{gate}/passages", shown).json
    assert (again["verdict"], again["reason"], again["alarm"]) == ("refused", "replayed", True)
    assert ask("trader", "get", f"/declarations/{mrn}").json["goods_state"] == "gated_out"
    for who, status in (("trader", 200), ("terminal", 200), ("auditor", 200), ("trader2", 404)):
        assert ask(who, "get", f"/gate-tokens/{serial}").status == status
    assert ask("trader2", "get", "/gate-tokens").json["items"] == []
    (alarm,) = ask("terminal", "get", "/gate-alarms").json["items"]
    assert ask("terminal", "post", f"/gate-alarms/{alarm['id']}/seen").json["seen_at"]
    assert ask("officer", "get", "/gate-alarms").json["items"] == []
    assert ask("officer", "get", "/released-not-gated").json["items"] == []
    assert ask("officer", "get", "/gated-not-released").json["items"] == []
    assert len(ask("auditor", "get", f"{gate}/passages").json["items"]) == 2


def test_revocations_since_a_number(terminal):
    ask = terminal.border.ask
    token = terminal.token()
    assert ask("terminal", "get", "/gate-revocations").json["number"] == 0
    told = {"reason": "Suspicion"}
    recalled = ask("officer", "post", f"/gate-tokens/{token.serial}/recall", told)
    assert (recalled.status, recalled.json["state"]) == (200, "recalled")
    listed = ask("terminal", "get", "/gate-revocations?since=0").json
    assert (listed["number"], [one["serial"] for one in listed["items"]]) == (1, [token.serial])
    assert ask("terminal", "get", "/gate-revocations?since=1").json["items"] == []


def offline(sequence, token, at, **how):
    told = {"code": token.code, "unit": CONTAINER, "plate": PLATE, "accepted": True}
    return {**told, "sequence": sequence, "at": at.isoformat(), **how}


def test_what_a_cut_off_gate_let_pass_is_kept_once(terminal):
    ask, gate = terminal.border.ask, f"/gates/{terminal.one.pk}"
    token = terminal.token()
    pack = ask("terminal", "get", f"{gate}/pack").json
    assert [one["serial"] for one in pack["tokens"]] == [token.serial]
    assert (pack["revocation"], pack["revocations_minutes"], pack["revoked"]) == (0, 15, [])
    assert len(pack["keys"]) == 1
    at = terminal.border.clock.now()
    terminal.border.later(hours=2)
    told = {"device": "tablet-7", "passages": [offline(1, token, at)]}
    for _ in range(2):
        kept = ask("terminal", "post", f"{gate}/kept-passages", told)
        assert kept.status == 200, kept.json
        (one,) = kept.json["items"]
        assert (one["verdict"], one["alarm"], one["offline"]) == ("accepted", False, True)
    assert Passage.objects.count() == 1
    assert ask("officer", "get", "/gated-not-released").json["items"] == []
    token.refresh_from_db()
    assert (token.state, token.used_at) == ("used", at)


def test_a_double_use_at_two_cut_off_gates_raises_an_alarm(terminal):
    ask, token = terminal.border.ask, terminal.token()
    at = terminal.border.clock.now()
    verdicts = []
    for gate in (terminal.one, terminal.two):
        told = {"device": f"tablet-{gate.pk}", "passages": [offline(1, token, at)]}
        answer = ask("terminal", "post", f"/gates/{gate.pk}/kept-passages", told)
        verdicts += [(one["reason"], one["alarm"]) for one in answer.json["items"]]
    assert verdicts == [("", False), ("replayed", True)]
    (row,) = ask("officer", "get", "/gated-not-released").json["items"]
    assert (row["serial"], row["why"]) == (token.serial, "replayed")


def test_what_left_through_a_cut_off_gate_though_recalled_is_listed(terminal):
    ask, token = terminal.border.ask, terminal.token()
    ask("officer", "post", f"/gate-tokens/{token.serial}/recall", {"reason": "Suspicion"})
    told = {"device": "t", "passages": [offline(1, token, terminal.border.clock.now())]}
    answer = ask("terminal", "post", f"/gates/{terminal.one.pk}/kept-passages", told).json
    assert [(one["verdict"], one["reason"], one["alarm"]) for one in answer["items"]] == [
        ("accepted", "recalled", True)
    ]
    (row,) = ask("auditor", "get", "/gated-not-released").json["items"]
    assert row["why"] == "recalled"
    refused = offline(2, token, terminal.border.clock.now(), accepted=False, refusal="stale_list")
    told = {"device": "t", "passages": [refused]}
    answer = ask("terminal", "post", f"/gates/{terminal.one.pk}/kept-passages", told).json
    assert [(one["reason"], one["alarm"]) for one in answer["items"]] == [("stale_list", False)]
