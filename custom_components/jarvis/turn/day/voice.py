"""What people ask of the day by voice: a briefing, or whether all is well at home."""

from homeassistant.components.conversation import ConversationResult

from ...day.asking import async_asking
from ...day.briefing import async_briefing
from ...day.sentences import wanted
from ...local.text.words import LANGUAGES
from ..turn import Outcome, Turn


async def async_day(turn: Turn) -> ConversationResult | None:
    """Tell what an utterance wants of the day; None for any other."""
    for language in dict.fromkeys((turn.language, *LANGUAGES)):
        if parts := wanted(turn.user_input.text, language):
            runtime = turn.entry.runtime_data
            asking = await async_asking(
                turn.hass,
                runtime.house.async_get(),
                runtime.reminding,
                turn.user_input.context,
                language,
            )
            briefing = await async_briefing(asking, parts)
            return turn.say(briefing.speech, Outcome.LOCAL)
    return None
