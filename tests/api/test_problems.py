"""Every refusal leaves as problem details: golden answers, and no word of ours in a defect."""

from __future__ import annotations

import errno
import json
import logging
import sqlite3

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from ninja.errors import HttpError

from clearway.api import problems
from clearway.messages.problems import MalformedMessage, SyntaxProblem
from clearway.vocabulary import errors
from clearway.vocabulary.problem_details import KINDS, OF_ERRORS, problem, problem_of

NUMBER = "0c6f4e7d1f5b4c0e9a55c1c8f2b6a3d7"


def answered(error):
    request = RequestFactory().get("/api/v1/me")
    request.request_id = NUMBER
    answer = problems.answer(request, error)
    assert answer["Content-Type"] == "application/problem+json"
    return answer, json.loads(answer.content)


@pytest.mark.parametrize(
    ("error", "status", "name", "headers"),
    [
        (errors.NotSignedIn("x"), 401, "not-signed-in", {"WWW-Authenticate"}),
        (errors.NotPermitted("x"), 403, "not-permitted", set()),
        (problems.Forged("x"), 403, "forged", set()),
        (errors.NotThere("x"), 404, "not-there", set()),
        (errors.StateForbids("x"), 409, "state-forbids", set()),
        (errors.TooLarge("x"), 413, "too-large", set()),
        (errors.WrongMediaType("x"), 415, "wrong-media-type", set()),
        (errors.DataRefused("x"), 422, "wrong-data", set()),
        (errors.PackRefused("x"), 422, "wrong-data", set()),
        (errors.ProfileRefused("x"), 422, "wrong-data", set()),
        (errors.TooMuch("x", retry_after=7), 429, "too-much", {"Retry-After"}),
        (errors.StorageFails("x"), 503, "storage-fails", {"Retry-After"}),
        (errors.StorageFails("x", full=True), 507, "storage-full", {"Retry-After"}),
        (errors.InputUnusable("x"), 400, "unreadable", set()),
        (MalformedMessage([SyntaxProblem("CLW1001", "")]), 400, "unreadable", set()),
        (errors.DefectFound("x"), 500, "defect", set()),
        (ZeroDivisionError("x"), 500, "defect", set()),
        (Http404("x"), 404, "not-there", set()),
        (HttpError(405, "x"), 405, "no-such-method", set()),
        (HttpError(418, "x"), 400, "unreadable", set()),
        (RequestDataTooBig("x"), 413, "too-large", set()),
        (SuspiciousOperation("x"), 400, "unreadable", set()),
        (OSError(errno.ENOSPC, "x"), 507, "storage-full", {"Retry-After"}),
        (OSError(errno.EACCES, "x"), 500, "defect", set()),
        (OperationalError("database or disk is full"), 507, "storage-full", {"Retry-After"}),
        (OperationalError("database is locked"), 503, "storage-fails", {"Retry-After"}),
        (IntegrityError("UNIQUE constraint failed: a.b"), 409, "state-forbids", set()),
        (IntegrityError("FOREIGN KEY constraint failed"), 500, "defect", set()),
        (DataError("value too long"), 500, "defect", set()),
    ],
)
def test_each_error_has_its_answer(error, status, name, headers):
    answer, told = answered(error)
    assert answer.status_code == status == told["status"]
    assert told["type"] == f"/problems/{name}"
    assert set(answer.headers) - {"Content-Type"} == headers


def test_every_refusal_of_the_tree_is_in_the_table():
    leaves = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ActRefused)
    }
    assert leaves <= {kind for kind, _ in OF_ERRORS}
    assert {name for _, name in OF_ERRORS} <= set(KINDS)


def test_wrong_data_are_told_by_pointer():
    refused = errors.DataRefused(
        "Two data are wrong.",
        faults=[("/body/a", "too long"), ("/query/b", "no number")],
        remedy="Mend them.",
    )
    _, told = answered(refused)
    assert told == {
        "type": "/problems/wrong-data",
        "title": "The data are readable and wrong",
        "status": 422,
        "detail": "Two data are wrong. Mend them.",
        "instance": f"urn:clearway:request:{NUMBER}",
        "errors": [
            {"pointer": "/body/a", "detail": "too long"},
            {"pointer": "/query/b", "detail": "no number"},
        ],
    }


def test_come_back_after_the_seconds_that_were_measured():
    answer, _ = answered(errors.TooMuch("The queue is full.", retry_after=7))
    assert answer["Retry-After"] == "7"


def test_a_defect_tells_its_number_only_and_logs_no_datum(caplog):
    caplog.set_level(logging.ERROR, "clearway.api")
    logging.getLogger("clearway").propagate = True
    try:
        int("Nguyen Van A owes 17")
    except ValueError as error:
        answer, told = answered(error)
    assert b"Nguyen" not in answer.content
    assert told["instance"].endswith(NUMBER)
    logged = "".join(record.getMessage() for record in caplog.records)
    assert NUMBER in logged
    assert "ValueError" in logged
    assert "test_problems.py" in logged
    assert "Nguyen" not in logged


def test_what_the_caller_did_is_no_incident(caplog):
    caplog.set_level(logging.ERROR, "clearway.api")
    logging.getLogger("clearway").propagate = True
    answered(errors.NotThere("x"))
    assert not caplog.records


def test_the_cause_of_a_database_error_is_looked_into():
    class Full(Exception):
        sqlstate = "53100"

    failed = OperationalError("could not extend file")
    failed.__cause__ = Full()
    assert problems.problem_from(failed).kind.name == "storage-full"
    failed.__cause__ = sqlite3.OperationalError("disk I/O error")
    assert problems.problem_from(failed).kind.name == "storage-fails"


def test_whatever_is_quoted_can_be_sent():
    told = problem_of(errors.DataRefused("half a pair: \ud800", faults=[("/body/\ud83d", "x")]))
    assert json.loads(told.body(NUMBER))["status"] == 422


def test_a_problem_without_detail_tells_its_title():
    assert problem("not-there").document("n")["detail"] == "There is no such thing for you."
