"""Numbers in words: counted, ordered, with decimals, or digit by digit."""

from functools import lru_cache
import re

from num2words import num2words

from .lexicon import Lexicon, one_of
from .rules import Rule, always, rule

NUMBER = r"\d+(?:[.,]\d+)?"
"""A number as it is written once its thousands are joined."""

_LONGEST = 15
"""Digits from which on a number is a code, and is said digit by digit."""

_ROMAN = {"I": 1, "V": 5, "X": 10}
_NOUN = re.compile(r"\s([^\W\d_]+)")
_ELIDED = frozenset("aeiouyhéèêœ")
_OF = ("million", "millions", "milliard", "milliards")
_FRENCH_ORDINAL = re.compile(r"(vingt|cent|million|milliard)sième\b")


@lru_cache(maxsize=4096)
def cardinal(number: int, language: str) -> str:
    """A whole number: vingt et un, twenty-one."""
    if len(str(abs(number))) > _LONGEST:
        return digits(str(number), language)
    return str(num2words(number, lang=language)).replace(",", "")


@lru_cache(maxsize=1024)
def ordinal(number: int, language: str, *, feminine: bool = False) -> str:
    """A place in an order: premier, deuxième, twenty-first."""
    if feminine and number == 1:
        return "première"
    words = str(num2words(number, lang=language, to="ordinal")).replace(",", "")
    return _FRENCH_ORDINAL.sub(r"\1ième", words)


def digits(written: str, language: str) -> str:
    """Each digit for itself."""
    return " ".join(cardinal(int(digit), language) for digit in written)


def letter_names(word: str, language: str) -> str:
    """A word letter by letter; English would take a lone A for the article."""
    name = "ay" if language == "en" else "A"
    return " ".join(name if letter == "A" else letter for letter in word)


def year(number: int, language: str) -> str:
    """A year, which English says in two halves."""
    if language == "en" and 1100 <= number < 2100 and not 2000 <= number < 2010:
        return str(num2words(number, lang=language, to="year")).replace("oh-", "oh ")
    return cardinal(number, language)


def amount(written: str) -> float:
    """What a written number is worth."""
    return float(written.replace(",", "."))


def spoken(written: str, lexicon: Lexicon) -> str:
    """A written number in words, its decimals as the language says them."""
    language = lexicon.language
    whole, _, decimals = written.replace(",", ".").partition(".")
    is_code = len(whole) > 1 and whole.startswith("0") and not decimals
    if is_code or len(whole) > _LONGEST:
        return digits(whole, language)
    said = cardinal(int(whole), language)
    if not decimals.strip("0"):
        return said
    return f"{said} {lexicon.words['point']} {_decimals(decimals, language)}"


def agreed(said: str, noun: str, lexicon: Lexicon) -> str:
    """The number as it stands before a noun: une heure, vingt et une minutes."""
    if lexicon.language == "fr" and said.endswith(_OF) and noun not in ("de", "d"):
        return f"{said} d'" if noun[:1] in _ELIDED else f"{said} de"
    is_one = said == "un" or said.endswith((" un", "-un"))
    return f"{said}e" if is_one and is_feminine(noun, lexicon) else said


def is_feminine(noun: str, lexicon: Lexicon) -> bool:
    """Whether a noun, or the first of several words, is a feminine one."""
    return noun.casefold().split(" ")[0] in lexicon.feminine


def ordinals(lexicon: Lexicon) -> list[Rule]:
    """Rules for 1er, 2e, 3rd, XXIe, Louis XIV and No. 5."""
    language = lexicon.language

    def place(match: re.Match[str]) -> str:
        end = match["end"]
        feminine = end.startswith(("r", "è")) or "nde" in end
        said = ordinal(int(match["n"]), language, feminine=feminine)
        if said == "deuxième" and end[0] in "nd":
            said = "seconde" if feminine else "second"
        return f"{said}s" if language == "fr" and match["end"].endswith("s") else said

    def century(match: re.Match[str]) -> str:
        return ordinal(_roman(match["n"]), language, feminine=match["end"] == "re")

    if language == "fr":
        return [
            rule(r"(?<=\de)\smin\b(?:\.(?=\s*[^\sA-ZÀ-Ý]))?", always(" minute")),
            rule(r"\b(?P<n>\d+)\s?(?P<end>ers?|res?|ères?|èmes?|nde?s?|es?)\b", place),
            rule(r"\b(?P<n>2)(?P<end>ds?)\b", place),
            rule(
                r"\b(?P<n>[IVX]+)(?P<end>er|re|ème|e)\ss\.",
                lambda match: f"{century(match)} siècle{_stop(match)}",
            ),
            rule(r"\b(?P<n>[IVX]+)(?P<end>er|re|ème|e)\b", century),
            *_kings(lexicon),
            rule(
                r"\b[Nn]\s?[°º]s?\s?(?=[\dA-Z])|\b[Nn]o\.?\s(?=\d)|#(?=\d)",
                always("numéro "),
            ),
        ]
    return [
        rule(r"\b(?P<n>\d+)(?P<end>st|nd|rd|th)\b", place),
        *_kings(lexicon),
        rule(
            r"\b[Nn]os?\.\s?(?=\d)|\b[Nn]\s?[°º]\s?(?=[\dA-Z])|#(?=\d)",
            always("number "),
        ),
        *_years(),
    ]


def _kings(lexicon: Lexicon) -> list[Rule]:
    """Rules for Louis XIV, chapter IV and World War II."""

    def king(match: re.Match[str]) -> str:
        number = _roman(match["n"])
        if lexicon.language == "en" and match["name"] in lexicon.kings:
            return f"{match['name']} the {ordinal(number, 'en')}"
        return f"{match['name']} {cardinal(number, lexicon.language)}"

    names = (
        rf"(?P<name>(?i:{one_of(lexicon.numbered)}))\s(?P<n>[IVX]+)",
        rf"(?P<name>{one_of(lexicon.kings)})\s(?P<n>[VX])(?!\.)",
        r"(?P<name>[A-ZÉ][a-zéèëïô]+)\s(?P<n>[IVX]{2,5})",
    )
    return [rule(rf"\b{name}\b", king) for name in names]


def _years() -> list[Rule]:
    """Rules for the 1990s, the '90s and est. 1990, which only English has."""
    return [
        rule(
            r"(?:(?<=established )|(?<=circa ))(?:1[1-9]|20)\d\d\b",
            lambda match: year(int(match[0]), "en"),
        ),
        rule(
            r"\b(?P<n>1[1-9]\d0|20\d0)['’]?s\b",
            lambda match: _decade(year(int(match["n"]), "en")),
        ),
        rule(
            r"(?<!\w)['’]?(?P<n>[2-9]0)['’]?s\b(?!\s?ago)",
            lambda match: _decade(cardinal(int(match["n"]), "en")),
        ),
    ]


def thousands(lexicon: Lexicon) -> list[Rule]:
    """Rules that join the groups of long numbers, so that others see one number."""
    bare = rule(r"(?<![\w.,)])\.(?=\d)", always("0."))
    narrow = rule("(?<=\\d)[\u00a0\u202f\u2009'](?=\\d{3}(?!\\d))", always(""))

    def joined(match: re.Match[str]) -> str:
        return re.sub(r"[ .,]", "", match[0])

    if lexicon.language == "fr":
        spaced = r"(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?! ?\d)"
        dotted = r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?=,\d)"
        grouped = r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])"
        measure = rf"\s?(?:{one_of(lexicon.units)})(?!\w)"
        even = rf"(?<![\d.,])[1-9]\d{{0,2}}\.000(?!\d|{measure})"
        return [
            bare,
            narrow,
            *(rule(p, joined) for p in (spaced, dotted, grouped, even)),
        ]
    grouped = r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!,?\d)"
    return [bare, narrow, rule(grouped, joined)]


def plain(lexicon: Lexicon) -> list[Rule]:
    """Rules for the numbers that nothing else has taken."""
    is_french = lexicon.language == "fr"

    def alone(match: re.Match[str]) -> str:
        said = spoken(match[0], lexicon)
        noun = _NOUN.match(match.string, match.end())
        if noun is None:
            return said
        return agreed(said, noun[1], lexicon)

    listed = rule(r"(?<=\d),(?=\d+,\d)|(?<=\d,\d),(?=\d)", always(", "))
    elided = rule(r"(?<=\bd')\s", always(""))
    joined = rule(r"\bde (?=une?\b(?! à))", always("d'"))
    number = rule(rf"(?<![.,]){NUMBER}|\d+", alone)
    return [listed, number, elided, joined] if is_french else [listed, number]


def _decimals(decimals: str, language: str) -> str:
    """What is said behind the point: French counts, English spells."""
    rest = decimals.lstrip("0")
    if language != "fr" or len(rest) > 3:
        return digits(decimals, language)
    zeros = [cardinal(0, language)] * (len(decimals) - len(rest))
    return " ".join([*zeros, cardinal(int(rest), language)])


def _decade(said: str) -> str:
    """Ninety: nineties."""
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _stop(match: re.Match[str]) -> str:
    """The mark that an abbreviation's dot is too, where a sentence ends."""
    rest = match.string[match.end() :].lstrip()
    return "." if not rest or rest[0].isupper() else ""


def _roman(written: str) -> int:
    """What a Roman number is worth."""
    values = [_ROMAN[letter] for letter in written]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
