"""The arguments of scripts/run."""

import argparse
from dataclasses import dataclass
import os
from pathlib import Path

from .config import ROOT
from .ollama import DEFAULT_URL, address
from .voice import Wanted

DEFAULT_PORT = 8123
LANGUAGES = ("fr", "en")

DESCRIPTION = """
Starts a real Home Assistant with a furnished house and Jarvis in it, on this machine
only. Ctrl-C ends everything that it started.
"""


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    state: Path
    port: int | None
    fresh: bool
    language: str
    ollama: list[str]
    model: str | None
    say: list[str]
    via: str
    json: bool
    voice: Wanted | None
    """None goes without."""


def parse(arguments: list[str] | None = None) -> Options:
    """Read the command line."""
    given = _parser().parse_args(arguments)
    if given.json and not given.say:
        _parser().error("--json needs --say")
    via = given.via or ("model" if given.ollama and given.say else "auto")
    return Options(
        state=given.state.resolve(),
        port=given.port,
        fresh=given.fresh,
        language=given.language or default_language(),
        ollama=[address(url) for url in given.ollama],
        model=given.model,
        say=given.say,
        via=via,
        json=given.json,
        voice=_voice(given),
    )


def default_language() -> str:
    """Return the language of this machine if Jarvis speaks it, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            language = value[:2].lower()
            return language if language in LANGUAGES else "en"
    return "en"


def _voice(given: argparse.Namespace) -> Wanted | None:
    """Return the models to hear and speak with; who names one wants to talk."""
    models = (given.whisper, given.piper, given.wakeword)
    if not (given.voice or any(models)):
        return None
    return Wanted(*(folder and folder.resolve() for folder in models))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/run", description=DESCRIPTION)
    add = parser.add_argument
    add(
        "--say",
        action="append",
        default=[],
        metavar="SENTENCE",
        help="say this to Jarvis in the house as it was furnished, print the answer and"
        " what changed, and end;"
        " may be repeated: one conversation",
    )
    add("--json", action="store_true", help="with --say: print one JSON object")
    add(
        "--via",
        choices=("auto", "model"),
        help="with --say: 'model' sends to the model even what Jarvis could understand"
        " without it; the default is 'model' when --ollama is given, else 'auto'",
    )
    add(
        "--ollama",
        action="append",
        default=[],
        metavar="URL",
        help=f"where Ollama runs; may be repeated; the default is {DEFAULT_URL},"
        " which is started if it is installed",
    )
    add("--model", metavar="NAME", help="the model to use; Jarvis proposes one")
    add(
        "--voice",
        action="store_true",
        help="hear and speak too, and wait for «Hey Jarvis»: starts jarvis-whisper and"
        " jarvis-piper, which fetch the models that are not here, and openWakeWord",
    )
    add(
        "--whisper",
        type=Path,
        metavar="FOLDER",
        help="with --voice: a Whisper model in faster-whisper's format",
    )
    add(
        "--piper",
        type=Path,
        metavar="FOLDER",
        help="with --voice: a folder of Piper voices",
    )
    add(
        "--wakeword",
        type=Path,
        metavar="FOLDER",
        help="with --voice: a folder with an openWakeWord model (.tflite) of your own",
    )
    add(
        "--language",
        choices=LANGUAGES,
        help="of Home Assistant and its pipeline; Jarvis understands both in each"
        " (default: this machine's, else en)",
    )
    add(
        "--port",
        type=int,
        help=f"of the web page (default: {DEFAULT_PORT}; with --say any free one)",
    )
    add("--fresh", action="store_true", help="forget the house and begin anew")
    add(
        "--state",
        type=Path,
        default=ROOT / ".run",
        metavar="FOLDER",
        help="where the house keeps its state (default: .run)",
    )
    return parser
