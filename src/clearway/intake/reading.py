"""From a message to a lodgement: what needs neither record nor law, so that any process does it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.messages import MalformedMessage, Reading, SyntaxProblem, read_json
from clearway.messages.lodgement import to_lodgement


class Read(msgspec.Struct, frozen=True):
    """A message that could be read: the lodgement, and what is wrong with the message's form."""

    lodgement: Lodgement
    findings: tuple[Finding, ...]


def read(body: bytes) -> Read | Sequence[SyntaxProblem]:
    """Read a JSON message; problems where it cannot be read at all."""
    try:
        return lodgement_of(read_json(body))
    except MalformedMessage as error:
        return error.problems


def lodgement_of(reading: Reading) -> Read | Sequence[SyntaxProblem]:
    """Return the lodgement of a message that was read; problems where it holds none."""
    if reading.declaration is None or reading.record is None:
        return reading.problems or (_no_declaration(reading),)
    lodgement, problems = to_lodgement(reading.record)
    return Read(lodgement, tuple(one.finding() for one in (*reading.problems, *problems)))


def _no_declaration(reading: Reading) -> SyntaxProblem:
    if reading.kind == "notification":
        return SyntaxProblem("CLW1017", "")
    return SyntaxProblem("CLW1010", "", 0, (("root", reading.root or "?"),))
