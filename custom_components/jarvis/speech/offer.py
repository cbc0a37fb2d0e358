"""What a server says that it can do: languages to hear, voices to speak with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from wyoming.info import Info
from wyoming.tts import SynthesizeVoice


@dataclass(frozen=True, slots=True)
class Ears:
    """How a server hears."""

    program: str
    languages: tuple[str, ...]
    """None at all where it takes any language."""
    needs_vad: bool
    """Whether somebody else has to tell when a command ends."""
    likes_gain: bool
    likes_noise_reduction: bool

    def spelling(self, language: str) -> str | None:
        """Return what the server calls a language; None where it hears it not."""
        if not self.languages:
            return language
        return _nearest(language, self.languages)


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a server."""

    name: str
    label: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mouth:
    """How a server speaks."""

    program: str
    voices: tuple[Voice, ...]
    streams: bool
    """Whether it takes a text while it is still being written."""

    def speaks(self, language: str, name: str | None) -> bool:
        """Tell whether it has a voice by name, or one for a language."""
        return self._voice(language, name) is not None

    def voice(
        self, language: str, name: str | None, speaker: str | None
    ) -> SynthesizeVoice:
        """Return the voice by name, else one for the language."""
        voice = self._voice(language, name)
        if voice is None:
            return SynthesizeVoice(language=language)
        # A speaker is one of the chosen voice's alone.
        return SynthesizeVoice(voice.name, speaker=speaker if name else None)

    def _voice(self, language: str, name: str | None) -> Voice | None:
        """Find a voice by name, else by language."""
        for voice in self.voices:
            if voice.name == name:
                return voice
        nearest = _nearest(
            language, (of for one in self.voices for of in one.languages)
        )
        for voice in self.voices:
            if nearest in voice.languages:
                return voice
        return None


@dataclass(frozen=True, slots=True)
class Offer:
    """All that a server can do for speech."""

    ears: Ears | None
    mouth: Mouth | None

    @classmethod
    def of(cls, info: Info) -> Self:
        """Read what a server says of itself; what is not installed does not count."""
        asr = next((one for one in info.asr if one.installed), None)
        tts = next((one for one in info.tts if one.installed), None)
        return cls(
            None
            if asr is None
            else Ears(
                asr.name,
                _unique(
                    language
                    for model in asr.models
                    if model.installed
                    for language in model.languages
                ),
                asr.requires_external_vad,
                asr.prefers_auto_gain_enabled,
                asr.prefers_noise_reduction_enabled,
            ),
            None
            if tts is None
            else Mouth(
                tts.name,
                tuple(
                    Voice(one.name, one.description or one.name, tuple(one.languages))
                    for one in tts.voices
                    if one.installed
                ),
                tts.supports_synthesize_streaming,
            ),
        )


def standard(language: str) -> str:
    """Return the usual spelling of a language: Piper writes fr_FR."""
    return language.replace("_", "-")


def _nearest(language: str, offered: Iterable[str]) -> str | None:
    """Return the language itself as it is offered, else one that differs by region."""
    by_name = {standard(one).lower(): one for one in reversed(list(offered))}
    wanted = standard(language).lower()
    base = wanted.partition("-")[0]
    for name in (wanted, base):
        if name in by_name:
            return by_name[name]
    same = [one for name, one in by_name.items() if name.partition("-")[0] == base]
    return same[-1] if same else None


def _unique(languages: Iterable[str]) -> tuple[str, ...]:
    """Return languages once each, in their order."""
    return tuple(dict.fromkeys(languages))
