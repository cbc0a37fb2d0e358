"""Sentence templates in hassil's notation, compiled to regular expressions.

hassil itself tries template by template with a matcher in Python; what stands between
the words is free text here, looked up in the house afterwards, and one regular
expression a template finds it in microseconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
import re

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    Sequence,
    TextChunk,
)
from hassil.parse_expression import parse_sentence

from .normal import normal

_GAP = r"[ ,]*"
_FREE = r"(?<!\S)\S+(?: \S+)*?(?!\S)"
_NUMBER = r"(?<!\S)\d+(?:\.\d+)?(?!\S)"


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence of the data files, ready to match."""

    pattern: re.Pattern[str]
    source: str

    def match(self, text: str) -> dict[str, str] | None:
        """Return the slots of a whole text; None where it does not match."""
        if (found := self.pattern.fullmatch(text)) is None:
            return None
        return {
            name.partition("__")[0]: value.strip(" ,")
            for name, value in found.groupdict().items()
            if value is not None
        }

    def within(self, text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
        """Yield where a text holds this sentence, and the slots there."""
        for found in self.pattern.finditer(text):
            slots = found.groupdict().items()
            yield (
                found.start(),
                found.end(),
                {name.partition("__")[0]: one for name, one in slots if one},
            )


@dataclass(slots=True)
class Compiler:
    """Makes templates of one language: its rules, its lists of values."""

    language: str
    rules: Mapping[str, str]
    lists: Mapping[str, list[str]]
    """What a slot may hold, by its name. Others hold numbers or any words."""
    numbers: frozenset[str]
    """Slots that hold a number."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Slots that hold a sign for something found before, and its first letter."""
    _parsed: dict[str, str] = field(default_factory=dict)

    def template(self, sentence: str) -> Template:
        """Compile a sentence."""
        pattern = self._pattern(parse_sentence(sentence).expression)
        numbered = count()
        unique = re.sub(
            r"\(\?P<(\w+)>", lambda m: f"(?P<{m[1]}__{next(numbered)}>", pattern
        )
        return Template(re.compile(f"{_GAP}{unique}{_GAP}"), sentence)

    def _pattern(self, expression: Expression) -> str:
        """Write an expression as a regular one."""
        match expression:
            case TextChunk():
                return self._words(expression.text)
            case Permutation(items=items):
                parts = [self._pattern(item) for item in items]
                orders = [_joined(order) for order in _orders(parts)]
                return f"(?:{'|'.join(orders)})"
            case Alternative(items=items, is_optional=optional):
                options = [self._pattern(item) for item in items]
                # "Lock up" before "lock": what follows is free text.
                options = sorted(filter(None, options), key=_rank)
                chosen = f"(?:{'|'.join(options)})"
                return f"{chosen}?" if optional else chosen
            case Sequence(items=items):
                return _joined([self._pattern(item) for item in items])
            case RuleReference(rule_name=name):
                return self._rule(name)
            case ListReference():
                return self._slot(expression.list_name, expression.slot_name)
        raise ValueError(f"Not a part of a template: {expression}")

    def _words(self, text: str) -> str:
        """Match words, whole ones only."""
        words = normal(text, self.language).split()
        return _joined([rf"(?<!\S){re.escape(word)}(?!\S)" for word in words])

    def _rule(self, name: str) -> str:
        """Match what a rule stands for."""
        if name not in self._parsed:
            self._parsed[name] = self._pattern(
                parse_sentence(f"({self.rules[name]})").expression
            )
        return self._parsed[name]

    def _slot(self, kind: str, name: str) -> str:
        """Match the value of a slot."""
        if kind in self.lists:
            values = sorted(self.lists[kind], key=len, reverse=True)
            content = "|".join(self._words(value) for value in values)
        elif kind in self.marks:
            content = rf"(?<!\S){self.marks[kind]}\d+(?!\S)"
        else:
            content = _NUMBER if kind in self.numbers else _FREE
        return f"(?P<{name}>{content})"


def _rank(pattern: str) -> tuple[bool, int]:
    """Put known words before free text, and more of them before fewer."""
    return "(?P<" in pattern, -len(pattern)


def _joined(parts: list[str]) -> str:
    """Match parts one after the other, whatever space is between them."""
    return _GAP.join(part for part in parts if part)


def _orders(parts: list[str]) -> Iterator[list[str]]:
    """Return the parts in every order."""
    if not parts:
        yield []
    for at, part in enumerate(parts):
        for rest in _orders(parts[:at] + parts[at + 1 :]):
            yield [part, *rest]
