"""The time that is to be forgotten: «la dernière heure», "since 8 o'clock"."""

from datetime import datetime, timedelta
import re

from .terms import folded
from .when import Span, span, without

_CLOCK = re.compile(
    r"(?:since|depuis) (?:(?P<noon>noon|midi)|(?P<h>\d{1,2})"
    r"(?: ?(?:h|heures?|o clock))?(?: (?P<m>\d{2}))?"
    r"(?: (?P<half>am|pm|a m|p m|du matin|de l apres midi|du soir))?)"
)
_HOURS = re.compile(r"depuis (\d{1,2}) heures?")
_FEW_HOURS = 4
"""Up to here «depuis 2 heures» is how long, from there on since when."""
_NOON = 12
_MIDNIGHT = 24
_HOUR = 60
_LATER = ("pm", "p m", "de l apres midi", "du soir")
_SMALL = frozenset("the la le les l all of de d du since depuis past".split())
_PAST = re.compile(r"\bpast\b")


def period(text: str, now: datetime, language: str | None = None) -> Span | None:
    """Return the time that words name, if they name one and nothing else.

    `now` is aware and in the person's own time. A time since something ends now.
    """
    plain = " ".join(re.findall(r"\w+", folded(text)))
    if (since := _since(plain, now)) is not None:
        return since
    plain = _PAST.sub("last", plain)
    if (named := span(plain, now, language)) is None:
        return None
    if set(without(plain, named).split()) - _SMALL:
        return None
    if plain.split()[0] in ("since", "depuis"):
        return Span(named.start, now)
    return named


def _since(plain: str, now: datetime) -> Span | None:
    """Return the time since an hour of today, or of yesterday where that is to come."""
    clock = _CLOCK.fullmatch(plain)
    long = _HOURS.fullmatch(plain)
    if clock is None or (long and int(long[1]) <= _FEW_HOURS):
        return None
    hour = _NOON if clock["noon"] else int(clock["h"])
    if clock["half"] in _LATER and hour < _NOON:
        hour += _NOON
    minute = int(clock["m"] or 0)
    if hour >= _MIDNIGHT or minute >= _HOUR:
        return None
    start = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return Span(start if start <= now else start - timedelta(days=1), now)
