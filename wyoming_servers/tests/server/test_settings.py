"""Options from flags, variables and a file."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from jarvis_wyoming.server.config import ServerSettings
from jarvis_wyoming.server.settings import SettingsReader, option
from jarvis_wyoming.whisper.config import WhisperSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """One option of each type."""

    port: int = option(10300, "port")
    device: str = option("auto", "device", choices=("auto", "cpu"))
    models: dict[str, str] = option({}, "models")
    window: float = option(30.0, "window")
    folder: Path | None = option(None, "folder")


READER = SettingsReader(Settings, "jarvis-test", "A test.", {"health": "well?"})


def read(*flags: str, **environ: str) -> Settings:
    """Read the options."""
    return READER.read(flags, environ).settings


def test_defaults() -> None:
    """Nothing has to be said; only networks at home may connect."""
    settings = read()
    assert settings.port == 10300
    assert "192.168.0.0/16" in settings.allow
    assert "0.0.0.0/0" not in settings.allow


def test_flags_win_over_variables_and_these_over_the_file(tmp_path: Path) -> None:
    """One source over the other, option by option."""
    file = tmp_path / "jarvis.toml"
    file.write_text(
        'port = 1\nwindow = 10\nhost = ["::1"]\nfolder = "/m"\nzeroconf = false\n'
        '[models]\nfr = "large"\n'
    )
    environ = {"JARVIS_TEST_CONFIG": str(file), "JARVIS_TEST_PORT": "2"}
    environ["JARVIS_TEST_WINDOW"] = "15.5"

    settings = read("--port", "3", **environ)

    assert (settings.port, settings.window) == (3, 15.5)
    assert settings.host == ("::1",)
    assert settings.folder == Path("/m")
    assert not settings.zeroconf
    assert settings.models == {"fr": "large"}
    assert read("--config", str(file)).port == 1


def test_lists_and_tables_as_text() -> None:
    """Commas divide a variable; a flag may be repeated."""
    settings = read(
        "--models", "fr=a", "--models", "en=b", JARVIS_TEST_HOST="::1, 127.0.0.1"
    )
    assert settings.models == {"fr": "a", "en": "b"}
    assert settings.host == ("::1", "127.0.0.1")
    assert read("--zeroconf", JARVIS_TEST_ZEROCONF="no").zeroconf
    assert not read(JARVIS_TEST_ZEROCONF="no").zeroconf


def test_variables_that_are_no_option() -> None:
    """A slip of the pen is told, other programs' variables are not looked at."""
    environ = {"JARVIS_TEST_PROT": "1", "JARVIS_TEST_PORT": "2", "JARVIS_OTHER": "3"}
    assert READER.read([], environ).unknown == ("JARVIS_TEST_PROT",)
    assert READER.read([], {"JARVIS_TEST_CONFIG": ""}).unknown == ()


def test_commands() -> None:
    """A flag that does something else."""
    assert READER.read(["--health"], {}).command == "health"
    assert READER.read([], {}).command is None


@pytest.mark.parametrize(
    ("flags", "environ", "says"),
    [
        (["--port", "x"], {}, "--port"),
        (["--port", "70000"], {}, "port"),
        (["--device", "tpu"], {}, "device: one of auto, cpu"),
        (["--models", "fr"], {}, "KEY=VALUE"),
        (["--allow", "home"], {}, "allow"),
        (["--max-clients", "0"], {}, "max_clients"),
        (["--metrics", "nowhere"], {}, "metrics"),
        (["--metrics", "9300"], {}, "metrics"),
        (["--metrics", "127.0.0.1:99999"], {}, "metrics"),
        (["--advertise", "nas.local"], {}, "advertise"),
        (["--nonsense"], {}, "--nonsense"),
        ([], {"JARVIS_TEST_ZEROCONF": "maybe"}, "JARVIS_TEST_ZEROCONF"),
        (["--config", "/no/such/file"], {}, "/no/such/file"),
    ],
)
def test_mistakes_are_named(
    flags: list[str],
    environ: dict[str, str],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The program ends with a line that says which option it is."""
    with pytest.raises(SystemExit) as caught:
        READER.read(flags, environ)
    assert caught.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["nonsense = 1", "port = [1]", 'models = "a"', "host = {}", "port ="]
)
def test_mistakes_in_the_file(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that does not exist, a wrong type, no TOML at all."""
    file = tmp_path / "jarvis.toml"
    file.write_text(text)
    with pytest.raises(SystemExit):
        read("--config", str(file))
    assert str(file) in (said := capsys.readouterr().err) or text.split()[0] in said


def test_the_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` works, percent signs and all."""
    reader = SettingsReader(WhisperSettings, "jarvis-whisper", "Hears.", {})
    with pytest.raises(SystemExit) as caught:
        reader.read(["--help"], {})
    assert caught.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "--max-audio-seconds" in said
    assert "(default: 600" in said
    assert said.count("(default: 10300)") == 1


@pytest.mark.parametrize(
    "flags",
    [
        ["--window-seconds", "31"],
        ["--vad-threshold", "1"],
        ["--workers", "0"],
        ["--beam-size", "-1"],
        ["--languages", ","],
    ],
)
def test_what_whisper_cannot_do(flags: list[str]) -> None:
    """Its own limits are checked before anything is loaded."""
    with pytest.raises(SystemExit):
        SettingsReader(WhisperSettings, "jarvis-whisper", "Hears.", {}).read(flags, {})
