"""The log: one JSON object a line on standard error, without personal data.

Two rules keep it so. A message of a library is logged as its template, never with what was put
into it (``Not Found: %s``); only our own loggers (``clearway.*``) show their arguments, and they
are given numbers and kinds, not contents. An exception is logged as its kind and the places it
passed, never with its words, which may quote a declaration.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import traceback
from http.client import responses
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_QUOTING = re.compile(r"[:'\"`=@<(\[{/\\\d\n]")
"""Where a library's sentence may begin to quote: from there on it is not logged."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def logging_of(level: str) -> dict[str, Any]:
    """Return the description of the log in the form of ``logging.config``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [_from_record],
                "processors": _PROCESSORS,
                "use_get_message": False,
                "pass_foreign_args": True,
            }
        },
        "handlers": {"screen": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["screen"], "level": "WARNING"},
        "loggers": {
            "clearway": {"level": level},
            "django.request": {"level": "ERROR"},
            "uvicorn": {"level": "WARNING"},
        },
    }


def configure(description: dict[str, Any]) -> None:
    """Set the log up: the standard library's and structlog's own loggers write alike."""
    logging.config.dictConfig(description)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _from_record(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Fill in an entry of the standard library's loggers."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    event["level"] = record.levelname.lower()
    put_in = event.pop("positional_args", ())
    ours = record.name == "clearway" or record.name.startswith("clearway.")
    if ours:
        event["event"] = str(record.msg) % put_in if put_in else str(record.msg)
    elif record.name == "django.request":
        event.update(_request_of(record))
    elif not (put_in and isinstance(record.msg, str)):
        event["event"] = _first_words(record.msg)
    if ours:
        extra = {k: v for k, v in vars(record).items() if k not in _STANDARD and k[0] != "_"}
        event.update(extra)
    return event


def _request_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what Django says of a request that failed: its template (``%s: %s``) has no word."""
    status, request = getattr(record, "status_code", 0), getattr(record, "request", None)
    return {
        "event": responses.get(status, "request failed"),
        "status": status,
        "method": getattr(request, "method", ""),
        "route": getattr(getattr(request, "resolver_match", None), "route", ""),
    }


def _first_words(message: Any) -> str:
    """Return a message that was put together before it came here, up to what it may quote."""
    if not isinstance(message, str):
        return type(message).__name__
    words = _QUOTING.split(message, maxsplit=1)[0].rstrip()
    return f"{words[:80]} …" if words != message else words


def _places(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put an exception's kind and places where its words would have stood."""
    told = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if told is True:
        told = sys.exc_info()
    elif isinstance(told, BaseException):
        told = (type(told), told, told.__traceback__)
    if isinstance(told, tuple) and told[1] is not None:
        event["exception"] = type(told[1]).__name__
        event["places"] = [
            f"{frame.filename.rsplit('/site-packages/')[-1]}:{frame.lineno} {frame.name}"
            for frame in reversed(traceback.extract_tb(told[2]))
        ]
    return event


_PROCESSORS: list[Any] = [
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    _places,
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False),
]
