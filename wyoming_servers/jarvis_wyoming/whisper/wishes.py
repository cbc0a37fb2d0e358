"""What a client's `transcribe` asks for, read with care and kept within bounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
import re
import tomllib
from typing import Any

from wyoming.event import Event

from ..server.errors import ServerError
from .config import WhisperSettings
from .engine import Wish

_NAMES = 150
_LETTERS = 60
_PROMPT_LETTERS = 300
_AUTO = ("", "auto", "*")
_SENSITIVITIES = ("default", "relaxed", "aggressive")


@dataclass(frozen=True, kw_only=True)
class Request:
    """An utterance's wishes."""

    model: str = ""
    """Name of the model, if the client chose one."""
    languages: tuple[str, ...]
    names: tuple[str, ...] = ()
    """What people here call things."""
    prompt: str = ""
    """What was said just before."""
    sensitivity: str = "default"
    partials: bool = False
    """Whether the client wants the text while it grows."""
    guesses: bool = False
    """Whether the client wants what was said at each silence that may be the end."""

    @property
    def given(self) -> str | None:
        """The language, if the client named it."""
        return self.languages[0] if len(self.languages) == 1 else None

    def wish(self, settings: WhisperSettings) -> Wish:
        """What the engine is told."""
        return Wish(
            languages=self.languages,
            prompts={code: self._words(code, settings) for code in self.languages},
            names=", ".join(self.names),
        )

    def _words(self, language: str, settings: WhisperSettings) -> str:
        """Return a prompt in the language."""
        text = settings.prompt.get(language) or _prompts().get(language, "")
        return f"{text} {self.prompt}".strip()


def read_request(event: Event, settings: WhisperSettings) -> Request:
    """Read a `transcribe` event."""
    data = event.data
    context = data.get("context")
    context = context if isinstance(context, dict) else {}
    sensitivity = data.get("vad_sensitivity")
    names = [
        *_texts(data.get("transcript_names")),
        *_texts(data.get("transcript_terms")),
    ]
    return Request(
        model=_text(data.get("name"), _LETTERS),
        languages=_languages(data.get("language"), settings.languages),
        names=tuple(dict.fromkeys(names))[:_NAMES],
        prompt=_text(context.get("prompt"), _PROMPT_LETTERS),
        sensitivity=sensitivity if sensitivity in _SENSITIVITIES else "default",
        partials=context.get("partials") is True,
        guesses=context.get("guesses") is True,
    )


def code_of(language: str) -> str:
    """Return Whisper's code of a language: "fr-FR" and "fr_FR" are "fr"."""
    return re.split(r"[-_]", language.strip().lower())[0]


def _languages(wanted: object, configured: tuple[str, ...]) -> tuple[str, ...]:
    known = tuple(dict.fromkeys(code_of(language) for language in configured))
    if wanted is None or (isinstance(wanted, str) and wanted.strip() in _AUTO):
        return known
    if not isinstance(wanted, str) or code_of(wanted) not in known:
        text = f"The language is none of {', '.join(known)}."
        raise ServerError("unsupported-language", text)
    return (code_of(wanted),)


def _texts(value: object) -> Iterable[str]:
    found = value if isinstance(value, list) else []
    texts = (_text(name, _LETTERS) for name in found[:_NAMES])
    return (text for text in texts if text)


def _text(value: object, most: int) -> str:
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


@cache
def _prompts() -> dict[str, str]:
    content = files(__package__).joinpath("data/prompts.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(content)
    return {language: str(text) for language, text in table.items()}
