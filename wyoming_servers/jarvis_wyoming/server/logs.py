"""Logs with fields, in lines for people or JSON for machines, without what was said."""

from datetime import UTC, datetime
import json
import logging
import sys
from typing import Any

_ROOT = "jarvis_wyoming"
_SAID = logging.getLogger(f"{_ROOT}.said")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(level: str, form: str, *, speech: bool) -> None:
    """Log to standard error; `extra` of a record becomes its fields."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger(_ROOT)
    root.handlers = [handler]
    root.setLevel(level.upper())
    root.propagate = False
    _SAID.setLevel(logging.INFO if speech else logging.CRITICAL)


def said(what: str, text: str, **fields: Any) -> None:
    """Log words of people, if the owner asked for it."""
    _SAID.info(what, extra={"text": text, **fields})


class TextLines(logging.Formatter):
    """A line for people: time, level, what happened, key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = "".join(f" {key}={value}" for key, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname:<7} {record.getMessage()}{fields}"
        return f"{line}\n{trace}" if (trace := _trace(record)) else line


class JsonLines(logging.Formatter):
    """A JSON object in a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_fields(record),
        }
        if trace := _trace(record):
            entry["trace"] = trace
        return json.dumps(entry, ensure_ascii=False, default=str)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(
        timespec="milliseconds"
    )


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _OWN}


def _trace(record: logging.LogRecord) -> str:
    """Where it failed and with what type; an exception's words may quote people."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    places = list[str]()
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n".join([*places, f"  {kind.__name__}"])
