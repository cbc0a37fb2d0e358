"""Home Assistant's own sentences, behind the guard."""

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.jarvis.local.strict import Strict, async_strict
from homeassistant.components.conversation import ConversationInput, async_get_chat_log
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.chat_session import async_get_chat_session

type Seen = list[tuple[Mapping[str, Any], bool]]


async def _understand(
    hass: HomeAssistant, text: str, language: str, *, allowed: bool = True
) -> tuple[Strict | None, Seen]:
    """Return what came of an utterance and what the guard was asked."""
    seen: Seen = []

    def allows(slots: Mapping[str, Any], acts: bool) -> bool:
        seen.append((slots, acts))
        return allowed

    user_input = ConversationInput(
        text=text,
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language=language,
        agent_id="conversation.jarvis",
    )
    with (
        async_get_chat_session(hass) as session,
        async_get_chat_log(hass, session, user_input) as chat_log,
    ):
        understood = await async_strict(
            hass,
            user_input,
            chat_log,
            language,
            allows=allows,
            makes_sense=lambda _words: True,
        )
    await hass.async_block_till_done()
    return understood, seen


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Turn on the living room light", "en"),
        ("Allume la lumière du salon", "fr"),
    ],
)
async def test_acts_after_the_guard(
    home: HomeAssistant, text: str, language: str
) -> None:
    """A matched command is shown to the guard and then carried out."""
    understood, seen = await _understand(home, text, language)

    assert understood
    assert understood.response
    (((slots, acts),)) = seen
    assert acts
    assert "light" in str(slots) or "lumière" in str(slots).lower()
    assert home.states.is_state("light.salon", "on")


async def test_the_guard_comes_first(home: HomeAssistant) -> None:
    """What it refuses does not happen."""
    understood, seen = await _understand(
        home, "Turn on the living room light", "en", allowed=False
    )

    assert understood == Strict(None)
    assert len(seen) == 1
    assert home.states.is_state("light.salon", "off")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What time is it?", "en"),
        ("Quelle heure est-il ?", "fr"),
        ("What is the state of the front door?", "en"),
    ],
)
async def test_looking_is_no_action(
    home: HomeAssistant, text: str, language: str
) -> None:
    """A question is shown to the guard as one, or left to the model."""
    _, seen = await _understand(home, text, language)

    assert not any(acts for _, acts in seen)


@pytest.mark.parametrize(
    "text", ["", "Make it cosy", "Allume le dragon", "Why is the sky blue?"]
)
async def test_no_match_is_for_the_model(home: HomeAssistant, text: str) -> None:
    """What is not matched word for word is nobody's, and nothing happens."""
    before = {state.entity_id: state.state for state in home.states.async_all()}

    understood, seen = await _understand(home, text, "fr")

    assert understood is None
    assert not seen
    assert before == {state.entity_id: state.state for state in home.states.async_all()}
