"""The words of a text as time phrases are looked for in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
import re
import unicodedata

from unicode_rbnf import RbnfEngine

_SPELLINGS = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "œ": "oe", "æ": "ae"})
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[-:/.,'@]")
_BETWEEN_DIGITS = frozenset("-:/.,")
_SPELLED = 200
_YEARS = range(1990, 2100)
_LONGEST_NUMBER = 7
ORDINAL = "#"
"""What begins the word for a number that orders: «premier» is `#1`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and where it stands in the text."""

    word: str
    start: int
    end: int
    is_dotted: bool = False
    """Whether a dot follows, as behind an abbreviation."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes what belongs to numbers."""

    ordinals: Mapping[str, int]
    endings: frozenset[str]
    """What makes a number one that orders: «er», "th"."""
    glued: Mapping[str, str]
    """What means more right behind a digit: "7p"."""
    kept: frozenset[str]
    """Numbers that are something else right behind a number: «5 sept.»."""


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLINGS))
    return "".join(char for char in plain if not unicodedata.combining(char))


def tokens(text: str, language: str, spelling: Spelling) -> list[Token]:
    """Return the words of a text: folded, numbers as digits, no idle punctuation."""
    plain: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        folded_char = folded(char)
        plain.append(folded_char)
        origins += [at] * len(folded_char)
    raw = list(_words("".join(plain), spelling))
    return [
        Token(one.word, origins[one.start], origins[one.end - 1] + 1, one.is_dotted)
        for one in _with_numbers(raw, numbers(language), spelling)
    ]


@cache
def numbers(language: str) -> Mapping[tuple[str, ...], str]:
    """Return the words of numbers; one is left out: it is an article as well."""
    engine = RbnfEngine.for_language(language)
    known: dict[tuple[str, ...], str] = {}
    for number in (*range(2, _SPELLED), *range(_SPELLED, 1001, 100), *_YEARS, 0):
        for spelled in engine.format_number(number).text_by_ruleset.values():
            words = tuple(re.findall(r"[^\W\d_]+", folded(spelled)))
            if not words:
                continue
            known[words] = str(number)
            without_and = tuple(word for word in words if word not in ("et", "and"))
            known.setdefault(without_and, str(number))
    return known


def _words(text: str, spelling: Spelling) -> Iterator[Token]:
    """Yield the words of a folded text and the signs that mean something."""
    found = list(_TOKEN.finditer(text))
    for at, match in enumerate(found):
        word, start, end = match[0], match.start(), match.end()
        before = found[at - 1] if at else None
        after = found[at + 1] if at + 1 < len(found) else None
        is_behind_digit = before is not None and before[0][-1].isdigit()
        is_glued = is_behind_digit and before is not None and before.end() == start
        if word[0].isalpha():
            dotted = after is not None and after[0] == "." and after.start() == end
            if is_glued and word in spelling.endings:
                continue
            if is_glued and word in spelling.glued:
                word = spelling.glued[word]
            yield Token(word, start, end, dotted)
        elif word.isdigit():
            if after and after.start() == end and after[0] in spelling.endings:
                yield Token(f"{ORDINAL}{int(word)}", start, after.end())
            else:
                yield Token(word, start, end)
        elif word in _BETWEEN_DIGITS and is_behind_digit:
            if after and after[0].isdigit():
                is_tight = is_glued and after.start() == end
                if word in "-:/" or is_tight:
                    yield Token("." if word == "," else word, start, end)
        elif word == "," and after and after[0].isdigit():
            # «8h, 12h» is not twelve past eight.
            yield Token(word, start, end)
        elif word == "@" or is_glued:
            yield Token(word, start, end)


def _with_numbers(
    raw: Sequence[Token],
    known: Mapping[tuple[str, ...], str],
    spelling: Spelling,
) -> Iterator[Token]:
    """Yield the words with numbers as digits."""
    at = 0
    while at < len(raw):
        if at and raw[at].word in spelling.kept and raw[at - 1].word[-1].isdigit():
            yield raw[at]
            at += 1
            continue
        for length in range(min(_LONGEST_NUMBER, len(raw) - at), 0, -1):
            phrase = tuple(one.word for one in raw[at : at + length])
            number = known.get(phrase)
            if number is None and (order := spelling.ordinals.get(" ".join(phrase))):
                number = f"{ORDINAL}{order}"
            if number is not None:
                end = raw[at + length - 1].end
                yield Token(number, raw[at].start, end)
                at += length
                break
        else:
            yield raw[at]
            at += 1
