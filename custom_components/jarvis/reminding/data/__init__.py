"""What is said when reminders are told, in each language."""

from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr")


def read(language: str) -> Any:
    """Read the sentences of a language; every value is text."""
    path = Path(__file__).parent / f"{language}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
