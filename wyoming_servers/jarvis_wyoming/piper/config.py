"""The options of jarvis-piper."""

from dataclasses import dataclass
import os

from ..server.config import ServerSettings
from ..server.settings import SettingsError, option

PORT = 10200


@dataclass(frozen=True, kw_only=True)
class PiperSettings(ServerSettings):
    """Which voices speak, and how."""

    port: int = option(PORT, f"port to listen on (default: {PORT})")
    voice: tuple[str, ...] = option(
        ("en_US-lessac-medium", "fr_FR-siwis-medium"),
        "voice to load at start, by name or as an .onnx file; may be repeated: the "
        "first of each language speaks it, the first of all what tells no language",
    )
    voice_dir: tuple[str, ...] = option(
        (), "folder with voices; may be repeated (default: ~/.local/share/jarvis/piper)"
    )
    hub: str = option("https://huggingface.co", "where voices are fetched from")
    repository: str = option("rhasspy/piper-voices", "what they are called there")
    offline: bool = option(False, "fetch nothing")
    memory_mb: int = option(1024, "size of the voices that stay loaded")
    device: str = option("cpu", "what computes", choices=("cpu", "cuda"))
    threads: int = option(0, "threads of a piece (default: cores by workers)")
    workers: int = option(0, "pieces at a time (default: 1 up to 3 cores, else 2)")
    speed: float = option(1.0, "how fast to speak: 1.2 is a fifth faster")
    speeds: dict[str, str] = option({}, "speed of a voice, as fr_FR-siwis-medium=1.1")
    speaker: dict[str, str] = option(
        {}, "speaker of a voice that has several, by name or number, as VOICE=NAME"
    )
    sentence_pause: float = option(0.15, "seconds of silence between sentences")
    sentence_pauses: dict[str, str] = option({}, "the same for a voice, as VOICE=0.3")
    tail_silence: float = option(
        0.0, "seconds of silence at the end, for speakers that cut it off"
    )
    cache_mb: int = option(16, "memory for short answers that were spoken before")
    max_text: int = option(50_000, "letters of one utterance")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.voice:
            raise SettingsError("voice: one at least")
        for name in ("memory_mb", "max_text", "speed"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name}: more than 0")
        for name in (
            "threads",
            "workers",
            "sentence_pause",
            "tail_silence",
            "cache_mb",
        ):
            if getattr(self, name) < 0:
                raise SettingsError(f"{name}: 0 or more")
        for name in ("speeds", "sentence_pauses"):
            for voice, value in getattr(self, name).items():
                _check_number(f"{name}: {voice}", value)
        if any(float(value) <= 0 for value in self.speeds.values()):
            raise SettingsError("speeds: more than 0")

    @property
    def pieces_at_a_time(self) -> int:
        """How many pieces are spoken at a time."""
        return self.workers or (1 if _cores() < 4 else 2)

    @property
    def cores_of_a_piece(self) -> int:
        """Threads of one piece."""
        return self.threads or max(1, _cores() // self.pieces_at_a_time)

    def speed_of(self, voice: str) -> float:
        """How fast a voice speaks."""
        return float(self.speeds.get(voice, self.speed))

    def pause_of(self, voice: str) -> float:
        """How long a voice rests between sentences."""
        return float(self.sentence_pauses.get(voice, self.sentence_pause))


def _check_number(name: str, value: str) -> None:
    try:
        if float(value) < 0:
            raise SettingsError(f"{name}: 0 or more")
    except ValueError as err:
        raise SettingsError(f"{name}: {value!r} is not a number") from err


def _cores() -> int:
    return len(os.sched_getaffinity(0))
