"""Which folder a model's name means, and bringing it when it is not there."""

from pathlib import Path
import re

from ..server import hub
from ..server.errors import ServerError
from .config import WhisperSettings

# As faster-whisper names them.
_NAMED = {
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3-fr": "bofenghuang/whisper-large-v3-distil-fr-v0.2",
}
# Repositories that keep what faster-whisper reads in a folder.
_INNER = {"bofenghuang/whisper-large-v3-distil-fr-v0.2": "ctranslate2"}
_WANTED = (
    "config.json",
    "model.bin",
    "preprocessor_config.json",
    "tokenizer.json",
    "vocabulary.*",
)
_NEEDED = ("config.json", "model.bin", "tokenizer.json")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


def name_of(model: str) -> str:
    """What a model is called towards clients: never a path of this machine."""
    return Path(model).name


def is_here(model: str, settings: WhisperSettings) -> bool:
    """Whether it can be loaded without any network."""
    return (folder_of(model, settings) / "model.bin").is_file()


def folder_of(model: str, settings: WhisperSettings) -> Path:
    """Where a model is or would be."""
    given = Path(model).expanduser()
    if given.is_absolute() or (given / "model.bin").is_file():
        return given
    return _store(settings) / model.replace("/", "--")


def bring(model: str, settings: WhisperSettings) -> Path:
    """Return the folder of a model that is whole, fetching it if need be; blocks."""
    folder = folder_of(model, settings)
    if not (folder / "model.bin").is_file():
        _fetch(model, folder, settings)
    hub.check(folder)
    if missing := [name for name in _NEEDED if not (folder / name).is_file()]:
        text = f"{folder} is no model of faster-whisper: {', '.join(missing)} missing."
        raise ServerError("no-model", text)
    return folder


def _fetch(model: str, folder: Path, settings: WhisperSettings) -> None:
    if settings.offline or Path(model).is_absolute():
        raise ServerError("no-model", f"There is no model in {folder}.")
    repository = _NAMED.get(model, model)
    if not _REPOSITORY.fullmatch(repository):
        names = ", ".join(sorted(_NAMED))
        text = f"{model} is no folder, no repository and none of: {names}."
        raise ServerError("no-model", text)
    inner = _INNER.get(repository, "")
    hub.fetch(settings.hub, repository, folder, wanted=_WANTED, folder=inner)


def _store(settings: WhisperSettings) -> Path:
    if settings.model_dir:
        return Path(settings.model_dir).expanduser()
    return Path.home() / ".local" / "share" / "jarvis" / "whisper"
