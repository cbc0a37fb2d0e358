"""What the terminal shows."""

import json
import sys
from typing import Any

from .client import PASSWORD, USERNAME
from .say import Change, Said


class Terminal:
    """Prints progress and results; with JSON, stdout carries nothing else."""

    def __init__(self, as_json: bool) -> None:
        """Remember the form of the results."""
        self._as_json = as_json
        self._said: list[Said] = []

    def progress(self, text: str) -> None:
        """Tell what happens."""
        print(text, file=sys.stderr if self._as_json else sys.stdout, flush=True)

    def welcome(self, url: str) -> None:
        """Tell where the house is and how to enter."""
        self.progress(f"\n  {url}\n  User {USERNAME}, password {PASSWORD}\n")

    def said(self, said: Said) -> None:
        """Show the answer to a sentence."""
        self._said.append(said)
        if not self._as_json:
            print(described(said), flush=True)

    def end(self, url: str) -> None:
        """Print the JSON, if that was wanted."""
        if self._as_json:
            print(json.dumps(self.results(url), ensure_ascii=False, indent=2))

    def results(self, url: str) -> dict[str, Any]:
        """Return everything that was said."""
        return {"url": url, "said": [said.as_dict() for said in self._said]}


def described(said: Said) -> str:
    """Return a sentence, its answer and what changed, for people."""
    lines = [f"» {said.text}"]
    if said.reply:
        lines.append(f"  {said.reply}")
    lines.append(f"  {how(said)}")
    lines.extend(f"  {described_change(change)}" for change in said.changed)
    return "\n".join(lines)


def how(said: Said) -> str:
    """Return how a sentence was understood and how long it took."""
    if said.error is not None:
        start = f"not answered: {said.error}"
    elif said.understood == "local":
        start = "understood locally"
    elif said.model:
        start = f"answered by {said.model}"
    else:
        start = "answered"
    if said.first_word_seconds is None:
        return f"{start} ({said.seconds:.2f} s)"
    return f"{start} ({said.seconds:.2f} s, first word {said.first_word_seconds:.2f} s)"


def described_change(change: Change) -> str:
    """Return a change like `light.x: off → on [brightness 255]`."""
    same = change.before == change.after
    state = f"{change.after}" if same else f"{change.before} → {change.after}"
    line = f"{change.entity_id}: {state}"
    if not change.attributes:
        return line
    pairs = (
        f"{name} {new}" if old is None else f"{name} {old} → {new}"
        for name, (old, new) in change.attributes.items()
    )
    return f"{line} [{', '.join(pairs)}]"
