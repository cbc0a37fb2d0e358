"""The words and sentences of each language, for native speakers to read and extend."""

from pathlib import Path
from typing import Any

import yaml


def read(language: str, name: str) -> Any:
    """Read one of the files of a language.

    Every value is text: in YAML "on", "no" and "off" would be truth values.
    """
    path = Path(__file__).parent / language / f"{name}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
