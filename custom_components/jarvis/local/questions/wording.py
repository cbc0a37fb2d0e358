"""How answers are worded: numbers, lists of names, agreement."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ..data import read
from ..text.normal import normal
from ..text.nouns import stem

MOST_NAMES = 5
"""Names in one answer; more are counted."""
_FEW = 3
"""Names beside a yes or no."""
_WHOLE_FROM = 100
"""From where on decimals say nothing."""


@cache
def answers(language: str) -> Mapping[str, Any]:
    """Return the texts of answers (reads a file: call it in an executor first)."""
    return dict(read(language, "answers"))


@cache
def _feminine(language: str) -> frozenset[str]:
    """Return the nouns after which a state takes the second form."""
    return frozenset(
        stem(word)
        for noun in answers(language)["feminine"]
        for word in normal(noun, language).split()[:1]
    )


def state_word(name: str, names: Sequence[str], language: str) -> str:
    """Return the word of a state as it agrees with the names of things."""
    forms = answers(language)["states"].get(name, name)
    return agreed(forms, names, language)


def agreed(
    forms: str | Sequence[str],
    names: Sequence[str],
    language: str,
    *,
    plural: bool | None = None,
) -> str:
    """Return the form for some names: masculine or feminine, one or several."""
    if isinstance(forms, str):
        return forms
    if len(forms) == 2:  # without gender
        several = len(names) > 1 or any(map(_is_several, names))
        return forms[several if plural is None else plural]
    at = all(_is_feminine(name, language) for name in names) if names else False
    many = len(names) > 1 if plural is None else plural
    return forms[at + 2 * many]


def limited(names: Sequence[str], language: str, *, briefly: bool = False) -> str:
    """Join names as people do; beyond a few, the rest is counted."""
    said = answers(language)
    shown = list(dict.fromkeys(names))
    most = _FEW if briefly else MOST_NAMES
    if len(shown) > most + briefly:  # "and 1 more" is no shorter than a name
        more = said["more"].format(count=len(shown) - most)
        shown = [*shown[:most], more]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])}{said['and']}{shown[-1]}"


def number(value: float, language: str, *, digits: int = 1) -> str:
    """Write a number as it is said: no more decimals than matter."""
    if abs(value) >= _WHOLE_FROM:
        digits = 0
    text = f"{round(value, digits):.{digits}f}" if digits else f"{round(value)}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.replace(".", str(answers(language)["decimal_mark"]))


def quantity(value: float, unit: str, language: str) -> str:
    """Write a number with its unit."""
    text = number(value, language, digits=2 if abs(value) < 1 else 1)
    if not unit:
        return text
    if unit == "%" and not answers(language)["space_before_percent"]:
        return f"{text}%"
    return f"{text} {unit}"


def _is_several(name: str) -> bool:
    """Tell whether one name means several: "string lights"."""
    return name.endswith("s") and not name.endswith("ss")


def _is_feminine(name: str, language: str) -> bool:
    """Tell whether a name begins with a feminine noun."""
    words = normal(name, language).split()
    return bool(words) and stem(words[0]) in _feminine(language)
