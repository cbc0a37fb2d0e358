"""The sentences with which reminders are told."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ..reminders.records import Reminder
from ..reminders.when.told import late
from .data import LANGUAGES, read

_LATE = timedelta(minutes=2)
"""From here on people are told how late it is."""


@cache
def phrases(language: str) -> Any:
    """Return the sentences of a language (reads a file: first in an executor)."""
    code = language.partition("-")[0]
    return read(code if code in LANGUAGES else LANGUAGES[0])


def load() -> None:
    """Read the sentences of all languages; blocks."""
    for language in LANGUAGES:
        phrases(language)
        late(_LATE, language)


def sentence(reminder: Reminder, now: datetime) -> str:
    """Return what is said when a reminder is told."""
    said = phrases(reminder.language)
    behind = now - (reminder.rung or now)
    if reminder.tellings:
        return str(said["again"].format(what=reminder.what))
    if behind < _LATE:
        return str(said["reminder"].format(what=reminder.what))
    how = late(behind, reminder.language)
    return str(said["late"].format(what=reminder.what, late=how))
