"""What is waited for in place of a time, as people say it: «quand je rentre».

Which words mean a condition is read here; whether there is such a person, place or
thing is looked up where the house is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
import re

from ..data import read
from ..questions.grammar import questions
from ..text.normal import Spelled, normal, spelled
from ..text.nouns import nouns
from ..text.templates import Compiler, Template

_NUMBERS = frozenset({"number"})
_LONGEST = 20
"""Words of a condition."""


class Is(StrEnum):
    """What comes about; the names of the data files."""

    COME = "come"
    """Somebody arrives: at home where no place is said."""
    GO = "go"
    OCCUPIED = "occupied"
    VACANT = "vacant"
    WEATHER = "weather"
    SUN = "sun"
    VALUE = "value"
    ENDED = "ended"
    STARTED = "started"
    BECOMES = "becomes"
    CEASES = "ceases"


@dataclass(frozen=True, slots=True)
class Condition:
    """A way to read words as something that is waited for."""

    wants: Is
    slots: Mapping[str, str]
    """What was said of it, in normal words; `_` and a name, as it was spelled."""
    said: str
    """All of it as it is said back: «quand tu rentres»."""
    is_whether: bool = False
    """Whether it may ask what is so now: «si la porte est ouverte»."""

    def get(self, slot: str) -> str:
        """Return the normal words of a slot."""
        return self.slots.get(slot, "")

    def spelled(self, slot: str) -> str:
        """Return the words of a slot as they were written."""
        return self.slots.get(f"_{slot}", "")


@dataclass(frozen=True, slots=True)
class Awaited:
    """A condition within a sentence."""

    condition: Condition
    rest: str
    """The sentence without it."""
    bare: str
    """The condition as it was written, without what begins it."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What can be waited for in a language."""

    begins: Sequence[tuple[str, ...]]
    sentences: Sequence[tuple[Is, Mapping[str, str], Template]]
    when: Template
    tell: Sequence[Template]
    asks: Sequence[Template]
    meant: Mapping[str, Mapping[str, str]]
    """The words that a slot may hold, to what they mean."""
    everyone: frozenset[str]
    someone: frozenset[str]
    pronouns: frozenset[str]
    nobody: frozenset[str]
    """What is no name of anybody or anything: «je», "it"."""
    whether: frozenset[str]
    """What begins a question about now rather than an event: «si»."""
    home: frozenset[str]
    one_of: frozenset[str]
    soon: frozenset[str]
    """Times that say no more than that it is today."""
    alike: Sequence[tuple[frozenset[str], Sequence[str]]]
    """What the same is called by any words, and the names of it."""
    to_them: Mapping[str, str]


@cache
def conditions(language: str) -> Conditions:
    """Return what can be waited for (reads files: first in an executor)."""
    whole = read(language, "reminders")
    data = whole["awaited"]

    def plain(words: Sequence[str]) -> frozenset[str]:
        return frozenset(normal(one, language) for one in words)

    meant = {
        name: {
            normal(one, language): what
            for what, said in data[name].items()
            for one in said
        }
        for name in ("becomes", "found")
    }
    known = questions(language).lists
    meant |= {name: dict(known[name]) for name in ("state", "measure")}
    lists = {name: list(words) for name, words in meant.items()}
    lists |= {"us": whole["us"], "negative": data["negative"]}
    rules = {**whole["rules"], **data["rules"]}
    compiler = Compiler(language, rules, lists, _NUMBERS)
    when = next(iter(data["rules"]))
    return Conditions(
        begins=[tuple(normal(one, language).split()) for one in data["begins"]],
        sentences=[
            (Is(group["is"]), group.get("with", {}), compiler.template(sentence))
            for group in data["sentences"]
            for sentence in group["say"]
        ],
        when=compiler.template(f"<{when}> {{rest}}"),
        tell=[compiler.template(one) for one in data["tell"]],
        asks=[compiler.template(one) for one in data["asks"]],
        meant=meant,
        **{
            name: plain(data[name])
            for name in (
                "everyone",
                "someone",
                "pronouns",
                "nobody",
                "whether",
                "home",
                "one_of",
                "soon",
            )
        },
        alike=[
            (
                plain([*group["names"], *group.get("said", ())]),
                sorted(plain(group["names"])),
            )
            for group in data["alike"]
        ],
        to_them=dict(sorted(data["to_them"].items(), key=lambda pair: -len(pair[0]))),
    )


def awaited(said: str, language: str) -> Iterator[Awaited]:
    """Yield what a sentence may wait for, the likeliest first."""
    text = spelled(said, language)
    words = text.words
    ends_not = nouns(language).unfinished | {",", "?"}
    for start in _beginnings(words, language):
        for end in range(min(len(words), start + _LONGEST), start + 1, -1):
            phrase = words[start:end]
            if phrase[-1] in ends_not:
                continue
            for condition in _read(phrase, (start, end), text, language):
                cut = text.places[start][0], text.places[end - 1][1]
                rest = f"{said[: cut[0]].rstrip(' ,')} {said[cut[1] :].lstrip(' ,')}"
                yield Awaited(condition, rest.strip(), _bare(condition, language))


def awaited_alone(said: str, language: str) -> Iterator[Condition]:
    """Yield what a text may mean that is nothing but a condition."""
    for one in awaited(said.strip(" .!?"), language):
        if not one.rest:
            yield one.condition


def wants_telling(rest: str, language: str) -> tuple[Mapping[str, str], bool] | None:
    """Return who is to be told, and whether it may be a question; None for others.

    `rest` is all that was said beside the event: «préviens-moi».
    """
    known = conditions(language)
    words = normal(rest, language).strip(" ,?")
    for template in known.tell:
        if (slots := template.match(words)) is not None:
            asks = any(one.match(words) is not None for one in known.asks)
            text = spelled(rest, language)
            return {name: text.of(said) for name, said in slots.items()}, asks
    return None


def _beginnings(words: Sequence[str], language: str) -> Iterator[int]:
    """Yield where a condition may begin."""
    known = conditions(language).begins
    for at in range(len(words)):
        if any(tuple(words[at : at + len(one)]) == one for one in known):
            yield at


def _read(
    phrase: Sequence[str], at: tuple[int, int], text: Spelled, language: str
) -> Iterator[Condition]:
    """Yield the ways to read words as a condition."""
    known = conditions(language)
    normal_words = " ".join(phrase)
    for wants, values, template in known.sentences:
        slots = template.match(normal_words)
        if slots is None or _is_of_nobody(slots, known):
            continue
        said = {f"_{name}": _spelled(text, at, value) for name, value in slots.items()}
        meant = {
            name: known.meant.get(name, {}).get(value, value)
            for name, value in slots.items()
        }
        start, end = text.places[at[0]][0], text.places[at[1] - 1][1]
        told = _to_them(text.text[start:end], language)
        whether = phrase[0] in known.whether
        yield Condition(wants, {**values, **meant, **said}, told, whether)


def _is_of_nobody(slots: Mapping[str, str], known: Conditions) -> bool:
    """Tell whether a slot holds what is no name."""
    if any("," in one for one in slots.values()) or slots.get("who") in known.nobody:
        return True
    named = (slots.get(name) for name in ("thing", "room", "place"))
    return any(one in known.nobody | known.pronouns for one in named)


def _spelled(text: Spelled, at: tuple[int, int], phrase: str) -> str:
    """Return words of a part of a text as they were written."""
    part = Spelled(text.text, text.words[slice(*at)], text.places[slice(*at)])
    return part.of(phrase)


def _to_them(said: str, language: str) -> str:
    """Return what the speaker said of themselves as it is said to them."""
    told = said[:1].lower() + said[1:]
    return _swaps(language).sub(
        lambda found: conditions(language).to_them[found[0].casefold()], told
    )


@cache
def _swaps(language: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, conditions(language).to_them))
    return re.compile(rf"(?<![\w'])(?:{words})(?![\w'])", re.IGNORECASE)


def _bare(condition: Condition, language: str) -> str:
    """Return a condition without what begins it: it is what will be told."""
    text = spelled(condition.said, language)
    found = conditions(language).when.match(" ".join(text.words))
    return text.of(found["rest"]) if found else condition.said
