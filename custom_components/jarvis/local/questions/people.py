"""Where people are, and what plays."""

from homeassistant.components.media_player import (
    ATTR_MEDIA_ARTIST,
    ATTR_MEDIA_CHANNEL,
    ATTR_MEDIA_SERIES_TITLE,
    ATTR_MEDIA_TITLE,
)
from homeassistant.const import STATE_PLAYING

from ..house.things import Thing
from ..request import Understood
from .asker import Asker
from .grammar import Asked
from .states import status
from .wording import MOST_NAMES

_GO_ABOUT = frozenset({"person", "device_tracker"})
_DRIVE_ABOUT = frozenset({"vacuum", "lawn_mower"})


async def async_where(asker: Asker, asked: Asked) -> Understood | None:
    """Tell where somebody is."""
    phrase = asked.phrase("target")
    found = asker.find(phrase, _GO_ABOUT) or asker.find(phrase, _DRIVE_ABOUT)
    if found is None or len(found.things) > MOST_NAMES:
        return None
    asker.allow(found.things)
    told = [status(asker, thing) for thing in found.things]
    return asker.told(" ".join(told), found.things, found=found)


async def async_playing(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what plays, here or anywhere."""
    phrase = asked.phrase("target")
    kinds = frozenset({"media_player"})
    found = asker.find(phrase, kinds, of_place=kinds) if phrase else None
    if phrase and found is None:
        return None
    things = list(found.things) if found else asker.of_kinds("media_player")
    if not things:
        return None
    asker.allow(things)
    playing = [thing for thing in things if _plays(asker, thing)]
    if not found:
        playing = asker.in_area(playing, asker.request.area) or playing
    if not playing:
        return asker.told(asker.said["nothing_plays"], things[:MOST_NAMES], about=False)
    told = [_told(asker, thing) for thing in playing[:MOST_NAMES]]
    return asker.told(" ".join(told), playing[:MOST_NAMES])


def _plays(asker: Asker, thing: Thing) -> bool:
    """Tell whether a player plays."""
    state = asker.known_state(thing)
    return state is not None and state.state == STATE_PLAYING


def _told(asker: Asker, thing: Thing) -> str:
    """Tell what one player plays."""
    state = asker.known_state(thing)
    attributes = state.attributes if state else {}
    title = attributes.get(ATTR_MEDIA_TITLE) or attributes.get(ATTR_MEDIA_CHANNEL)
    artist = attributes.get(ATTR_MEDIA_ARTIST) or attributes.get(
        ATTR_MEDIA_SERIES_TITLE
    )
    name = asker.names([thing])[0]
    said = asker.said["playing"]
    if not title:
        return str(said["untitled"]).format(things=name)
    text: str = said["by" if artist else "title"]
    return text.format(things=name, title=title, artist=artist)
