"""What Jarvis says when something fails: one sentence, in the person's language."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .ollama.errors import OllamaError


class TurnError(HomeAssistantError):
    """A turn failed for a reason that the person is told."""

    def __init__(self, key: str, **placeholders: str) -> None:
        """Take a key of the translations' `exceptions`."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
        )
        self.key = key
        self.placeholders = placeholders

    @classmethod
    def of(cls, err: OllamaError) -> TurnError:
        """Say what failed at an endpoint."""
        return cls(err.reason, endpoint=err.endpoint, model=err.model)


async def async_sentence(hass: HomeAssistant, language: str, error: TurnError) -> str:
    """Return the sentence for an error in a language."""
    texts = await async_get_translations(hass, language, "exceptions", {DOMAIN})
    text = texts[f"component.{DOMAIN}.exceptions.{error.key}.message"]
    return text.format(**error.placeholders)
