"""What must be there before the first ship: firms on the register, keys, mandates, permissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearway.accounts.ready import DEMO_COUNTRY, READY, demo_secret
from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import BROKERS, IDENTIFIERS, REGISTRAR, Firm
from clearway.simulators.border.platform import Reply, document
from clearway.vocabulary.errors import InputUnusable


class Registrations:
    """Made through the API like everything else; what is there already is left as it is."""

    def __init__(self, border: Border, firms: Sequence[Firm]) -> None:
        self._border = border
        self._platform = border.platform
        self._firms = firms
        self._platform.keys.update({ready.name: demo_secret(ready.name) for ready in READY})

    def make(self, at: datetime) -> None:
        """Register every firm, give it a key, and let brokers speak for those who want it.

        Raises:
            InputUnusable: the platform refuses, e.g. because it is no demonstration.
        """
        organisations = {
            one["identifier"]: one["id"]
            for one in self._platform.pages(REGISTRAR, "/organisations", at)
        }
        for firm in self._firms:
            number = organisations.get(firm.habits.id) or self._register(firm, at)
            organisations[firm.habits.id] = number
            if firm.name not in self._platform.keys:
                self._platform.keys[firm.name] = self._key(number, at)
        for firm in self._firms:
            if firm.lodger in BROKERS:
                self._mandate(firm, at)
            if firm.simplified:
                self._authorise(firm, at)

    def _register(self, firm: Firm, at: datetime) -> int:
        wanted = {
            "name": firm.habits.name,
            "kind": "trader",
            "country": DEMO_COUNTRY,
            "identifier": firm.habits.id,
        }
        number: int = self._ask(REGISTRAR, "/organisations", wanted, at).body["id"]
        for state in ("verified", "active"):
            step = {"state": state, "reason": "papers in order"}
            self._ask(REGISTRAR, f"/organisations/{number}/state", step, at)
        return number

    def _key(self, organisation: int, at: datetime) -> str:
        wanted = {"name": "trading system", "roles": ["trader"], "organisation": organisation}
        secret: str = self._ask(REGISTRAR, "/api-keys", wanted, at).body["secret"]
        return secret

    def _mandate(self, firm: Firm, at: datetime) -> None:
        """Let the firm give its broker a mandate, unless it has."""
        agent = IDENTIFIERS[firm.lodger]
        given = self._platform.pages(firm.name, "/mandates", at, state="granted")
        if agent not in {one["agent"] for one in given}:
            self._ask(firm.name, "/mandates", {"agent": agent}, at)

    def _authorise(self, firm: Firm, at: datetime) -> None:
        """Let customs allow the firm simplified declarations, unless it has."""
        holder = firm.habits.id
        reference = f"{DEMO_COUNTRY}SDE{holder[-8:]}"
        held = self._platform.pages(REGISTRAR, "/authorisations", at, holder=holder)
        if reference not in {one["reference"] for one in held}:
            wanted = {"holder": holder, "type": "SDE", "reference": reference}
            self._ask(REGISTRAR, "/authorisations", wanted, at)

    def _ask(self, who: str, path: str, wanted: dict[str, Any], at: datetime) -> Reply:
        reply = self._border.send(who, "POST", path, at, body=document(wanted), expected=(409,))
        if not reply.ok:
            raise InputUnusable(
                f"The platform does not let the demonstration get ready: {reply.status} "
                f"{(reply.body or {}).get('detail', '')}",
                where=path,
                remedy="Run it against a platform that was started with CLEARWAY_DEMO=1.",
            )
        return reply
