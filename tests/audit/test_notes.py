"""Signed notes: what others in this field read must read ours, and forgeries must fail."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.audit import notes
from clearway.vocabulary.errors import InputUnusable

# The verifier key of Go's checksum database and one of its notes, as published.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
LOG = notes.Signer("log.example/audit", notes.LOG, bytes(range(32)))
WITNESS = notes.Signer("port", notes.WITNESS, bytes(range(32, 64)))
TEXT = notes.Checkpoint(LOG.name, 7, b"r" * 32).text
NOTE = f"{TEXT}\n{LOG.line(TEXT)}"


def test_the_published_key_of_another_log_is_read_and_written_alike():
    assert str(notes.parse_verifier(GO_KEY)) == GO_KEY


def test_signatures_of_log_and_witness():
    both = NOTE + WITNESS.line(TEXT, 1772438400)
    assert notes.signed_by(both, LOG.verifier) == 0
    assert notes.signed_by(both, WITNESS.verifier) == 1772438400
    assert notes.signed_by(NOTE, WITNESS.verifier) is None
    assert notes.read_checkpoint(both) == notes.Checkpoint(LOG.name, 7, b"r" * 32)
    assert NOTE + notes.line_by(both, WITNESS.verifier) == both


@given(place=st.integers(0, len(TEXT) - 1), by=st.integers(1, 255))
def test_a_changed_text_is_not_signed(place, by):
    told = TEXT.encode()
    changed = told[:place] + bytes([(told[place] + by) % 128]) + told[place + 1 :]
    if changed == told:
        return
    note = changed.decode() + "\n" + LOG.line(TEXT)
    with contextlib.suppress(InputUnusable):
        assert notes.signed_by(note, LOG.verifier) is None


def test_another_key_of_the_same_name_is_another():
    other = notes.Signer(LOG.name, notes.LOG, b"x" * 32)
    assert notes.signed_by(NOTE, other.verifier) is None


def test_the_instant_of_a_witness_is_signed_too():
    line = WITNESS.line(TEXT, 1000)
    told = bytearray(base64.b64decode(line.split(" ")[2]))
    told[11] ^= 1
    forged = f"\N{EM DASH} port {base64.b64encode(bytes(told)).decode()}\n"
    assert notes.signed_by(NOTE + forged, WITNESS.verifier) is None


@pytest.mark.parametrize(
    "written", ["", "a", "a+b+c", GO_KEY[:-4], GO_KEY.replace("033d", "033e"), "a b+00000000+AQ=="]
)
def test_what_is_no_key(written):
    with pytest.raises(InputUnusable):
        notes.parse_verifier(written)


@pytest.mark.parametrize(
    "note",
    ["", "x", "a\n7\n", "a\n7\ncm9vdA==\n\n", f"a\n-1\n{'A' * 43}=\n\n", f"a\n07\n{'A' * 43}=\n\n",
     f"\n7\n{'A' * 43}=\n\n", f"a\nx\n{'A' * 43}=\n\n", f"a\n7\n{'!' * 44}\n\n"],
)  # fmt: skip
def test_what_is_no_checkpoint(note):
    with pytest.raises(InputUnusable):
        notes.read_checkpoint(note)


def test_a_key_is_kept_for_its_owner_alone_and_once(tmp_path):
    path = tmp_path / "deep" / "audit.key"
    kept = notes.keep_signer(path, notes.new_signer("a", notes.LOG))
    assert path.stat().st_mode & 0o777 == 0o600
    assert notes.keep_signer(path, notes.new_signer("b", notes.LOG)) == kept
    assert notes.read_signer(path) == kept
    assert [each.name for each in path.parent.iterdir()] == ["audit.key"]
    path.chmod(0o640)
    with pytest.raises(InputUnusable):
        notes.read_signer(path)


def test_a_broken_key_is_not_replaced_in_silence(tmp_path):
    path = tmp_path / "audit.key"
    path.write_text("PRIVATE+KEY+a+00000000+AAAA\n")
    path.chmod(0o600)
    with pytest.raises(InputUnusable):
        notes.read_signer(path)
