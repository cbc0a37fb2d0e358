"""What installs the servers: images, units, the app, their locks and the README."""

from pathlib import Path
import re
import shlex
import shutil
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from app.run import PORTS, variables
from jarvis_wyoming.piper.config import PiperSettings
from jarvis_wyoming.server.config import ServerSettings
from jarvis_wyoming.server.settings import SettingsReader
from jarvis_wyoming.whisper.config import WhisperSettings

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETTINGS: dict[str, type[ServerSettings]] = {
    "whisper": WhisperSettings,
    "piper": PiperSettings,
}
UNITS = sorted((ROOT / "systemd").glob("*.service"))
COMPOSE = [ROOT / "compose.yaml", ROOT / "compose.cuda.yaml"]
GUIDES = [ROOT / "README.md", ROOT.parent / "docs" / "voice.md"]
LOCKS = [
    *(ROOT / f"requirements-{name}.txt" for name in ("run", "cuda", "build")),
    ROOT / "wakeword" / "requirements.txt",
]
VARIABLE = re.compile(r"\bJARVIS_(WHISPER|PIPER)_([A-Z_]+)\b")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze"
)


def read(program: str, *flags: str, **environ: str) -> ServerSettings:
    """What a program makes of flags and variables; a mistake ends the test."""
    commands = dict.fromkeys(("health", "version", "fetch"), "")
    reader = SettingsReader(SETTINGS[program], f"jarvis-{program}", "", commands)
    return reader.read(flags, environ).settings


def locked(path: Path) -> set[str]:
    """The packages of a lock with their versions and markers."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    return {re.split(r"\s+--hash", line)[0] for line in text.splitlines() if line}


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_units_and_finds_them_closed(
    unit: Path, tmp_path: Path
) -> None:
    """Nothing in them is unknown to systemd, and little is left to attack."""
    # Given a unit whose program is here
    text = re.sub(r"/opt/[\w./-]+/bin/[\w-]+", "/bin/true", unit.read_text("utf-8"))
    copy = tmp_path / unit.name
    copy.write_text(text, "utf-8")
    # When systemd reads it
    verify = _run("systemd-analyze", "verify", "--man=no", str(copy))
    security = "systemd-analyze security --offline=yes --threshold=20"
    closed = _run(*security.split(), str(copy))
    # Then
    assert (verify.returncode, verify.stderr) == (0, "")
    assert closed.returncode == 0, closed.stdout[-200:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_start_what_the_package_installs(unit: Path) -> None:
    """The program of a unit is one that is installed."""
    command = re.findall(r"^ExecStart=(\S+)", unit.read_text("utf-8"), re.MULTILINE)
    programs = {*PROJECT["project"]["scripts"], "wyoming-openwakeword"}
    assert [Path(path).name in programs for path in command] == [True]


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_compose_builds_what_the_dockerfile_has(path: Path) -> None:
    """Targets, arguments and volumes that are named exist."""
    # Given
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    compose = yaml.safe_load(path.read_text("utf-8"))
    # Then
    for service in compose["services"].values():
        target = service["build"].get("target", "whisper")
        assert re.search(rf"^FROM .* AS {target}$", dockerfile, re.MULTILINE)
        for name, file in service["build"].get("args", {}).items():
            assert f"ARG {name}=" in dockerfile
            assert (ROOT / file).is_file()
        for volume in service.get("volumes", []):
            name = volume.partition(":")[0]
            assert name.startswith("$") or name in compose["volumes"]


@pytest.mark.parametrize(
    "path",
    [ROOT / "Dockerfile", *COMPOSE, *UNITS, ROOT / "systemd" / "cuda.conf", *GUIDES],
    ids=lambda path: path.name,
)
def test_every_variable_is_a_setting(path: Path) -> None:
    """A variable that is misspelled would be passed over in silence."""
    for program, name in VARIABLE.findall(path.read_text("utf-8")):
        fields = SETTINGS[program.lower()].__dataclass_fields__
        assert name.lower() in {*fields, "config"}


@pytest.mark.parametrize("program", SETTINGS)
def test_compose_gives_values_that_the_servers_take(program: str) -> None:
    """Defaults of the compose files are read as the servers read them."""
    environ = dict[str, str]()
    for path in COMPOSE:
        services = yaml.safe_load(path.read_text("utf-8"))["services"]
        environ |= services.get(program, {}).get("environment", {})
    plain = {name: _default(value) for name, value in environ.items()}
    assert read(program, **plain).metrics.startswith("127.0.0.1:")


@pytest.mark.parametrize("program", SETTINGS)
def test_compose_passes_every_option_on(program: str) -> None:
    """Given an option in .env, the server gets it, also one that has a default here."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service = compose["services"][program]
    assert service["env_file"] == [{"path": ".env", "required": False}]
    for name, value in service["environment"].items():
        assert value.startswith(f"${{{name}:-")


def test_the_images_copy_what_exists() -> None:
    """Every COPY finds its source, and .dockerignore lets it in."""
    let_in = (ROOT / ".dockerignore").read_text("utf-8")
    for source in _copied(ROOT / "Dockerfile"):
        assert (ROOT / source).exists()
        pattern = re.sub(r"requirements-\w+\.txt", "requirements-*.txt", source)
        assert f"!{pattern}\n" in let_in


def test_the_packed_app_has_what_its_image_copies(tmp_path: Path) -> None:
    """The supervisor sees nothing outside of the app's own folder."""
    # When
    packed = _run(str(ROOT / "app" / "pack"), str(tmp_path))
    # Then
    assert packed.returncode == 0, packed.stderr
    for program in SETTINGS:
        folder = tmp_path / f"jarvis_{program}"
        dockerfile = folder / "Dockerfile"
        assert f"ARG PROGRAM={program}\n" in dockerfile.read_text("utf-8")
        for source in ("config.yaml", "translations/fr.yaml", *_copied(dockerfile)):
            assert (folder / source).exists()
    # When it is done once more, then nothing is written over
    assert _run(str(ROOT / "app" / "pack"), str(tmp_path)).returncode == 1


@pytest.mark.parametrize("program", SETTINGS)
def test_the_apps_options_are_settings(program: str, tmp_path: Path) -> None:
    """What can be chosen reaches the server, and is explained in both languages."""
    # Given
    app = _app(program)
    keys = list(app["schema"])
    # Then
    assert set(keys) <= set(SETTINGS[program].__dataclass_fields__)
    assert set(app["options"]) <= set(keys)
    assert app["version"] == PROJECT["project"]["version"]
    assert list(app["ports"]) == [f"{PORTS[program]}/tcp"]
    for language in ("en", "fr"):
        path = ROOT / "app" / program / "translations" / f"{language}.yaml"
        texts = yaml.safe_load(path.read_text("utf-8"))
        assert list(texts["configuration"]) == keys
        assert list(texts["network"]) == list(app["ports"])
        assert all({*t} == {"name", "description"} for t in _texts(texts))
    # When the server reads the options as they are set at first
    settings = read(program, **variables(program, app["options"], tmp_path))
    # Then
    assert settings.port == PORTS[program]
    assert not settings.zeroconf
    for name, value in app["options"].items():
        want = tuple(value) if isinstance(value, list) else value
        assert getattr(settings, name) == want


def test_options_of_every_kind_reach_the_server(tmp_path: Path) -> None:
    """Lists, pairs, switches and numbers; what is left empty keeps its default."""
    options = {
        "models": ["fr=/share/whisper/fr", "en=base"],
        "early_end": True,
        "window_seconds": 12.5,
        "workers": None,
        "model": "",
    }
    settings = read("whisper", **variables("whisper", options, tmp_path))
    assert isinstance(settings, WhisperSettings)
    assert settings.models == {"fr": "/share/whisper/fr", "en": "base"}
    assert settings.early_end
    assert settings.window_seconds == 12.5
    assert (settings.workers, settings.model) == (2, "base")
    assert settings.model_dir == str(tmp_path)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_locks_have_hashes_and_no_address(path: Path) -> None:
    """A package that was changed after the lock does not get into an image."""
    lines = path.read_text("utf-8").replace("\\\n", " ").splitlines()
    assert lines
    assert all("--hash=sha256:" in line and "://" not in line for line in lines)


def test_images_have_the_versions_that_were_tested() -> None:
    """One lock is tested; images have its versions, without the tools."""
    dev, run, cuda = (
        locked(ROOT / f"requirements{name}.txt") for name in ("", "-run", "-cuda")
    )
    tools = PROJECT["dependency-groups"]["dev"]
    assert run <= dev, "run scripts/lock"
    assert not run & set(tools)
    assert all(pin.startswith("nvidia-") for pin in cuda - run)
    build = locked(ROOT / "requirements-build.txt")
    assert set(PROJECT["dependency-groups"]["build"]) <= build


def test_the_wake_words_lock_is_in_step() -> None:
    """scripts/lock was run after the last change of requirements.in."""
    wanted = (ROOT / "wakeword" / "requirements.in").read_text("utf-8").splitlines()
    pins = {line for line in wanted if line and not line.startswith("#")}
    assert pins == locked(ROOT / "wakeword" / "requirements.txt")


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_the_guides_commands_and_files_are_taken(path: Path, tmp_path: Path) -> None:
    """Whoever types what stands there meets no unknown option."""
    # Given the blocks of code
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for kind, block in blocks:
        # When it is a file, then the server takes it
        if kind == "toml":
            file = tmp_path / "settings.toml"
            file.write_text(block, "utf-8")
            assert read("whisper", "--config", str(file)).metrics
        # When there are commands, then they exist and take their options
        for line in block.splitlines():
            for program, rest in re.findall(
                r"\bjarvis-(whisper|piper)((?: -.*)?)$", line
            ):
                read(program, *shlex.split(rest, comments=True))
            for script in re.findall(
                r"(?<![\w-])(?:app|wakeword|scripts)/[\w.]+", line
            ):
                assert any((base / script).exists() for base in (ROOT, ROOT.parent))


def test_the_readmes_options_exist() -> None:
    """Options that stand in its tables are settings."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.partition("Both servers have these")[2].partition("`--health`")[0]
    named = re.findall(
        r"`(\w+)`", "\n".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))
    )
    assert len(named) > 10
    assert set(named) <= set(ServerSettings.__dataclass_fields__)


def _default(value: str) -> str:
    """What compose puts in when no variable is set: ${A:-${B:-value}}."""
    return re.sub(r"^(?:\$\{\w+:-)*(.*?)\}*$", r"\1", value)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _app(program: str) -> Any:
    path = ROOT / "app" / program / "config.yaml"
    return yaml.safe_load(path.read_text("utf-8"))


def _texts(translation: Any) -> list[dict[str, str]]:
    return list(translation["configuration"].values())


def _copied(dockerfile: Path) -> list[str]:
    """What an image takes from its folder, arguments with their defaults."""
    text = dockerfile.read_text("utf-8")
    arguments = dict(re.findall(r"^ARG (\w+)=(.*)$", text, re.MULTILINE))
    for name, value in arguments.items():
        text = text.replace(f"${{{name}}}", value)
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
    assert lines
    return [source for line in lines for source in line.split()]
