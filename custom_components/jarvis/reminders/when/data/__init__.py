"""How each language speaks of times, for native speakers to read and extend."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr")


@cache
def read(name: str) -> Any:
    """Read one of the files once; every value is text."""
    path = Path(__file__).parent / f"{name}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
