"""The names of the house, which help the servers for speech to hear them right."""

from collections.abc import Iterable, Iterator

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import HomeAssistant, callback

from .runtime import JarvisRuntime
from .speech.hearing import Vocabulary

_MOST = 200
"""Names, and as many terms."""
_LONGEST = 60
"""Characters: what is longer nobody says."""


@callback
def async_vocabulary(hass: HomeAssistant, runtime: JarvisRuntime) -> Vocabulary:
    """Return people, places and exposed entities; second, what else they are called."""
    house = runtime.house.async_get()
    called = [place.names for place in (*house.areas, *house.floors)]
    called += [thing.names for thing in house.things]
    people = (state.name for state in hass.states.async_all(PERSON_DOMAIN))
    names = _few([*people, *(names[0] for names in called)])
    others = (name for names in called for name in names[1:])
    return Vocabulary(names, _few(name for name in others if name not in names))


def _few(names: Iterable[str]) -> list[str]:
    """Return names once each, and not too many."""
    return [name for name, _ in zip(_unique(names), range(_MOST), strict=False)]


def _unique(names: Iterable[str]) -> Iterator[str]:
    """Go through names that can be said, once each."""
    return iter(dict.fromkeys(one for one in names if 0 < len(one) <= _LONGEST))
