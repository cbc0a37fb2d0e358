"""Which voices there are, in folders or to be fetched."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
import json
import logging
from pathlib import Path
import re

from ..server import hub
from ..server.errors import ServerError
from .config import PiperSettings

_LOGGER = logging.getLogger(__name__)
_MODEL, _CONFIG = ".onnx", ".onnx.json"
_NAME = re.compile(
    r"(?P<code>(?P<family>[a-z]+)_[A-Z]+)-(?P<voice>[^-]+)-(?P<quality>.+)"
)


@dataclass(frozen=True)
class Voice:
    """A voice whose files are here."""

    name: str
    """The name of its file: what clients ask for."""
    model: Path
    config: Path
    language: str
    """As "fr_FR"; only "fr" when its makers said no more."""
    speakers: tuple[str, ...]
    """Their names, in the order of their numbers; none when there is only one."""
    size: int

    @property
    def family(self) -> str:
        """The language without its country."""
        return family_of(self.language)


class Catalogue:
    """The voices that are installed, those of the settings first."""

    def __init__(self, voices: Sequence[Voice], chosen: Sequence[str]) -> None:
        known = {voice.name: voice for voice in voices}
        self.chosen = tuple(known[name] for name in chosen)
        """What speaks when no voice is named: the first of each language."""
        self._known = {voice.name: voice for voice in self.chosen} | known

    def __iter__(self) -> Iterator[Voice]:
        return iter(self._known.values())

    def __contains__(self, name: str) -> bool:
        return name in self._known

    @property
    def languages(self) -> tuple[str, ...]:
        """What is spoken without a voice being named, the default first."""
        return tuple(dict.fromkeys(voice.language for voice in self.chosen))

    def named(self, name: str) -> Voice:
        """The voice of a name."""
        if name not in self._known:
            names = ", ".join(self._known)
            raise ServerError(
                "no-voice", f"No voice {name} is installed, only: {names}."
            )
        return self._known[name]

    def speaking(self, language: str) -> Voice:
        """The voice of a language: of its country if there is one."""
        code = language.replace("-", "_").lower()
        for voice in self:
            if voice.language.lower() == code:
                return voice
        for voice in self:
            if voice.family == family_of(code):
                return voice
        spoken = ", ".join(dict.fromkeys(voice.language for voice in self))
        raise ServerError("no-language", f"No voice speaks {language}, only: {spoken}.")


def open_catalogue(settings: PiperSettings) -> Catalogue:
    """Bring the voices of the settings and list what is installed; blocks."""
    for wanted in settings.voice:
        bring(wanted, settings)
    voices = list(_installed(_folders(settings)))
    files = [_file(wanted) for wanted in settings.voice]
    voices += [read_voice(file) for file in files if file is not None]
    return Catalogue(voices, [name_of(wanted) for wanted in settings.voice])


def bring(wanted: str, settings: PiperSettings) -> None:
    """Make sure that a voice is here and whole, fetching it if need be; blocks."""
    if (file := _file(wanted)) is not None:
        if not file.is_file():
            raise ServerError("no-voice", f"There is no voice in {file}.")
        hub.check(file.parent)
        return
    for folder in _folders(settings):
        for file in (
            folder / f"{wanted}{_MODEL}",
            folder / wanted / f"{wanted}{_MODEL}",
        ):
            if file.is_file():
                hub.check(file.parent)
                return
    _fetch(wanted, settings)


def name_of(wanted: str) -> str:
    """What a voice of the settings is called: never a path of this machine."""
    file = _file(wanted)
    return wanted if file is None else file.name.removesuffix(_MODEL)


def read_voice(model: Path) -> Voice:
    """What a voice's files say about it."""
    name = model.name.removesuffix(_MODEL)
    path = model.with_name(f"{name}{_CONFIG}")
    try:
        config = json.loads(path.read_text("utf-8"))
        named = _NAME.fullmatch(name)
        code = (config.get("language") or {}).get("code")
        spoken = code or (named["code"] if named else config["espeak"]["voice"])
        numbers = config.get("speaker_id_map") or {}
        speakers = tuple(sorted(numbers, key=numbers.__getitem__))
        many = int(config.get("num_speakers", 1)) > 1
        if many and not speakers:
            speakers = tuple(map(str, range(int(config["num_speakers"]))))
        size = model.stat().st_size
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        text = f"{path} is no description of a voice: {type(err).__name__}."
        raise ServerError("no-voice", text) from err
    return Voice(name, model, path, str(spoken), speakers if many else (), size)


def language_in(name: str) -> str:
    """The language that a voice's name tells, before its files are read."""
    named = _NAME.fullmatch(name)
    return named["code"] if named else "en_US"


def family_of(language: str) -> str:
    """The language without its country: "fr" of "fr_FR" and "fr-CA"."""
    return re.split("[-_]", language.lower())[0]


def _fetch(name: str, settings: PiperSettings) -> None:
    """Fetch a voice by its name into a folder of its own."""
    named = _NAME.fullmatch(name)
    if settings.offline or named is None:
        places = ", ".join(map(str, _folders(settings)))
        raise ServerError("no-voice", f"There is no voice {name} in {places}.")
    there = f"{named['family']}/{named['code']}/{named['voice']}/{named['quality']}"
    hub.fetch(
        settings.hub,
        settings.repository,
        _folders(settings)[0] / name,
        wanted=(f"*{_MODEL}", f"*{_CONFIG}"),
        folder=there,
    )


def _installed(folders: Iterable[Path]) -> Iterator[Voice]:
    """Every voice in the folders and one level below; what is broken is only logged."""
    for folder in folders:
        for model in sorted([*folder.glob(f"*{_MODEL}"), *folder.glob(f"*/*{_MODEL}")]):
            if model.parent.suffix == ".part":
                continue
            try:
                yield read_voice(model)
            except ServerError as err:
                _LOGGER.warning("no voice", extra={"file": model, "reason": err.text})


def _file(wanted: str) -> Path | None:
    """The file that a voice of the settings names, or None when it is a name."""
    if not wanted.endswith(_MODEL):
        return None
    return Path(wanted).expanduser()


def _folders(settings: PiperSettings) -> list[Path]:
    if settings.voice_dir:
        return [Path(folder).expanduser() for folder in settings.voice_dir]
    return [Path.home() / ".local" / "share" / "jarvis" / "piper"]
