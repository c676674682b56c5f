"""``clearway check api``: schemathesis over the whole API, role by role, on a server of its own.

Each role's key meets every operation with examples, with data at the edges of their descriptions,
with generated data, right and wrong, and with chains along the links. No answer may be a server's
error or something that the document does not say.
"""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import schemathesis
from rich.table import Table
from rich.text import Text
from schemathesis.engine import events, from_schema

from clearway.accounts.ready import READY, demo_secret
from clearway.cli.screen import console
from clearway.proving.server_process import HOST, ServerProcess
from clearway.vocabulary.errors import InputUnusable

STRANGER: Final = "stranger"
ROLES: Final = (*(ready.name for ready in READY), STRANGER)
_DOCUMENT: Final = "/api/v1/openapi.json"
_EXAMPLE_REFERENCE: Final = "ATLAS-2026-0001"
_EXAMPLE_WAYBILL: Final = "17655579602"
_OF_LAW: Final = ("2xx", "401", "403", "404", "409", "422", "429", "503")
"""What right data may be answered with: the law knows more than a schema can say (422)."""
_DECLARATIONS: Final = ("lodgeDeclaration", "estimateCharges", "amendDeclaration")
"""Their body is a message of its own standard: what is none is unreadable (400)."""
_SLOW: Final = ["streamEvents"]
"""Streams never end: they have tests of their own."""


@dataclass
class Report:
    """What was met: for each operation and status how often, links that were followed, failures."""

    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    links: int = 0
    cases: int = 0
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def unreached(self, hundred: int) -> list[str]:
        """Return the operations that never answered with a status of a hundred."""
        return [
            name
            for name, counts in sorted(self.answers.items())
            if not any(status // 100 == hundred for status in counts)
        ]

    def server_errors(self) -> int:
        """Return how many answers were a server's errors."""
        return sum(n for counts in self.answers.values() for s, n in counts.items() if s >= 500)


@dataclass(frozen=True)
class Effort:
    """How much is tried: generated cases an operation, chains, and the seed of all of it."""

    examples: int = 10
    chains: int = 20
    seed: int = 7
    phases: Sequence[str] = ("examples", "coverage", "fuzzing", "stateful")


def check(roles: Sequence[str], effort: Effort, database: str = "sqlite") -> Report:
    """Start a server, let each role meet the API, and return what happened."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="clearway-check-api-") as folder:
        server = ServerProcess(
            Path(folder), database=database, environment={"CLEARWAY_RATE": "1000000"}
        )
        server.start()
        try:
            base = f"http://{HOST}:{server.port}"
            document = httpx.get(base + _DOCUMENT, timeout=60).json()
            for role in roles:
                _meet(document, base, role, effort, report)
        finally:
            server.stop()
    for methods in document["paths"].values():
        for operation in methods.values():
            if operation["operationId"] not in _SLOW:
                report.answers.setdefault(operation["operationId"], Counter())
    return report


def _meet(document: dict[str, Any], base: str, role: str, effort: Effort, report: Report) -> None:
    schema: Any = schemathesis.openapi.from_dict(document, config=_config(base, role, effort))
    schema = schema.exclude(operation_id=_SLOW)
    fresh = itertools.count(1)

    def map_body(context: Any, body: Any) -> Any:
        """Give each example that is lodged a reference and a consignment of its own."""
        del context
        return _renewed(body, f"{role}{next(fresh)}")

    schema.hook(map_body)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _take(event.recorder, role, report)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            report.errors.append(f"{role}: {_words(event)}")


def _config(base: str, role: str, effort: Effort) -> schemathesis.Config:
    headers = {} if role == STRANGER else {"Authorization": f"Bearer {demo_secret(role)}"}
    told: dict[str, Any] = {
        "base-url": base,
        "seed": effort.seed,
        "headers": headers,
        "continue-on-failure": True,
        "request-timeout": 60,
        "generation": {
            "max-examples": effort.examples,
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "checks": {
            "positive_data_acceptance": {"expected-statuses": list(_OF_LAW)},
            "missing_required_header": {
                "expected-statuses": ["400", "401", "403", "404", "415", "422"]
            },
        },
        "operations": [
            {
                "include-operation-id": list(_DECLARATIONS),
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": ["400", *_OF_LAW]},
                },
            }
        ],
        "phases": {
            name: {"enabled": name in effort.phases}
            for name in ("examples", "coverage", "fuzzing", "stateful")
        },
    }
    told["phases"]["stateful"] |= {"generation": {"max-examples": effort.chains}}
    return schemathesis.Config.from_dict(told)


def _renewed(body: Any, mark: str) -> Any:
    if isinstance(body, dict) and isinstance(body.get("Declaration"), dict):
        told = body["Declaration"]
        if told.get("FunctionalReferenceID") == _EXAMPLE_REFERENCE:
            shipment = {
                **told["GoodsShipment"],
                "PreviousDocument": [{"CategoryCode": "X", "ID": mark, "TypeCode": "740"}],
            }
            renewed = {**told, "FunctionalReferenceID": mark, "GoodsShipment": shipment}
            return {**body, "Declaration": renewed}
    if isinstance(body, str) and _EXAMPLE_REFERENCE in body:
        return body.replace(_EXAMPLE_REFERENCE, mark).replace(_EXAMPLE_WAYBILL, mark)
    return body


def _take(recorder: Any, role: str, report: Report) -> None:
    """Count what a scenario met."""
    for number, interaction in recorder.interactions.items():
        node = recorder.cases.get(number)
        if node is None or interaction.response is None:
            continue
        report.cases += 1
        name = node.value.operation.definition.raw["operationId"]
        report.answers[name][interaction.response.status_code] += 1
        report.links += bool(node.is_transition_applied)
    for number, checks in recorder.checks.items():
        for one in checks:
            failure = getattr(one, "failure_info", None)
            if failure is not None:
                name = recorder.cases[number].value.operation.definition.raw["operationId"]
                words = str(failure.failure.message or failure.failure.title)
                report.failures.append(f"{role} {name}: {one.name}: {words}"[:1500])


def _words(event: Any) -> str:
    value = getattr(event, "value", None) or getattr(event, "exception", None)
    return f"{getattr(event, 'label', '')} {type(value).__name__} {value}"[:1500]


def verdict(report: Report, roles: Sequence[str]) -> list[str]:
    """Return what is wrong with what was met; nothing where all is right."""
    wrong = [*report.errors, *report.failures]
    if report.server_errors():
        wrong.append(f"{report.server_errors()} answers were a server's error")
    if set(roles) == set(ROLES):
        for hundred in (2, 4):
            names = ", ".join(report.unreached(hundred))
            wrong += [f"never answered with {hundred}xx: {names}"] if names else []
        wrong += [] if report.links else ["no link was followed"]
    return wrong


def run(wanted: Sequence[str], *, examples: int, chains: int, seed: int) -> int:
    """Check, print what was met, and return the exit code: 1 where anything is wrong.

    Args:
        wanted: some of ``ROLES``; all of them where there is none.
        examples: generated cases an operation.
        chains: chains along the links.
        seed: of all that is generated.

    Raises:
        InputUnusable: there is no such role.
    """
    roles = tuple(wanted or ROLES)
    if not set(roles) <= set(ROLES):
        raise InputUnusable(f"Known roles: {', '.join(ROLES)}.", where="--role")
    report = check(roles, Effort(examples=examples, chains=chains, seed=seed))
    table = Table("operation", "2xx", "4xx", "5xx")
    for name, counts in sorted(report.answers.items()):
        hundreds: Counter[int] = Counter()
        for status, times in counts.items():
            hundreds[status // 100] += times
        table.add_row(name, *(str(hundreds[h]) for h in (2, 4, 5)))
    wrong = verdict(report, roles)
    console().print(table)
    console().print(
        f"{report.cases} requests, {report.links} links followed, "
        f"{report.server_errors()} server errors, {len(report.failures)} violations"
    )
    for line in wrong:
        console().print(Text(line))
    return 1 if wrong else 0
