"""What people say in a described house, and what is to come of it, as tables.

`home.yaml` describes the house in French, `home_en.yaml` gives it English names.
`fr/` and `en/` hold a table a topic. An entry is read into a `Sentence`:

    - say: [...]         every one of these must give the same
      in: salon          the room of the device that hears, if it has one
      before: {...}      states that are not as in the house: a word, or
                         {state, attributes}
      changes: {...}     exactly these states change, as in `wanted.py`; {} = none
      reply: [...]       each of these is in the reply: whole words, `a|b` is either,
                         `clos*` any ending
      asks: true         the reply is a question back
      declines: true     it is not understood
      timer: {minutes}   a timer or a command for later; `false`: none is left
      later: {...}       what has changed when that time has come
      then: [...]        the next turns of the same conversation, in the same form

`negatives.yaml` holds mere sentences after which everything is as before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

from annotatedyaml import parse_yaml

from .wanted import Wanted

LANGUAGES = ("fr", "en")
ZONE = "Europe/Paris"
NOW = datetime(2026, 10, 13, 18, 30, tzinfo=ZoneInfo(ZONE))
"""When everything is said: a Tuesday evening in autumn."""
NEGATIVES = "negatives"

_FOLDER = Path(__file__).parent
_OVERHEARD_IN = "salon"
"""Where the television stands, and a satellite hears what is no command."""
_KEYS = frozenset("say in before changes reply asks declines timer later then".split())

type Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Ways to say one thing, and what is to come of each."""

    language: str
    topic: str
    """The name of the file."""
    say: tuple[str, ...]
    room: str | None
    before: Mapping[str, Data]
    """State and attributes, as `DeviceHome.async_reset` takes them."""
    changes: Mapping[str, Wanted]
    reply: tuple[str, ...] = ()
    asks: bool = False
    declines: bool = False
    timer: timedelta | None = None
    """How long a timer is to run; zero if none may be left; None if none is new."""
    later: Mapping[str, Wanted] | None = None
    then: tuple[Self, ...] = ()

    @property
    def turns(self) -> tuple[Self, ...]:
        """This and the following turns."""
        return (self, *self.then)

    @property
    def conversations(self) -> Iterator[tuple[Self, ...]]:
        """Conversations in which every way to say something is said once."""
        for number in range(max(len(turn.say) for turn in self.turns)):
            yield tuple(
                replace(turn, say=(turn.say[number % len(turn.say)],), then=())
                for turn in self.turns
            )


def home(language: str) -> dict[str, Any]:
    """Return the description of the house for `async_build_home`."""
    described = _read("home.yaml")
    if language == "fr":
        return cast("dict[str, Any]", described)
    overlay = _read(f"home_{language}.yaml")
    for kind in ("floors", "areas", "entities"):
        for one in described[kind]:
            one["name"], *one["aliases"] = overlay[kind][one["id"]]
    for one in described["entities"]:
        more = overlay["attributes"].get(one["id"], {})
        one["attributes"] = {**one["attributes"], **more}
    return cast("dict[str, Any]", described)


def topics(language: str) -> list[str]:
    """Return the topics of which there is a table in a language."""
    return sorted(path.stem for path in (_FOLDER / language).glob("*.yaml"))


def sentences(language: str, topic: str) -> list[Sentence]:
    """Return the table of a topic in a language."""
    entries = _read(f"{language}/{topic}.yaml")
    if topic == NEGATIVES:
        entries = [{"say": say, "in": _OVERHEARD_IN, "changes": {}} for say in entries]
    return [_sentence(language, topic, entry) for entry in entries]


def _read(name: str) -> Any:
    """Return what a file holds."""
    return parse_yaml((_FOLDER / name).read_text(encoding="utf-8"))


def _sentence(language: str, topic: str, entry: Data) -> Sentence:
    """Read an entry, and the turns after it."""
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"{topic}: {entry['say']}: unknown {sorted(unknown)}")
    say = entry["say"]
    room = entry.get("in")
    later = entry.get("later")
    return Sentence(
        language=language,
        topic=topic,
        say=(str(say),) if isinstance(say, str) else tuple(map(str, say)),
        room=room,
        before={key: _setup(one) for key, one in entry.get("before", {}).items()},
        # A question back changes nothing, so that it need not say so.
        changes=Wanted.of_all(
            entry.get("changes", {}) if entry.get("asks") else entry["changes"]
        ),
        reply=tuple(entry.get("reply", ())),
        asks=entry.get("asks", False),
        declines=entry.get("declines", False),
        timer=_duration(entry.get("timer")),
        later=None if later is None else Wanted.of_all(later),
        then=tuple(
            _sentence(language, topic, {"in": room, **turn})
            for turn in entry.get("then", ())
        ),
    )


def _setup(told: Any) -> Data:
    """Read a state before: a word alone, or with attributes."""
    if isinstance(told, str):
        return {"state": told}
    return cast("Data", told)


def _duration(told: Any) -> timedelta | None:
    """Read how long a timer runs."""
    if told is None:
        return None
    return timedelta(**told) if told else timedelta()
