"""``clearway check api``: schemathesis over the whole API, role by role, on a server of its own.

Each role's key meets every operation with examples that are right on this server, with data at the
edges of their descriptions, with generated data, right and wrong, and with chains along the links.
No answer may be a server's error or something that the document does not say. A role has to get
through (2xx) and be refused (4xx) at every operation that it has, and never to get through at one
that it has not.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NoReturn

import httpx
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister
from schemathesis.transport.serialization import Binary

from clearway.accounts.ready import READY, demo_secret
from clearway.audit.actor import Role
from clearway.proving.api_intelligence import SDN, SDN_SENT
from clearway.proving.api_objects import ROLE_OF, Objects, Right
from clearway.proving.api_right import ARCHIVE, right_data
from clearway.proving.pack_archive import archive
from clearway.site.server_process import HOST, ServerProcess

STRANGER: Final = "stranger"
ROLES: Final = (*(role.value for role in Role), STRANGER)
KEY_OF: Final = {role.value: name for name, role in reversed(ROLE_OF.items())}
"""By whose key of the demonstration each role is tried: the first that has it."""
ROOMS: Final = (
    "accounts", "assessment", "audit", "cargo", "clearance", "declarations", "documents", "events",
    "gate", "inspection", "intake", "intelligence", "payments", "permits", "post_clearance",
    "quotas", "reference", "risk", "supervision", "traders",
)  # fmt: skip
_DOCUMENT: Final = "/api/v1/openapi.json"
_PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
_OF_LAW: Final = ["2xx", "401", "403", "404", "409", "422", "429", "503"]
"""What right data may be answered with: the law knows more than a schema can say (422)."""
_MESSAGES: Final = [
    "lodgeDeclaration", "estimateCharges", "tryLodging", "amendDeclaration", "lodgeCuscar",
    "uploadBulk",
]  # fmt: skip
"""Their body is a message of its own standard: what is none is unreadable (400)."""
_PLAIN: Final = ("application/edifact", "application/x-ndjson", "application/vnd.apache.parquet")
_KEY: Final = "Idempotency-Key"
_STREAM: Final = "streamEvents"
"""It lasts as long as it is asked to: one second in its example, up to ten minutes elsewhere."""
_LIVED_BY: Final = {
    "revokeApiKey": len(READY),
    "setOrganisationState": len({one.organisation for one in READY}),
    "revokeMandate": 4,
    "suspendAuthorisation": 6,
}
"""The demonstration's own keys, organisations … have the first numbers, and are to stay."""


_ended = False
"""Whether SIGTERM came."""


@dataclass
class Met:
    """What one role met: for each operation and status how often, links, cases and faults."""

    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    links: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def count(self, operation: str, hundred: int) -> int:
        """Return how many answers of an operation had a status of a hundred."""
        return sum(n for status, n in self.answers[operation].items() if status // 100 == hundred)

    def total(self, hundred: int) -> int:
        """Return how many answers had a status of a hundred."""
        return sum(self.count(operation, hundred) for operation in [*self.answers])


@dataclass
class Report:
    """What happened to all roles, and what each operation's roles are."""

    operations: list[str]
    roles_of: Mapping[str, frozenset[Role]]
    met: dict[str, Met] = field(default_factory=dict)

    def has(self, role: str, operation: str) -> bool:
        """Tell whether a role has an operation; nobody known may read what is public."""
        return role != STRANGER and Role(role) in self.roles_of[operation]

    def firsts(self, roles: Sequence[str]) -> dict[str, str]:
        """Return the first of some roles that has each operation; what none has is left out."""
        found = ((one, role) for role in reversed(roles) for one in self.operations)
        return {one: role for one, role in found if self.has(role, one)}


@dataclass(frozen=True)
class Effort:
    """How much is tried: generated cases an operation, chains, and the seed of all of it.

    Data at the edges of an operation's description meet it in one role, the first that has it
    (what is wrong with data is wrong whoever sends them), or with ``every_edge`` in every role.
    """

    examples: int = 5
    chains: int = 20
    seed: int = 7
    every_edge: bool = False
    phases: Sequence[str] = _PHASES


def check(roles: Sequence[str], effort: Effort, processes: int = 1) -> Report:
    """Let each role meet the API of a server, and return what happened.

    SIGTERM ends the check and its servers in order, as Ctrl-C does.

    Args:
        roles: some of ``ROLES``.
        effort: how much is tried.
        processes: among how many the roles are shared out, each with a server of its own.
    """
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end)
    shares = [share for one in range(processes) if (share := roles[one::processes])]
    if len(shares) == 1:
        return _check_share(roles, effort, roles)
    with multiprocessing.get_context("spawn").Pool(len(shares), _obey) as pool:
        parts = pool.starmap(_check_share, [(share, effort, roles) for share in shares])
    met = {role: found for part in parts for role, found in part.met.items()}
    return replace(parts[0], met={role: met[role] for role in roles})


def _end(*_: object) -> NoReturn:
    global _ended  # noqa: PLW0603 - what an exception in schemathesis's own loop would not tell
    _ended = True
    sys.exit(128 + signal.SIGTERM)


def _obey() -> None:
    signal.signal(signal.SIGTERM, _end)


def _check_share(roles: Sequence[str], effort: Effort, among: Sequence[str]) -> Report:
    """Let some roles of a check meet the API of a server of their own."""
    schemathesis.serializer(*_PLAIN)(_as_it_is)
    with tempfile.TemporaryDirectory(prefix="clearway-check-api-") as folder:
        server = ServerProcess(Path(folder), environment={"CLEARWAY_RATE": "1000000"})
        server.start()
        try:
            base = f"http://{HOST}:{server.port}"
            document = httpx.get(base + _DOCUMENT, timeout=60).json()
            report = Report(_operations(document), roles_of_operations(folder))
            edges = report.firsts(() if effort.every_edge else among)
            objects = Objects(server)
            # All of it at first: what one role does may end what another lives by.
            right = {role: right_data(objects, KEY_OF.get(role, "")) for role in roles}
            with _calls_prepared():
                for role in roles:
                    told = exemplified(document, right[role])
                    config = _config(base, role, effort, _apart(role, report, edges))
                    report.met[role] = _meet(told, config)
            objects.close()
        finally:
            server.stop()
    return report


def _operations(document: dict[str, Any]) -> list[str]:
    return sorted(
        one["operationId"] for methods in document["paths"].values() for one in methods.values()
    )


def roles_of_operations(folder: str) -> dict[str, frozenset[Role]]:
    """Return the roles that have each operation, from the rooms' own tables.

    Args:
        folder: where Django may keep its data, should it not be ready yet.
    """
    os.environ.setdefault("CLEARWAY_DATA", folder)
    from importlib import import_module

    from clearway.site.preparing import prepare

    prepare()
    found: dict[str, frozenset[Role]] = {}
    for room in ROOMS:
        found |= import_module(f"clearway.{room}.access").OPERATIONS
    return found


def _as_it_is(context: Any, value: Any) -> bytes:
    del context
    if isinstance(value, Binary):
        return value.data
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _meet(document: dict[str, Any], config: schemathesis.Config) -> Met:
    schema: Any = schemathesis.openapi.from_dict(document, config=config)
    met = Met()
    for event in from_schema(schema).execute():
        if _ended:
            sys.exit(128 + signal.SIGTERM)
        if isinstance(event, events.Interrupted):
            raise KeyboardInterrupt
        if isinstance(event, events.ScenarioFinished):
            _take(event.recorder, met)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            met.errors.append(_words(event))
    return met


def exemplified(document: dict[str, Any], right: Mapping[str, Right]) -> dict[str, Any]:
    """Return the document with right data of some operations as their examples."""
    told = copy.deepcopy(document)
    for methods in told["paths"].values():
        for one in methods.values():
            given = right.get(one["operationId"])
            if given is None:
                continue
            for parameter in one.get("parameters", ()):
                if parameter["name"] in given.parameters:
                    parameter.pop("examples", None)
                    parameter["schema"].pop("examples", None)
                    parameter["example"] = given.parameters[parameter["name"]]
            if given.body is not None:
                kind = next(iter(one["requestBody"]["content"]))
                one["requestBody"]["content"][kind]["example"] = given.body
    return told


@contextlib.contextmanager
def _calls_prepared() -> Iterator[None]:
    """Let what is lodged be new, and nobody end what all of them live by."""
    fresh = itertools.count(1)

    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        del context
        _prepare_call(case, f"CHECK{next(fresh)}")
        if isinstance(case.body, dict) and case.body.get("archive") == ARCHIVE:
            kwargs["files"] = {"archive": ("pack.zip", archive())}
            kwargs["data"] = {key: case.body[key] for key in case.body if key != "archive"}
        if isinstance(case.body, dict) and case.body.get("sdn") == SDN_SENT:
            kwargs["files"] = {"sdn": ("sdn.csv", SDN)}
            kwargs["data"] = {key: case.body[key] for key in case.body if key != "sdn"}

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        unregister(before_call)


def _prepare_call(case: Any, mark: str) -> None:
    name = case.operation.definition.raw["operationId"]
    if name == "lodgeDeclaration":
        case.body = _renewed(case.body, mark)
    if _KEY in (case.headers or {}) and not case.meta.is_negative_at(ParameterLocation.HEADER):
        case.headers[_KEY] = mark  # a key keeps its first answer: each message has its own
    number = str((case.path_parameters or {}).get("number"))
    if number.isdigit() and int(number) <= _LIVED_BY.get(name, 0):
        case.path_parameters["number"] = int(number) + 900_000_000


def _renewed(body: Any, mark: str) -> Any:
    """Give an example that is lodged a reference and a consignment of its own."""
    told = body.get("Declaration") if isinstance(body, dict) else None
    if isinstance(told, dict) and "FunctionalReferenceID" in told and "GoodsShipment" in told:
        body = copy.deepcopy(body)
        told = body["Declaration"]
        told["FunctionalReferenceID"] = mark
        if isinstance(told["GoodsShipment"], dict):
            told["GoodsShipment"]["PreviousDocument"] = [
                {"CategoryCode": "X", "ID": mark, "TypeCode": "740"}
            ]
    if isinstance(body, str):
        return body.replace("ATLAS-2026-0001", mark).replace("17655579602", mark)
    return body


def _apart(role: str, report: Report, edges: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what goes for some operations only.

    That is: messages, the stream, what a role has not, and what meets its edges in another role.
    """
    off = {"enabled": False}
    lenient = {"positive_data_acceptance": {"expected-statuses": ["400", *_OF_LAW]}}
    stream = {
        "generation": {"max-examples": 1},
        "phases": {name: off for name in _PHASES if name != "examples"},
    }
    refused = {  # whatever it is, the answer is no
        "generation": {"max-examples": 1},
        "phases": {"coverage": off, "stateful": off},
        "checks": lenient,
    }
    found: list[dict[str, Any]] = []
    for one in report.operations:
        told: dict[str, Any] = {"checks": lenient} if one in _MESSAGES else {}
        if edges.get(one, role) != role:
            told["phases"] = {"coverage": off}
        if one == _STREAM:
            told = stream
        elif not report.has(role, one):
            told = refused
        if told:
            found.append({"include-operation-id": one, **told})
    return found


def _config(
    base: str, role: str, effort: Effort, apart: Sequence[dict[str, Any]]
) -> schemathesis.Config:
    headers = {} if role == STRANGER else {"Authorization": f"Bearer {demo_secret(KEY_OF[role])}"}
    phases = [one for one in effort.phases if one != "stateful" or role != STRANGER]
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
            "positive_data_acceptance": {"expected-statuses": _OF_LAW},
            "missing_required_header": {
                "expected-statuses": ["400", "401", "403", "404", "415", "422"]
            },
        },
        "operations": apart,
        "phases": {name: {"enabled": name in phases} for name in _PHASES},
    }
    told["phases"]["stateful"] |= {"generation": {"max-examples": effort.chains}}
    return schemathesis.Config.from_dict(told)


def _take(recorder: Any, met: Met) -> None:
    """Count what a scenario met."""
    for number, interaction in recorder.interactions.items():
        node = recorder.cases.get(number)
        if node is None or interaction.response is None:
            continue
        name = node.value.operation.definition.raw["operationId"]
        met.answers[name][interaction.response.status_code] += 1
        met.links[name] += bool(node.is_transition_applied)
    for number, checks in recorder.checks.items():
        for one in checks:
            failure = getattr(one, "failure_info", None)
            if failure is not None:
                name = recorder.cases[number].value.operation.definition.raw["operationId"]
                words = str(failure.failure.message or failure.failure.title)
                met.failures[name].append(f"{one.name}: {words}"[:1500])


def _words(event: Any) -> str:
    value = getattr(event, "value", None) or getattr(event, "exception", None)
    return f"{getattr(event, 'label', '')} {type(value).__name__} {value}"[:1500]
