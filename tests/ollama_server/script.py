"""What the scripted model answers: rules as data, the first that holds answers."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
import re
from typing import Any, Self, cast

from annotatedyaml import parse_yaml

from .asked import Turn
from .layouts import Call

DEFAULT_SCRIPT = Path(__file__).with_name("default.yaml")
_TOKEN = re.compile(r"\s*\S{1,6}|\s+$")
_GROUP = re.compile(r"\{(\w+)\}")
_FLAGS = re.IGNORECASE | re.MULTILINE


type Text = str | tuple[str, ...]


class ScriptError(ValueError):
    """A script that says something that no rule can say."""


@dataclass(frozen=True)
class Reply:
    """What the model says to one request, ready to be sent."""

    think: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    separately: bool = False
    delay: float = 0.0
    native: bool = False

    @property
    def content(self) -> tuple[str, ...]:
        """What is said where nothing is parsed."""
        return self.say + self.raw


@dataclass(frozen=True)
class Answer:
    """What a rule answers, before its groups are filled in."""

    think: Text = ()
    say: Text = ()
    raw: Text = ()
    calls: tuple[Mapping[str, Any], ...] = ()
    separately: bool = False
    delay: float = 0.0
    native: bool = False

    KEYS = frozenset(
        {"think", "say", "raw", "call", "separately", "delay", "native", "empty"}
    )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read an answer."""
        _only(data, cls.KEYS, "answer")
        said = {key for key in ("say", "raw", "call") if data.get(key)}
        if bool(said) == bool(data.get("empty")):
            msg = f"either say, raw or call something, or empty: {data}"
            raise ScriptError(msg)
        calls = data.get("call") or []
        for call in calls:
            _only(call, {"name", "arguments", "exact"}, "call")
            if "name" not in call:
                msg = f"a call without a name: {call}"
                raise ScriptError(msg)
        return cls(
            _text(data.get("think")),
            _text(data.get("say")),
            _text(data.get("raw")),
            tuple(calls),
            bool(data.get("separately", False)),
            float(data.get("delay", 0)),
            bool(data.get("native", False)),
        )

    def fill(self, groups: Mapping[str, str], turn: Turn) -> Reply:
        """Write the groups in and complete the names of the tools."""
        return Reply(
            _chunks(self.think, groups),
            _chunks(self.say, groups),
            _chunks(self.raw, {}),
            tuple(_call(call, groups, turn) for call in self.calls),
            self.separately,
            self.delay,
            self.native,
        )


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Conditions and what is answered when all of them hold."""

    answer: Answer
    otherwise: Answer | None = None
    needs: str | None = None
    said: str | None = None
    prompt: str | None = None
    result: str | None = None
    failed: bool | None = None
    round: str | None = None
    model: str | None = None
    tools: bool | None = None
    once: bool = False

    KEYS = Answer.KEYS | {
        "failed",
        "model",
        "needs",
        "once",
        "otherwise",
        "prompt",
        "result",
        "round",
        "said",
        "tools",
    }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a rule."""
        _only(data, cls.KEYS, "rule")
        answer = {key: each for key, each in data.items() if key in Answer.KEYS}
        other = data.get("otherwise")
        if other is not None and "needs" not in data:
            msg = f"otherwise than what it needs? {data}"
            raise ScriptError(msg)
        number = data.get("round")
        if number is not None and not re.fullmatch(r"\d+\+?", str(number)):
            msg = f"a round is a number, or one as in 2+: {number}"
            raise ScriptError(msg)
        for key in ("said", "prompt", "result", "needs"):
            _check_pattern(data.get(key))
        return cls(
            answer=Answer.from_data(answer),
            otherwise=None if other is None else Answer.from_data(other),
            needs=data.get("needs"),
            said=data.get("said"),
            prompt=data.get("prompt"),
            result=data.get("result"),
            failed=data.get("failed"),
            round=None if number is None else str(number),
            model=data.get("model"),
            tools=data.get("tools"),
            once=bool(data.get("once", False)),
        )

    def reply(self, turn: Turn) -> Reply | None:
        """Reply to a turn, with None if the rule does not hold."""
        groups: dict[str, str] = {}
        if not (self._fits(turn) and self._matches(turn, groups)):
            return None
        if self.needs is None:
            return self.answer.fill(groups, turn)
        needs = _fill(self.needs, {k: re.escape(v) for k, v in groups.items()})
        known = re.search(needs, turn.context, _FLAGS)
        if known is None:
            return None if self.otherwise is None else self.otherwise.fill(groups, turn)
        return self.answer.fill({**groups, **_named(known)}, turn)

    def _fits(self, turn: Turn) -> bool:
        return (
            (self.model is None or fnmatchcase(turn.model, self.model))
            and (self.tools is None or self.tools == bool(turn.tools))
            and (self.failed is None or self.failed == turn.failed)
            and (self.round is None or _in_round(self.round, turn.round))
        )

    def _matches(self, turn: Turn, groups: dict[str, str]) -> bool:
        for pattern, text in (
            (self.said, turn.said),
            (self.prompt, turn.prompt),
            (self.result, turn.results),
        ):
            if pattern is None:
                continue
            found = re.search(pattern, text, _FLAGS)
            if found is None:
                return False
            groups.update(_named(found))
        return True


@dataclass
class Script:
    """An ordered list of rules, and which of them are spent."""

    rules: list[Rule]
    _spent: set[int] = field(default_factory=set)

    def reply(self, turn: Turn) -> Reply | None:
        """Reply as the first rule that holds, with None if none does."""
        for number, rule in enumerate(self.rules):
            if number in self._spent or (reply := rule.reply(turn)) is None:
                continue
            if rule.once:
                self._spent.add(number)
            return reply
        return None


def load_script(source: str | Path | list[Any]) -> Script:
    """Read a script from a file, from YAML text or from its rules."""
    if isinstance(source, Path):
        source = source.read_text(encoding="utf-8")
    data: object = parse_yaml(source) if isinstance(source, str) else source
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise ScriptError("a script is a list of rules")
    rules = cast("list[dict[str, Any]]", data)
    return Script([Rule.from_data(rule) for rule in rules])


def token_chunks(text: str) -> tuple[str, ...]:
    """Cut a text into pieces like a model's tokens."""
    return tuple(_TOKEN.findall(text))


def _text(value: object) -> Text:
    if value is None:
        return ()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return tuple(str(chunk) for chunk in value)
    msg = f"a text or a list of chunks, not {value!r}"
    raise ScriptError(msg)


def _chunks(text: Text, groups: Mapping[str, str]) -> tuple[str, ...]:
    if isinstance(text, str):
        return token_chunks(_fill(text, groups))
    return tuple(_fill(chunk, groups) for chunk in text)


def _fill(text: str, groups: Mapping[str, str]) -> str:
    return _GROUP.sub(lambda found: groups.get(found[1], found[0]), text)


def _fill_all(value: Any, groups: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _fill(value, groups)
    if isinstance(value, dict):
        return {key: _fill_all(each, groups) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill_all(each, groups) for each in value]
    return value


def _call(call: Mapping[str, Any], groups: Mapping[str, str], turn: Turn) -> Call:
    name = _fill(call["name"], groups)
    if not call.get("exact", False):
        name = turn.offered(name)
    return Call(name, _fill_all(call.get("arguments", {}), groups))


def _named(found: re.Match[str]) -> dict[str, str]:
    return {
        name: value.strip()
        for name, value in found.groupdict().items()
        if value is not None
    }


def _in_round(wanted: str, number: int) -> bool:
    if wanted.endswith("+"):
        return number >= int(wanted[:-1])
    return number == int(wanted)


def _check_pattern(pattern: str | None) -> None:
    try:
        re.compile(pattern or "")
    except re.PatternError as err:
        msg = f"not a pattern: {pattern!r}"
        raise ScriptError(msg) from err


def _only(data: Mapping[str, Any], allowed: Set[str], of: str) -> None:
    if not isinstance(data, dict):
        msg = f"not a {of}: {data!r}"
        raise ScriptError(msg)
    if unknown := set(data) - allowed:
        msg = f"unknown in a {of}: {', '.join(sorted(unknown))}"
        raise ScriptError(msg)
