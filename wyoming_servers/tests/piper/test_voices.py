"""Which voices are found, and how they are fetched."""

from collections.abc import Iterator
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import shutil
import threading

import pytest

from jarvis_wyoming.piper.config import PiperSettings
from jarvis_wyoming.piper.voices import bring, name_of, open_catalogue, read_voice
from jarvis_wyoming.server.errors import ServerError

from .helpers import EN, FR, VOICES


def _custom(folder: Path, name: str, **changes: object) -> Path:
    """A voice of one's own: the small French one with another description."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{name}.onnx"
    shutil.copy(FR, model)
    config = json.loads(FR.with_name(f"{FR.name}.json").read_text()) | changes
    model.with_name(f"{model.name}.json").write_text(json.dumps(config))
    return model


def test_a_custom_voice_is_called_as_its_file(tmp_path: Path) -> None:
    """Given a file whose "dataset" says something else, the file's name counts."""
    _custom(tmp_path, "jarvis-high", dataset="other", language={})
    _custom(tmp_path / "inner", "fr_FR-papa-medium", dataset="epoch=1")
    settings = PiperSettings(voice=("jarvis-high",), voice_dir=(str(tmp_path),))
    catalogue = open_catalogue(settings)
    assert [voice.name for voice in catalogue] == ["jarvis-high", "fr_FR-papa-medium"]
    assert catalogue.named("jarvis-high").language == "fr"
    assert [voice.name for voice in catalogue.chosen] == ["jarvis-high"]


def test_speakers_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """A client's name for a speaker means the right number."""
    numbers = {"zoé": 0, "anne": 1}
    model = _custom(tmp_path, "many", num_speakers=2, speaker_id_map=numbers)
    assert read_voice(model).speakers == ("zoé", "anne")
    model = _custom(tmp_path, "unnamed", num_speakers=3, speaker_id_map={})
    assert read_voice(model).speakers == ("0", "1", "2")


def test_a_country_is_preferred_and_a_language_is_enough(tmp_path: Path) -> None:
    """Given voices of two countries, each is found by its own."""
    _custom(tmp_path, "fr_CA-x-low", language={"code": "fr_CA"})
    settings = PiperSettings(
        voice=(str(EN), str(FR)), voice_dir=(str(tmp_path), str(VOICES))
    )
    catalogue = open_catalogue(settings)
    assert catalogue.speaking("fr-CA").name == "fr_CA-x-low"
    assert catalogue.speaking("fr").name == FR.stem
    assert catalogue.speaking("en-GB").name == EN.stem
    assert catalogue.languages == ("en_US", "fr_FR")


def test_a_broken_description_spoils_no_other(tmp_path: Path) -> None:
    """Given rubbish in the folder, the good voice is listed."""
    broken = _custom(tmp_path, "broken")
    broken.with_name("broken.onnx.json").write_text("[]")
    (tmp_path / "lonely.onnx").write_bytes(b"")
    settings = PiperSettings(voice=(str(FR),), voice_dir=(str(tmp_path),))
    assert [voice.name for voice in open_catalogue(settings)] == [FR.stem]


def test_a_path_is_never_told() -> None:
    """Clients learn names, not where files are."""
    assert name_of("/home/somebody/voices/fr_FR-tiny-low.onnx") == "fr_FR-tiny-low"


@pytest.fixture
def hub() -> Iterator[str]:
    """A hub with the small French voice, where piper's voices are."""
    files = {path.name: path.read_bytes() for path in VOICES.glob("fr_FR*")}
    folder = "fr/fr_FR/tiny/low"

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if self.path == f"/api/models/rhasspy/piper-voices/tree/main/{folder}":
                listed = [
                    {
                        "type": "file",
                        "path": f"{folder}/{name}",
                        "size": len(content),
                        "lfs": {"oid": hashlib.sha256(content).hexdigest()},
                    }
                    for name, content in files.items()
                ]
                self._answer(200, json.dumps(listed).encode())
            elif self.path == f"/rhasspy/piper-voices/resolve/main/{folder}/{name}":
                self._answer(200, files[name])
            else:
                self._answer(404, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_voice_is_fetched_by_its_name(hub: str, tmp_path: Path) -> None:
    """Given a hub, the voice is brought once and is there without it afterwards."""
    settings = PiperSettings(voice=(FR.stem,), voice_dir=(str(tmp_path),), hub=hub)
    bring(FR.stem, settings)
    offline = PiperSettings(voice=(FR.stem,), voice_dir=(str(tmp_path),), offline=True)
    (voice,) = open_catalogue(offline)
    assert voice.model == tmp_path / FR.stem / FR.name
    assert voice.model.read_bytes() == FR.read_bytes()


def test_a_fetched_voice_that_was_damaged_is_found_out(
    hub: str, tmp_path: Path
) -> None:
    """Given one byte more, the voice is refused."""
    settings = PiperSettings(voice=(FR.stem,), voice_dir=(str(tmp_path),), hub=hub)
    bring(FR.stem, settings)
    with (tmp_path / FR.stem / FR.name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ServerError, match="damaged"):
        bring(FR.stem, settings)


@pytest.mark.parametrize("name", ["fr_FR-nobody-low", "nonsense", "../../etc"])
def test_what_nobody_has_is_refused(hub: str, tmp_path: Path, name: str) -> None:
    """Given a name that the hub does not know, the error is no trace of Python."""
    settings = PiperSettings(voice=(name,), voice_dir=(str(tmp_path),), hub=hub)
    with pytest.raises(ServerError) as raised:
        bring(name, settings)
    assert raised.value.code in ("no-voice", "no-model")
