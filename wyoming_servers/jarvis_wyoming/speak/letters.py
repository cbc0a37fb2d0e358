"""Abbreviations, acronyms and signs in words, and the marks that a voice minds."""

import re
import unicodedata

from .lexicon import Lexicon, one_of
from .numbers import cardinal
from .rules import Rule, always, rule

_VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜ")
_SHORT_ACRONYM = 3
"""Capitals up to this length are letters rather than a loud word."""

_LONG_ACRONYM = 5
_LOUD = re.compile(r"[^\W\d_]{4}")
_SMALL = re.compile(r"[a-zà-ÿ]")
_NUMERIC = re.compile(r"^\d")


def abbreviations(lexicon: Lexicon) -> list[Rule]:
    """Rules for Mme, p. ex., etc. and for what is said unlike it is written."""

    def title(match: re.Match[str]) -> str:
        return lexicon.titles[match[1]]

    def short(match: re.Match[str]) -> str:
        said = lexicon.shorts[match[1]]
        rest = match.string[match.end() :].lstrip("\"'»”) ")
        ends = match[1].endswith(".") and (not rest or rest[0].isupper())
        return f"{said}." if ends else said

    def saying(match: re.Match[str]) -> str:
        return lexicon.sayings[match[0]]

    worded = [key for key in lexicon.titles if key[-1].isalpha()]
    dotted = [key for key in lexicon.titles if not key[-1].isalpha()]
    slashed = [key for key in lexicon.sayings if not _NUMERIC.match(key)]
    numeric = [key for key in lexicon.sayings if _NUMERIC.match(key)]
    return [
        rule(rf"(?<![\w.])(?:{one_of(slashed)})(?![\w₂])", saying),
        rule(rf"(?<![\w.,/])(?:{one_of(numeric)})(?![\w/])", saying),
        rule(rf"(?<![\w.'])({one_of(worded)})\.?(?=\s)(?!\s*[,;])", title),
        rule(rf"(?<![\w.])({one_of(dotted)})(?=\s*\S)", title),
        rule(rf"(?<![\w.])({one_of(lexicon.shorts)})(?!\w)", short),
    ]


def versions(lexicon: Lexicon) -> list[Rule]:
    """Rules for 2026.10.4, v1.2 and Python 3.11."""
    dot, language = f" {lexicon.words['dot']} ", lexicon.language

    def version(match: re.Match[str]) -> str:
        parts = match["n"].split(".")
        said = dot.join(_part(part, language) for part in parts)
        return f"{lexicon.words['version']} {said}" if match["v"] else said

    def named(match: re.Match[str]) -> str:
        return f"{match[1]} {dot.join(_part(p, language) for p in match[2].split('.'))}"

    named_by = r"[Vv]ersions?|[Pp]ython|[Rr]elease|Debian|Core|macOS|Android|iOS|Zigbee"
    return [
        rule(
            r"(?<![\w.,])(?P<v>[vV]\.?\s?)?(?P<n>\d+(?:\.\d+){2,})(?![\d]|\.\d)",
            version,
        ),
        rule(r"\b(?P<v>v)(?P<n>\d+(?:\.\d+)*)\b", version),
        rule(rf"\b({named_by})\s(\d+(?:\.\d+)+)\b", named),
    ]


def acronyms(lexicon: Lexicon) -> list[Rule]:
    """Rules for TV, NASA, ATTENTION, U.S.A., ESP32 and Zigbee2MQTT."""

    def capitals(match: re.Match[str]) -> str:
        word = match[0]
        is_shouted = _LOUD.search(match.string) and not _SMALL.search(match.string)
        if word in lexicon.said or (is_shouted and word not in lexicon.spelled):
            return word.lower()
        if word in lexicon.spelled or _unsayable(word):
            return _letters(word, lexicon)
        return word.lower()

    def initials(match: re.Match[str]) -> str:
        return _letters(match[0].replace(".", ""), lexicon)

    def plural(match: re.Match[str]) -> str:
        letters = _letters(match[1], lexicon)
        return f"{letters}'s" if lexicon.language == "en" else letters

    def mixed(match: re.Match[str]) -> str:
        return _letters(match[0], lexicon)

    return [
        rule(r"\b(?:[A-Z]\.){2,}(?:[A-Z]\b)?", initials),
        rule(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", always(" ")),
        rule(r"\b([A-Z]{2,5})s\b", plural),
        rule(r"\b[A-ZÀÂÉÈÊËÎÏÔÖÙÛÜ]{2,}\b", capitals),
        rule(r"\b[A-Z](?=\s\d)", mixed),
    ]


def signs(lexicon: Lexicon) -> list[Rule]:
    """Rules for the signs that are a word: %, &, +, →."""
    words = lexicon.words

    def sign(match: re.Match[str]) -> str:
        return f" {lexicon.signs[match[0]]} "

    apart = r"(?<=\s)(?:/|\|)(?=\s)"
    return [
        rule(r"(?<=\s)[<>](?=\s[\w-])", sign),
        rule(one_of(key for key in lexicon.signs if key not in "<>"), sign),
        rule(r"(?<![\w#])#(?=\w)", always("")),
        rule(r"(?<=\w)/(?=\w)", always(f" {words['or']} ")),
        rule(apart, always(f" {words['or']} ")),
        rule(r"(?<=[a-zà-ÿ])\((s|e|es|x|ne|le)\)", always("")),
    ]


def tidy(text: str) -> str:
    """The text with only letters and the marks that a voice minds."""
    text = re.sub(r"(?:\s*(?:\.{2,}|…))+(?=\s*[a-zà-ÿœ])", ", ", text)
    text = re.sub(r"\.{2,}|…", ". ", text)
    text = re.sub(r"\s+[-–—]+\s+|\s*—\s*|–", ", ", text)
    text = re.sub(r"\s*[)\]}]\s*$", "", text)
    text = re.sub(r"[(\[{]\s*|\s*[)\]}]", ", ", text)
    text = re.sub(r"[\"«»“”„‹›]", " ", text)
    text = "".join(map(_sayable, text))
    text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    text = re.sub(r"(?<!\w)-+|-+(?!\w)", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?:\s*[,;:.!?])+", _strongest, text)
    text = re.sub(r"\s+(?=[,;:.!?])", "", text)
    return re.sub(r"^[\s,;:.!?]+", "", text).strip()


def sayable(text: str) -> bool:
    """Whether anything is left for a voice."""
    return any(map(str.isalnum, text))


def _part(written: str, language: str) -> str:
    """A part of a version: ten, but zero one."""
    said = cardinal(int(written), language)
    zeros = len(written) - len(written.lstrip("0"))
    return f"{cardinal(0, language)} {said}" if zeros and int(written) else said


def _unsayable(word: str) -> bool:
    """Whether capitals can only be spelled."""
    if len(word) <= _SHORT_ACRONYM:
        return True
    return len(word) <= _LONG_ACRONYM and not _VOWELS.intersection(word)


def _letters(word: str, lexicon: Lexicon) -> str:
    """A word letter by letter; English would take a lone A for the article."""
    name = "ay" if lexicon.language == "en" else "A"
    return " ".join(name if letter == "A" else letter for letter in word)


def _sayable(character: str) -> str:
    """A Latin letter, a mark of punctuation, or a space."""
    if character in " ,;:.!?'-":
        return character
    if character.isalpha() and unicodedata.name(character, "").startswith("LATIN"):
        return character
    return " "


def _strongest(match: re.Match[str]) -> str:
    """Of several marks the one that a voice should mind."""
    marks = match[0]
    return next(mark for mark in "?!.:;," if mark in marks)
