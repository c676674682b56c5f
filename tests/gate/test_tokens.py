"""Tokens: what is signed comes back, what was changed does not; each reason to refuse."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.audit import notes
from clearway.gate import rules, tokens
from clearway.gate.rules import At, Bound, Shown

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
SIGNER = notes.new_signer("test/gate", notes.LOG)
PLAIN = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", max_size=17)


def bound(**changed):
    told = {
        "serial": "0123456789", "direction": "out", "kind": "container", "key": "CSQU3054383",
        "packages": None, "plate": "XP12AB34", "terminal": 7, "gate": "",
        "expires_at": NOON + timedelta(hours=72),
    }  # fmt: skip
    return Bound(**told | changed)


@given(
    st.builds(
        bound,
        direction=st.sampled_from(rules.DIRECTIONS),
        kind=st.sampled_from(rules.KINDS),
        key=PLAIN.filter(bool),
        packages=st.none() | st.integers(1, 999_999_999),
        plate=PLAIN,
        terminal=st.integers(1, 2**63 - 1),
        gate=PLAIN,
    )
)
def test_what_is_signed_comes_back_and_is_proved(wanted):
    code = tokens.write(wanted, SIGNER)
    told = tokens.read(code.lower() + "\n")
    assert told.bound == wanted
    assert tokens.is_signed(told, SIGNER.verifier.public)
    assert not tokens.is_signed(told, notes.new_signer("other/gate", notes.LOG).verifier.public)


def test_a_containers_token_fits_a_qr_code_of_version_10():
    code = tokens.write(bound(gate="G1"), SIGNER)
    assert len(code) <= 311, "what version 10 holds at level M in alphanumeric mode"
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@given(st.data())
def test_no_bit_of_it_can_be_changed(data):
    code = tokens.write(bound(), SIGNER).removeprefix(tokens.MARK)
    whole = bytearray(base64.b32decode(code + "=" * (-len(code) % 8)))
    place = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[place // 8] ^= 1 << place % 8
    told = tokens.read(tokens.MARK + base64.b32encode(bytes(whole)).decode().rstrip("="))
    assert told is None or not tokens.is_signed(told, SIGNER.verifier.public)


@pytest.mark.parametrize("code", ["", "CG1", "CG1A", "CG1=====", "CG1" + "A" * 700, "0123456789"])
def test_what_is_no_code_is_read_as_none(code):
    assert tokens.read(code) is None


SHOWN = Shown("code", "out", "CSQU 305438-3", "XP-12 AB 34")
HERE = At(7, "G1", NOON)


@pytest.mark.parametrize(
    ("token", "state", "shown", "here", "reason"),
    [
        (bound(), "live", SHOWN, HERE, ""),
        (bound(gate="G1"), "live", SHOWN, HERE, ""),
        (bound(gate="G2"), "live", SHOWN, HERE, "other_gate"),
        (bound(terminal=8), "live", SHOWN, HERE, "other_gate"),
        (bound(), "live", Shown("code", "in", "CSQU3054383"), HERE, "other_direction"),
        (bound(), "used", SHOWN, HERE, "replayed"),
        (bound(), "recalled", SHOWN, HERE, "recalled"),
        (bound(expires_at=NOON), "live", SHOWN, HERE, "expired"),
        (bound(), "live", Shown("code", "out", "CSQU3054384", "XP12AB34"), HERE, "other_unit"),
        (bound(), "live", Shown("code", "out", "", "XP12AB34"), HERE, "other_unit"),
        (bound(), "live", Shown("code", "out", "CSQU3054383", "XP99"), HERE, "other_plate"),
        (bound(), "live", Shown("code", "out", "CSQU3054383", ""), HERE, "other_plate"),
        (bound(plate=""), "live", Shown("code", "out", "CSQU3054383", "XP99"), HERE, ""),
        (
            bound(kind="packages", packages=40),
            "live",
            Shown("code", "out", "CSQU3054383", "XP12AB34", 41),
            HERE,
            "other_quantity",
        ),
        (
            bound(kind="packages", packages=40),
            "live",
            Shown("code", "out", "CSQU3054383", "XP12AB34", 40),
            HERE,
            "",
        ),
    ],
)
def test_each_reason_to_refuse(token, state, shown, here, reason):
    assert rules.refused(token, state, shown, here) == reason


def test_every_alarm_is_a_reason():
    assert set(rules.REASONS) >= rules.ALARMS
