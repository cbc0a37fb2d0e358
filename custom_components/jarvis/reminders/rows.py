"""Reminders as rows of the database, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from .records import Edge, Kind, Reminder, State, Trigger
from .when.results import Grain

_SAME = tuple(
    one.name
    for one in fields(Reminder)
    if one.name not in ("kind", "whom", "grain", "trigger", "state")
)
"""What stands in the row as it stands in the record."""


def values_of(reminder: Reminder) -> dict[str, Any]:
    """Return what is written for a reminder."""
    return {
        **{name: getattr(reminder, name) for name in _SAME},
        "kind": reminder.kind.value,
        "whom": list(reminder.whom),
        "grain": reminder.grain.value,
        "awaited": asdict(reminder.trigger) if reminder.trigger else None,
        "state": reminder.state.value,
        "next_at": reminder.next_at,
    }


def reminder_of(row: Row[Any]) -> Reminder:
    """Return the reminder of a row."""
    values = row._asdict()
    return Reminder(
        **{name: values[name] for name in _SAME},
        kind=Kind(values["kind"]),
        whom=tuple(values["whom"]),
        grain=Grain(values["grain"]),
        trigger=_trigger_of(values["awaited"]),
        state=State(values["state"]),
    )


def _trigger_of(written: Mapping[str, Any] | None) -> Trigger | None:
    if written is None:
        return None
    # What was written before there were lists has none.
    lists = {name: tuple(written.get(name, ())) for name in ("also", "others")}
    return Trigger(**{**written, **lists, "edge": Edge(written["edge"])})
