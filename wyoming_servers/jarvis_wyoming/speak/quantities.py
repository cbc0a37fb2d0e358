"""Amounts: numbers with a unit, money, ranges, fractions and dimensions."""

import re

from .lexicon import Lexicon, one_of
from .numbers import NUMBER, agreed, amount, cardinal, spoken
from .rules import Rule, always, rule

_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5",
    "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8",
    "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip

_ZEROS = re.compile(r"^0+(?=\d)")
_COLDEST_LIGHT = 1000
"""Kelvins are for the colour of light; 4K and a run of 5K are not."""


def quantities(lexicon: Lexicon) -> list[Rule]:
    """Every rule for an amount, in the order that they need."""
    minus = always(f"{lexicon.words['minus']} ")
    between = always(f" {lexicon.words['range']} ")
    return [
        rule(
            r"(?<![-=])[<>](?=\s?[-−]?\d)", lambda match: f" {lexicon.signs[match[0]]} "
        ),
        *_feet(lexicon),
        *_fractions(lexicon),
        rule(r"(?<=\d)\s?[x×]\s?(?=\d)", always(f" {lexicon.words['by']} ")),
        rule(r"(?<![\w)\-.,/])[-−–](?=\d)", minus),
        rule(r"(?<=\d)\s?[-–—]\s?(?=[€$£¥]\d)", between),
        _range(lexicon),
        *_money(lexicon),
        *_units(lexicon),
        rule(r"(?<=\d)\s?/\s?(?=\d)", always(f" {lexicon.words['out_of']} ")),
    ]


def _feet(lexicon: Lexicon) -> list[Rule]:
    """The rule for 5'10", which only English has."""
    if lexicon.language != "en":
        return []
    return [rule(r"(?<=\d)['′]\s?(\d\d?)\s?[\"″]", lambda match: f" foot {match[1]}")]


def _fractions(lexicon: Lexicon) -> list[Rule]:
    """Rules for ½, 1½, 3/4 and 1/2 l."""

    def part(match: re.Match[str]) -> str:
        written = _VULGAR.get(match["part"], match["part"])
        unit = f" {lexicon.units[match['unit']][0]}" if match["unit"] else ""
        if not match["whole"]:
            return lexicon.fractions[written] + unit
        is_half = written == "1/2"
        said = lexicon.words["half"] if is_half else lexicon.fractions[written]
        whole = cardinal(int(match["whole"]), lexicon.language)
        if lexicon.language == "fr":
            return f"{agreed(whole, unit.strip(), lexicon)}{unit} et {said}"
        many = f" {lexicon.units[match['unit']][1]}" if match["unit"] else ""
        return f"{whole} and {said}{many}"

    unit = rf"(?:\s(?P<unit>{one_of(lexicon.units)})(?![\w°²³]))?"
    parts = one_of(lexicon.fractions)
    return [
        rule(rf"(?P<whole>\d+)?\s?(?P<part>[{''.join(_VULGAR)}]){unit}", part),
        rule(
            rf"(?<![\d/.,])(?:(?P<whole>\d+)\s)?(?P<part>{parts})(?![\d/]|[.,]\d){unit}",
            part,
        ),
    ]


def _range(lexicon: Lexicon) -> Rule:
    """The rule for 5-10: five to ten."""

    def ranged(match: re.Match[str]) -> str:
        return f"{match[1]} {lexicon.words['range']} {match[2]}"

    pattern = rf"(?<![\w.,/-])({NUMBER})\s?[-–—]\s?({NUMBER})(?![\d-]|[.,]\d)"
    return rule(pattern, ranged)


def _units(lexicon: Lexicon) -> list[Rule]:
    """Rules for 21 °C, 3,5 kWh, 12 µg/m³ and 5 W/m²."""
    units = one_of(lexicon.units)
    below = one_of([*lexicon.units, *lexicon.per])

    def measured(match: re.Match[str]) -> str:
        value = amount(match["n"])
        if match["unit"] == "K" and value < _COLDEST_LIGHT:
            return match[0]
        noun = lexicon.units[match["unit"]][lexicon.many(value)]
        written = _ZEROS.sub("", match["n"])
        said = agreed(spoken(written, lexicon), noun, lexicon)
        return f"{said} {noun}{_per(match['per'], lexicon)}"

    def bare(match: re.Match[str]) -> str:
        return f"{lexicon.units[match['unit']][1]}{_per(match['per'], lexicon)}"

    per = rf"(?:\s?/\s?(?P<per>{below}))?(?![\w°²³]|-[a-z])"
    thousands = lexicon.magnitudes["k"][1]
    nouns = one_of(noun for noun in lexicon.per if len(noun) > 2)
    return [
        rule(rf"(?<![\w.,])(?P<n>{NUMBER})[\s-]?(?P<unit>{units}){per}", measured),
        rule(rf"(?<![\w/])(?P<unit>{units})/(?P<per>{below})(?![\w°²³])", bare),
        rule(rf"(?<=\w)/(?=(?:{nouns})\b)", always(f" {lexicon.words['per']} ")),
        rule(r"(?<=\d)k\b", always(f" {thousands}")),
    ]


def _money(lexicon: Lexicon) -> list[Rule]:
    """Rules for 5,90 €, $3.50, £3 million and 0,25 €/kWh."""
    signs = one_of(lexicon.money)
    sizes = one_of(lexicon.magnitudes)
    below = one_of([*lexicon.units, *lexicon.per])
    per = rf"(?:\s?/\s?(?P<per>{below})(?!\w))?"
    size = rf"(?:\s?(?P<size>{sizes})(?![a-z]))?"

    def paid(match: re.Match[str]) -> str:
        money = _sum(match["n"], match["size"], match["sign"], lexicon)
        return f"{money}{_per(match['per'], lexicon)}"

    return [
        rule(rf"(?P<sign>{signs})\s?(?P<n>{NUMBER}){size}{per}", paid),
        rule(rf"(?<![\d.,])(?P<n>{NUMBER}){size}\s?(?P<sign>{signs})(?!\w){per}", paid),
    ]


def _sum(written: str, size: str | None, sign: str, lexicon: Lexicon) -> str:
    """A sum of money in words."""
    one, many, cent, cents = lexicon.money[sign]
    value = amount(written)
    if size:
        scale = lexicon.magnitudes[size]
        said = f"{spoken(written, lexicon)} {scale[lexicon.many(value)]}"
        is_noun = lexicon.language == "fr" and scale[0] != scale[1]
        return f"{said} {_of(many)}" if is_noun else f"{said} {many}"
    whole, _, decimals = written.replace(",", ".").partition(".")
    if len(decimals) != 2 or not cent or decimals == "00":
        noun = many if lexicon.many(value) else one
        return f"{agreed(spoken(written, lexicon), noun, lexicon)} {noun}"
    small = f"{cardinal(int(decimals), lexicon.language)} "
    small += cents if lexicon.many(int(decimals)) else cent
    if int(whole) == 0:
        return small
    noun = many if lexicon.many(int(whole)) else one
    large = f"{agreed(cardinal(int(whole), lexicon.language), noun, lexicon)} {noun}"
    if lexicon.language == "fr":
        return f"{large} {cardinal(int(decimals), 'fr')}"
    return f"{large} {lexicon.words['and']} {small}"


def _per(unit: str | None, lexicon: Lexicon) -> str:
    """What follows a slash: par kilowattheure."""
    if not unit:
        return ""
    noun = lexicon.per.get(unit) or lexicon.units[unit][0]
    return f" {lexicon.words['per']} {noun}"


def _of(noun: str) -> str:
    """Millions d'euros, millions de dollars."""
    return f"d'{noun}" if noun[0] in "aeiouyéè" else f"de {noun}"
