"""Whether agents may lodge for principals, asked for many declarations at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clearway.audit import bulk
from clearway.vocabulary.dates import iso_of

Asked = tuple[str, str, str, str, int]
"""Agent's and principal's identification number, direction, procedure, day since 1970-01-01."""


def mandated_many(cursor: Any, asked: Sequence[Asked]) -> list[bool]:
    """Tell for each whether the agent may lodge for the principal; for himself he always may.

    A mandate counts that is granted and not ended now, whose period holds the day, whose principal
    is active, and that covers direction and procedure.

    Args:
        cursor: of any connection.
        asked: agent, principal, direction (IM or EX), requested procedure and day.
    """
    others = [
        (place, agent, principal, direction, f"% {procedure} %", iso_of(day))
        for place, (agent, principal, direction, procedure, day) in enumerate(asked)
        if agent != principal and agent and principal
        and "\0" not in agent + principal + direction + procedure
        and not {"%", "_", " "} & set(procedure)
    ]  # fmt: skip
    allowed = {place for place, one in enumerate(asked) if one[0] == one[1] != ""}
    if others:
        columns = (
            ("place", "integer"), ("agent", "text"), ("principal", "text"),
            ("direction", "text"), ("procedure", "text"), ("day", "date"),
        )  # fmt: skip
        text, parameters = bulk.given(cursor, columns, others)
        cursor.execute(
            f"SELECT DISTINCT given.place FROM {text} "  # noqa: S608 - constants only
            "JOIN accounts_organisation p ON p.identifier = given.principal "
            "AND p.state = 'active' "
            "JOIN accounts_organisation a ON a.identifier = given.agent AND a.state = 'active' "
            "JOIN traders_mandate m ON m.principal_id = p.id AND m.agent_id = a.id "
            "AND m.state = 'granted' AND m.valid_from <= given.day "
            "AND (m.valid_to IS NULL OR m.valid_to > given.day) "
            "AND (m.direction = '' OR m.direction = given.direction) "
            "AND (m.procedures = '' OR ' ' || m.procedures || ' ' LIKE given.procedure)",
            parameters,
        )
        allowed.update(place for (place,) in cursor.fetchall())
    return [place in allowed for place in range(len(asked))]
