"""Sentences that tell which changes, or which answers, are right."""

from datetime import datetime
from typing import Any

from homeassistant.components.fan import ATTR_PERCENTAGE

from .case import Case, Data, Judged, Speaker, Turn, difference, judged, says

_DO_NOT_COUNT = frozenset({"is_closed", "is_opening", "is_closing"})
_ALL = "attributes"
"""In the place of an attribute: none counts besides those that are expected."""


def is_of(data: Data) -> bool:
    """Tell whether a line is of this kind."""
    return "expect_changes" in data


def read(data: Data, homes: Data) -> Case | None:
    """Read a line, unless nobody can pass it."""
    if data["broken"]:
        return None
    now = data["context_now"]
    home = dict(homes[data["home"]])
    device = data["context_device"]
    if device:
        # What is spoken to also keeps timers, as a voice satellite does.
        home["devices"] = [
            {**one, "satellite": True} if one["id"] == device else one
            for one in home["devices"]
        ]
    return Case(
        identity=data["id"],
        sets=(data["id"].partition("/")[0].replace("-", "_"),),
        utterance=data["utterance"],
        language=data["lang"],
        judge=judge,
        home=f"{data['home']} {device}",
        description=home,
        setup=data["setup"] or {},
        device=device,
        now=datetime.fromisoformat(now) if now else None,
        expected=data,
    )


async def judge(case: Case, speaker: Speaker) -> Judged:
    """Compare what changed, or what was replied, with what is expected."""
    turn = await speaker.say(case)
    answers = case.expected["expect_response"]
    if answers:
        is_right = not turn.is_error and any(says(turn.speech, one) for one in answers)
        return judged(case, turn, answers, is_right=is_right and not turn.changed)
    changes = case.expected["expect_changes"] or {}
    unexpected = {
        one: told
        for one in turn.after
        if (told := _unexpected(case, turn, one, changes.get(one) or {}))
    }
    is_right = not unexpected and not turn.is_error
    return judged(case, turn, changes or "no change", is_right=is_right)


def _unexpected(case: Case, turn: Turn, entity_id: str, expected: Data) -> Any:
    """Return what of an entity is not as it should be."""
    before = turn.before[entity_id]
    after = turn.after[entity_id]
    ignored = _DO_NOT_COUNT.union(case.expected["ignore_changes"].get(entity_id, ()))
    state = expected.get("state") or before[0]
    wanted = expected.get("attributes") or {}
    wrong: dict[str, Any] = {}
    if after[0] != str(state):
        wrong["state"] = after[0]
    for name, value in wanted.items():
        if name not in ignored and not _is_same(after[1].get(name), value):
            wrong[name] = after[1].get(name)
    if _ALL in ignored:
        return wrong
    flipped = before[0] != after[0]
    began = (case.setup.get(entity_id) or {}).get("attributes") or {}
    for name, value in difference(before, after).items():
        if name in ignored or name in wanted or name == "state":
            continue
        if flipped and _comes_along(name, value, before[1].get(name), began):
            continue
        wrong[name] = value
    return wrong


def _comes_along(name: str, value: Any, was: Any, began: Data) -> bool:
    """Tell whether an attribute is there, or gone, only because of the state."""
    if value is None or name == ATTR_PERCENTAGE:
        return True
    return was is None and (name not in began or _is_same(value, began[name]))


def _is_same(value: Any, other: Any) -> bool:
    """Compare values as a file and a state have them."""
    if isinstance(value, tuple):
        value = list(value)
    if isinstance(value, float) and isinstance(other, int | float):
        return abs(value - other) < 0.005
    return bool(value == other)
