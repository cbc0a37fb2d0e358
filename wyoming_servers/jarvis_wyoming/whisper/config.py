"""The options of jarvis-whisper."""

from dataclasses import dataclass
import os

from ..server.config import ServerSettings
from ..server.settings import SettingsError, option

PORT = 10300
COMPUTE_TYPES = (
    "auto",
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "int16",
    "float16",
    "bfloat16",
    "float32",
)


@dataclass(frozen=True, kw_only=True)
class WhisperSettings(ServerSettings):
    """What is heard with, and how."""

    port: int = option(PORT, f"port to listen on (default: {PORT})")
    model: str = option(
        "base", "name, folder, or repository of the model; a NAS is a folder"
    )
    models: dict[str, str] = option(
        {}, "another model for a language, as fr=/models/whisper-large-v3-distil-fr"
    )
    model_dir: str = option(
        "", "where fetched models are (default: ~/.local/share/jarvis/whisper)"
    )
    hub: str = option("https://huggingface.co", "where models are fetched from")
    offline: bool = option(False, "fetch nothing")
    languages: tuple[str, ...] = option(
        ("en", "fr"), "language that is spoken here; may be repeated"
    )
    device: str = option("auto", "what computes", choices=("auto", "cpu", "cuda"))
    compute_type: str = option("auto", "numbers to compute with", choices=COMPUTE_TYPES)
    threads: int = option(0, "threads of a transcription (default: cores, at most 8)")
    workers: int = option(2, "transcriptions at a time")
    beam_size: int = option(0, "beams (default: 1 on a CPU, 5 on a GPU)")
    window_seconds: float = option(
        30.0, "window of the encoder; shorter is faster, if the model bears it"
    )
    max_audio_seconds: float = option(600.0, "longest utterance")
    vad_threshold: float = option(0.5, "how certain speech has to be, 0 to 1")
    listen_ms: int = option(128, "silence after which a transcription begins")
    early_end: bool = option(
        False, "send the text before the client ends the audio, when all was said"
    )
    turn_model: str = option("", "ONNX file that tells whether a speaker is done")
    prompt: dict[str, str] = option(
        {}, "words that a language's transcriptions continue, as fr=Bonjour."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.languages:
            raise SettingsError("languages: one at least")
        if not 1 <= self.window_seconds <= 30:
            raise SettingsError("window_seconds: between 1 and 30")
        if not 0 < self.vad_threshold < 1:
            raise SettingsError("vad_threshold: between 0 and 1")
        for name in ("workers", "max_audio_seconds", "listen_ms"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name}: more than 0")
        for name in ("threads", "beam_size"):
            if getattr(self, name) < 0:
                raise SettingsError(f"{name}: 0 or more")

    @property
    def cores(self) -> int:
        """Threads of one transcription."""
        return self.threads or min(8, len(os.sched_getaffinity(0)))
