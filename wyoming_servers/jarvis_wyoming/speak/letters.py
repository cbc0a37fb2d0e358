"""Abbreviations, acronyms and signs in words, and the marks that a voice minds."""

from collections.abc import Iterable
import re
import unicodedata

from .lexicon import Lexicon, one_of
from .numbers import cardinal, digits, letter_names, year
from .rules import Rule, always, rule

_VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜ")
_SHORT_ACRONYM = 3
"""Capitals up to this length are letters rather than a loud word."""

_LONG_ACRONYM = 5
_LOUD = re.compile(r"[^\W\d_]{4}")
_SMALL = re.compile(r"[a-zà-ÿ]")
_NUMERIC = re.compile(r"^\d")
_INITIALS = re.compile(r"^(?:[A-Z]\.)+$")
_YEAR_DIGITS = 4
_NO_UNIT = r"(?<![\d/])(?<!\d\s)(?<!\de\s)"


def abbreviations(lexicon: Lexicon) -> list[Rule]:
    """Rules for Mme, p. ex., etc. and for what is said unlike it is written."""

    def title(match: re.Match[str]) -> str:
        return lexicon.titles[match[1]]

    def short(match: re.Match[str]) -> str:
        said = lexicon.shorts[match[1]]
        rest = match.string[match.end() :].lstrip("\"'»”) ")
        is_last = rest[:1].isupper() and not _INITIALS.match(match[1])
        ends = match[1].endswith(".") and (not rest or is_last)
        return f"{said}." if ends else said

    def saying(match: re.Match[str]) -> str:
        return lexicon.sayings[match[0]]

    def counted(match: re.Match[str]) -> str:
        return f"{lexicon.counted[match[1]]} "

    titles = [key for key in lexicon.titles if key not in lexicon.shorts]
    worded = _apart([key for key in titles if key[-1].isalpha()], lexicon)
    dotted = _apart([key for key in titles if not key[-1].isalpha()], lexicon)
    either = one_of(key for key in lexicon.titles if key in lexicon.shorts) or "(?!)"
    slashed = [key for key in lexicon.sayings if not _NUMERIC.match(key)]
    glued = [key for key in slashed if key.isalpha() and len(key) > _SHORT_ACRONYM]
    numeric = [key for key in lexicon.sayings if _NUMERIC.match(key)]
    return [
        rule(rf"(?<![\w.])(?:{one_of(slashed)})(?!\w)", saying),
        rule(rf"(?<![\w.])(?:{one_of(glued)})(?=\d)", saying),
        rule(rf"(?<![\w.,/])(?:{one_of(numeric)})(?![\w/])", saying),
        rule(rf"(?<![\w.])({one_of(lexicon.counted)})\s?(?=\d)", counted),
        rule(rf"(?<![\w.])({either})(?=\s[A-Z])", title),
        rule(rf"(?<![\w.])({_apart(lexicon.shorts, lexicon)})(?!\w)", short),
        rule(
            rf"(?<![\w.'])({worded})\.?(?=\s|-[A-ZÀ-Ý])(?!\s*[,;])",
            title,
        ),
        rule(rf"(?<![\w.])({dotted})(?=\s*\S)", title),
        *_winds(lexicon),
    ]


def codes(lexicon: Lexicon) -> list[Rule]:
    """Rules for what has figures that are not an amount: a code, TCP/443, gate 12A."""

    def code(match: re.Match[str]) -> str:
        return match["before"] + digits(match["n"], lexicon.language)

    def place(match: re.Match[str]) -> str:
        number = cardinal(int(match["n"]), lexicon.language)
        letter = letter_names(match["letter"], lexicon.language)
        return f"{match['before']} {number} {letter}"

    least = 4 if lexicon.language == "fr" else 3
    between = r"(?:\s(?:is|est|the|le|la|l'alarme|de|of|number)\b)*\s?:?\s"
    noun = r"(?!\s(?!(?:or|and|now|then|if|for|to|ou|et|puis|pour|si)\b)\w)"
    return [
        rule(
            rf"(?P<before>\b(?i:{one_of(lexicon.codes)}){between})(?P<n>\d{{{least},8}})"
            rf"\b(?![.,:/]\d|\s?[%°€$£]){noun}",
            code,
        ),
        rule(
            rf"\b(?P<before>(?i:{one_of(lexicon.places)}))\s(?P<n>\d{{1,4}})"
            r"(?P<letter>[A-Z])\b",
            place,
        ),
        rule(r"(?<=\b[A-Z]{3})/(?=\d)|(?<=\d)/(?=(?i:tcp|udp)\b)", always(" ")),
        rule(r"(?<!\S)/(?=\d{1,3}\b)", always(f"{lexicon.words['slash']} ")),
    ]


def versions(lexicon: Lexicon) -> list[Rule]:
    """Rules for 2026.10.4, v1.2, Python 3.11, llama3.1 and 802.11ax."""
    dot, language = f" {lexicon.words['dot']} ", lexicon.language

    def version(match: re.Match[str]) -> str:
        parts = match["n"].split(".")
        said = dot.join(_part(part, language) for part in parts)
        return f"{lexicon.words['version']} {said}" if match["v"] else said

    def named(match: re.Match[str]) -> str:
        return f"{match[1]} {dot.join(_part(p, language) for p in match[2].split('.'))}"

    def standard(match: re.Match[str]) -> str:
        said = cardinal(802, "fr") if language == "fr" else "eight oh two"
        letters = letter_names((match[2] or "").upper(), lexicon.language)
        return f"{said}{dot}{cardinal(int(match[1]), language)} {letters}".rstrip()

    named_by = one_of(lexicon.versioned)
    alone = rf"(?![\d]|[.,]\d|\s?(?:{one_of(lexicon.units)})(?!\w))"
    return [
        rule(r"(?<![\w.,])802\.(\d{1,2})([A-Za-z]{1,2})?\b", standard),
        rule(
            rf"(?<![\w.,])(?P<v>)(?P<n>20\d\d\.(?:1[0-2]|0?[1-9])){alone}",
            version,
        ),
        rule(
            r"(?<![\w.,])(?P<v>[vV]\.?\s?)?(?!\d{1,3}(?:\.\d{3}){2,}(?![\d.]))"
            r"(?P<n>\d+(?:\.\d+){2,})(?![\d]|\.\d)",
            version,
        ),
        rule(r"\b(?P<v>v)(?P<n>\d+(?:\.\d+)*)\b", version),
        rule(rf"\b({named_by})\s(\d+(?:\.\d+)+)\b", named),
        rule(r"(?<![A-Za-z])([A-Za-z]{2,})(\d+(?:\.\d+)+)\b", named),
    ]


def acronyms(lexicon: Lexicon) -> list[Rule]:
    """Rules for TV, NASA, ATTENTION, U.S.A., ESP32 and Zigbee2MQTT."""

    def capitals(match: re.Match[str]) -> str:
        word = match[0]
        is_shouted = _LOUD.search(match.string) and not _SMALL.search(match.string)
        is_shouted = is_shouted and bool(_VOWELS.intersection(word))
        if word in lexicon.said or (is_shouted and word not in lexicon.spelled):
            return word.lower()
        if word in lexicon.spelled or _unsayable(word):
            return letter_names(word, lexicon.language)
        return word.lower()

    def initials(match: re.Match[str]) -> str:
        said = letter_names(match[0].replace(".", ""), lexicon.language)
        is_last = match[0].endswith(".") and match.end() == len(match.string)
        return f"{said}." if is_last else said

    def plural(match: re.Match[str]) -> str:
        letters = letter_names(match[1], lexicon.language)
        return f"{letters}'s" if lexicon.language == "en" else letters

    def mixed(match: re.Match[str]) -> str:
        return letter_names(match[0], lexicon.language)

    return [
        rule(r"\b(?:[A-Z]\.){2,}(?:[A-Z]\b)?", initials),
        rule(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", always(" ")),
        rule(r"\b([A-Z]{2,5})s\b", plural),
        rule(r"\b[A-ZÀÂÉÈÊËÎÏÔÖÙÛÜ]{2,}\b", capitals),
        rule(r"(?:(?<=\w\s)A|\b[B-Z])(?=\s\d)", mixed),
    ]


def signs(lexicon: Lexicon) -> list[Rule]:
    """Rules for the signs that are a word: %, &, +, →."""
    words = lexicon.words

    def sign(match: re.Match[str]) -> str:
        return f" {lexicon.signs[match[0]]} "

    return [
        rule(r"(?<=\s)[<>](?=\s[\w-])", sign),
        rule(r"(?<=\w)\s?~(?!\s?\w)", always(" ")),
        rule(r"\s[/|](?=\s)", always(",")),
        rule(r"(?<=\w):(?=\w)", always(" ")),
        rule(one_of(key for key in lexicon.signs if key not in "<>"), sign),
        rule(r"(?<![\w#])#(?=\w)", always("")),
        rule(r"(?<=\w)/(?=\w)", always(f" {words['or']} ")),
        rule(r"(?<=[a-zà-ÿ])\((s|e|es|x|ne|le)\)", always("")),
    ]


def tidy(text: str) -> str:
    """The text with only letters and the marks that a voice minds."""
    text = re.sub(r"(?:\s*(?:\.{2,}|…))+(?=\s*[a-zà-ÿœ])", ", ", text)
    text = re.sub(r"\.{2,}|…", ". ", text)
    text = re.sub(r"(?<=[a-zà-ÿ]{2})\.(?=[A-ZÀ-Ý][a-zà-ÿ'])", ". ", text)
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


def _apart(keys: Iterable[str], lexicon: Lexicon) -> str:
    """A pattern for abbreviations; what is a unit too is none behind a number."""
    found = []
    for key in sorted(keys, key=len, reverse=True):
        is_unit = key in lexicon.units or key.rstrip(".") in lexicon.units
        found.append((_NO_UNIT if is_unit else "") + re.escape(key))
    return "|".join(found)


def _winds(lexicon: Lexicon) -> list[Rule]:
    """Rules for «vent de NO», "SW wind" and 48,85° N."""
    where, windy = one_of(lexicon.winds), one_of(lexicon.windy)

    def wind(match: re.Match[str]) -> str:
        before = match["before"]
        said = lexicon.winds[match["wind"]]
        if lexicon.language == "fr" and before.endswith("de ") and said[0] in "eo":
            before = f"{before[:-2]}'"
        return f"{before}{said}"

    def degrees(match: re.Match[str]) -> str:
        return f"{match['before']} {lexicon.winds[match['wind']]}"

    linked = r"\s(?:de\s|du\s|d'|from\s|from the\s|the\s|:\s|au\s|à l'|vers le\s)?"
    rules = [
        rule(rf"(?P<before>\b(?i:{windy}){linked})(?P<wind>{where})\b(?!['.]\w)", wind),
        rule(r"(?P<before>°(?:\d\d?['′])?)\s?(?P<wind>[NSEWO])\b", degrees),
    ]
    if lexicon.language == "en":
        rules.append(rule(rf"(?P<before>)\b(?P<wind>{where})(?=\s(?:{windy})\b)", wind))
    return rules


def _part(written: str, language: str) -> str:
    """A part of a version: ten, but zero one."""
    if len(written) == _YEAR_DIGITS and written.startswith("20"):
        return year(int(written), language)
    said = cardinal(int(written), language)
    zeros = len(written) - len(written.lstrip("0"))
    return f"{cardinal(0, language)} {said}" if zeros and int(written) else said


def _unsayable(word: str) -> bool:
    """Whether capitals can only be spelled."""
    if len(word) <= _SHORT_ACRONYM:
        return True
    return len(word) <= _LONG_ACRONYM and not _VOWELS.intersection(word)


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
