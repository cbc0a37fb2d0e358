"""Says how long jarvis-whisper waits behind words; runs in the servers' Python.

The words come as JSON on the standard input, the seconds go to the standard output.
"""

from importlib import import_module
import json
import sys
from typing import Any

_SURE = -0.1


def main() -> None:
    """Judge each beginning by its words alone."""
    sys.path.insert(0, ".")
    ending, engine, wishes = (
        import_module(f"jarvis_wyoming.whisper.{name}")
        for name in ("ending", "engine", "wishes")
    )

    def waits(one: dict[str, Any]) -> float:
        language = one["language"]
        # Whisper puts a full stop behind whatever it hears.
        heard = engine.Heard(text=f"{one['text']}.", language=language, logprob=_SURE)
        request = wishes.Request(languages=(language,), names=tuple(one["names"]))
        return float(ending.patience_of(heard, request))

    json.dump([waits(one) for one in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
