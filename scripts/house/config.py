"""Writes the configuration folder that Home Assistant starts from."""

import json
from pathlib import Path
import shutil
from typing import Any

from imageio_ffmpeg import get_ffmpeg_exe
import yaml

HOUSE = Path(__file__).parent
ROOT = HOUSE.parent.parent
PACKAGES = HOUSE / "packages"
INTEGRATION = ROOT / "custom_components" / "jarvis"
BLUEPRINTS = ROOT / "blueprints"

HOST = "127.0.0.1"

# Home Assistant sets its platforms up by itself; this is the rest of a usual
# installation, as far as it works offline.
INTEGRATIONS = (
    "assist_pipeline",
    "config",
    "conversation",
    "frontend",
    "history",
    "logbook",
    "person",
    "sun",
    "zone",
)

LOG_LEVELS = {
    "custom_components.jarvis": "info",
    # A program that nothing in this house needs; its absence fills pages.
    "homeassistant.components.camera.img_util": "fatal",
}

# Optimistic entities would show two buttons in place of a switch; these do keep
# their state.
KEPT_DOMAINS = ("cover", "fan", "light", "lock", "switch", "vacuum")


def write_config(folder: Path, port: int, language: str) -> None:
    """Write everything that has to be there before Home Assistant starts."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    configuration = yaml.safe_dump(configuration_yaml(language), allow_unicode=True)
    packages = f"homeassistant:\n  packages: !include_dir_named {PACKAGES}\n"
    merged = configuration.replace("homeassistant:\n", packages, 1)
    (folder / "configuration.yaml").write_text(merged, encoding="utf-8")
    _write_store(storage / "http", http_store(port))
    if not (storage / "onboarding").exists():
        _write_store(storage / "onboarding", onboarding_store())
    _link_integration(folder / "custom_components")
    shutil.copytree(BLUEPRINTS, folder / "blueprints", dirs_exist_ok=True)


def configuration_yaml(language: str) -> dict[str, Any]:
    """Return configuration.yaml without its packages, which need a YAML tag."""
    return {
        "homeassistant": {
            "name": "Maison",
            "language": language,
            "country": "FR",
            "currency": "EUR",
            "time_zone": "Europe/Paris",
            "unit_system": "metric",
            "latitude": 43.61,
            "longitude": 3.88,
            "elevation": 30,
            "customize_domain": {
                domain: {"assumed_state": False} for domain in KEPT_DOMAINS
            },
        },
        # Browsers are sent MP3, whatever the speech server makes.
        "ffmpeg": {"ffmpeg_bin": get_ffmpeg_exe()},
        "logger": {"default": "warning", "logs": LOG_LEVELS},
        "recorder": {"purge_keep_days": 10},
        **dict.fromkeys(INTEGRATIONS),
    }


def http_store(port: int) -> dict[str, Any]:
    """Return the HTTP settings: this machine only.

    They have to be there at the first start: Home Assistant takes YAML settings on
    trial, and falls back to all interfaces when nobody confirms them.
    """
    stable = {
        "server_host": [HOST],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    data = {"stable": stable, "pending": None, "yaml_migration_done": True}
    return {"version": 2, "minor_version": 2, "key": "http", "data": data}


def onboarding_store() -> dict[str, Any]:
    """Return an onboarding of which only the user is left.

    The other steps would fetch integrations from the internet.
    """
    done = ["core_config", "analytics", "integration"]
    data = {"done": done}
    return {"version": 4, "minor_version": 1, "key": "onboarding", "data": data}


def forget(state: Path) -> None:
    """Delete the house's state."""
    for name in ("config", "applied.json", "home-assistant.log"):
        path = state / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _write_store(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _link_integration(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    link = folder / INTEGRATION.name
    if link.is_symlink() or link.exists():
        if link.is_symlink() and link.readlink() == INTEGRATION:
            return
        link.unlink()
    link.symlink_to(INTEGRATION)
