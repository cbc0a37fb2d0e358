"""How each language speaks of times, for native speakers to read and extend."""

from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr")


def read(name: str) -> Any:
    """Read one of the files; every value is text."""
    path = Path(__file__).parent / f"{name}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
