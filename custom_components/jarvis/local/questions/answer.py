"""Answers what is asked about the house, where every word of it is understood."""

from collections.abc import Awaitable, Callable, Mapping

from ..request import Request, Understood
from .asker import Asker, NotAllowedError
from .calendars import async_events, async_next_event
from .clock import async_date, async_time
from .compared import (
    async_average,
    async_batteries,
    async_difference,
    async_more,
    async_most,
    async_total,
)
from .following import following, remember, which_ones
from .grammar import Asked, asked
from .lists import async_items
from .people import async_playing, async_where
from .services import NoAnswerError
from .states import async_number, async_state, async_status
from .values import async_value
from .weather import async_sky, async_warmth, async_weather

type Handler = Callable[[Asker, Asked], Awaitable[Understood | None]]

_HANDLERS: Mapping[str, Handler] = {
    "state": async_state,
    "status": async_status,
    "number": async_number,
    "value": async_value,
    "most": async_most,
    "more": async_more,
    "difference": async_difference,
    "average": async_average,
    "total": async_total,
    "batteries": async_batteries,
    "where": async_where,
    "playing": async_playing,
    "events": async_events,
    "next_event": async_next_event,
    "items": async_items,
    "weather": async_weather,
    "sky": async_sky,
    "warmth": async_warmth,
    "time": async_time,
    "date": async_date,
}
"""What the data files call a kind of question, to who answers it."""


async def async_answer(request: Request) -> Understood | None:
    """Answer a question about the house; None where not every word is understood."""
    asker = Asker(request)
    try:
        if understood := which_ones(asker):
            return understood
    except NotAllowedError:
        return Understood("", allowed=False)
    for one in (*following(asker), *asked(request.text, request.language)):
        try:
            if understood := await _HANDLERS[one.ask](asker, one):
                remember(asker, one)
                return understood
        except NotAllowedError:
            return Understood("", allowed=False)
        except NoAnswerError as err:
            # Words that may name an event may as well mean anything else.
            if one.slots.keys() & {"event", "item"}:
                continue
            return asker.told(asker.no_answer([err.thing]), [err.thing], about=False)
    return None
