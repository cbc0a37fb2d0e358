"""Where sun and moon stand, to some minutes of time: what lunar calendars go by.

The series are the largest terms of those in Meeus, Astronomical Algorithms.
"""

from datetime import UTC, datetime, timedelta
from math import radians, sin

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_CENTURY = 36525.0
_CIRCLE = 360.0
_MOON = (
    # Degrees, and multiples of elongation, sun's anomaly, moon's anomaly, latitude.
    (6.2888, 0, 0, 1, 0),
    (1.2740, 2, 0, -1, 0),
    (0.6583, 2, 0, 0, 0),
    (0.2136, 0, 0, 2, 0),
    (-0.1851, 0, 1, 0, 0),
    (-0.1143, 0, 0, 0, 2),
    (0.0588, 2, 0, -2, 0),
    (0.0571, 2, -1, -1, 0),
    (0.0533, 2, 0, 1, 0),
    (0.0458, 2, -1, 0, 0),
    (-0.0409, 0, 1, -1, 0),
    (-0.0347, 1, 0, 0, 0),
    (-0.0304, 0, 1, 1, 0),
    (0.0153, 2, 0, 0, -2),
)
_SYNODIC = 29.530588


def sun(moment: datetime) -> float:
    """Return the sun's longitude in degrees."""
    t = _centuries(moment)
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + 0.019993 * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    return (280.46646 + 36000.76983 * t + centre - 0.00569) % _CIRCLE


def moon(moment: datetime) -> float:
    """Return the moon's longitude in degrees."""
    t = _centuries(moment)
    elongation = 297.85019 + 445267.11140 * t
    sun_anomaly = 357.52911 + 35999.05029 * t
    moon_anomaly = 134.96340 + 477198.86750 * t
    latitude = 93.27210 + 483202.01752 * t
    moved = sum(
        size
        * sin(
            radians(d * elongation + m * sun_anomaly + n * moon_anomaly + f * latitude)
        )
        for size, d, m, n, f in _MOON
    )
    return (218.31645 + 481267.88123 * t + moved) % _CIRCLE


def phase(moment: datetime) -> float:
    """Return the degrees by which the moon is ahead of the sun."""
    return (moon(moment) - sun(moment)) % _CIRCLE


def new_moon(moment: datetime) -> datetime:
    """Return the new moon nearest to a moment."""
    for _ in range(5):
        ahead = (phase(moment) + _CIRCLE / 2) % _CIRCLE - _CIRCLE / 2
        moment -= timedelta(days=ahead / _CIRCLE * _SYNODIC)
    return moment


def _centuries(moment: datetime) -> float:
    return (moment - _J2000).total_seconds() / 86400 / _CENTURY
