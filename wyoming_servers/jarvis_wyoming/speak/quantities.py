"""Amounts: numbers with a unit, money, ranges, fractions and dimensions."""

import re

from .lexicon import Lexicon, one_of
from .numbers import NUMBER, agreed, amount, cardinal, is_feminine, spoken
from .rules import Rule, always, rule

_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5",
    "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8",
    "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_OPENED = re.compile(r"(?<!\d)\"")
_ZEROS = re.compile(r"^0+(?=\d)")
_DEGREES = re.compile(r"°[CF]")
_ONE = re.compile(r"\b[Aa]n?\s$")
"""What stands before a measure that describes a thing: a 5 km run."""

_NO_NOUNS = ("à", "au", "avec", "de", "du", "en", "et", "ou", "par", "pour", "sur")
_COLDEST_LIGHT = 1000
"""Kelvins are for the colour of light; 4K and a run of 5K are not."""


def quantities(lexicon: Lexicon) -> list[Rule]:
    """Every rule for an amount, in the order that they need."""
    minus = always(f"{lexicon.words['minus']} ")
    units = one_of(lexicon.units)
    between = always(f" {lexicon.words['range']} ")
    return [
        rule(r"\+\s?/\s?[-−]", always("±")),
        rule(
            rf"(?<![\d/,.]){NUMBER}(?:/\d+){{2,}}(?![\d/])",
            lambda match: match[0].replace("/", ", "),
        ),
        rule(
            rf"(?<=\d)(\s?(?:{units}))/(?!100(?:\s?km)?\b)(?=\d)",
            lambda match: f"{match[1]}, ",
        ),
        rule(
            r"(?<=[\w€$£])\s?/\s?(?=100\s?(?:g|ml|mL|L|l|m)\b)",
            always(f" {lexicon.words['of_each']} "),
        ),
        rule(
            r"(?<![-=])[<>](?=\s?[-−]?\d)", lambda match: f" {lexicon.signs[match[0]]} "
        ),
        rule(
            rf"\b(?P<before>(?i:{one_of(lexicon.counting)})(?:\s?:)?\s\d+)/(?=\d)",
            lambda match: f"{match['before']} {lexicon.words['out_of']} ",
        ),
        rule(
            r"(?<=:\s)(\d+)/(?=(?:[5-9]|[1-9]\d)\b(?!\s?°))",
            lambda match: f"{match[1]} {lexicon.words['out_of']} ",
        ),
        *_lengths(lexicon),
        *_fractions(lexicon),
        *_sums(lexicon),
        rule(r"(?<=\d%)[-–—](?=\d)|(?<=\d[MBkK])[-–—](?=[€$£])", between),
        rule(r"(?<=\d)M\b(?!\s?[€$£])", always(f" {lexicon.magnitudes['M'][1]}")),
        rule(r"(?<![\w)])[-−](?=[€$£]\d)", minus),
        rule(r"(?<=\d)\s?[x×]\s?(?=\d)", always(f" {lexicon.words['by']} ")),
        rule(r"(?<=\d)\s?/\s?(?=[-−]?\d+(?:[.,]\d+)?\s?°)", between),
        rule(r"(?<=\d)\s?/\s?(?=\d+\s?mmHg)", always(f" {lexicon.words['over']} ")),
        rule(r"(?<=\b[JHTn])-(?=\d)", always(f" {lexicon.words['minus']} ")),
        rule(r"(?<![\w)\-.,/])[-−–](?=\d)", minus),
        rule(r"(?<=\d)\s?[-–—]\s?(?=[€$£¥]\d)", between),
        *_ranges(lexicon),
        rule(r"(?<=\d)\s?/\s?(?=\d)", always(f" {lexicon.words['out_of']} ")),
        *_money(lexicon),
        *_units(lexicon),
        rule(r"(?<=\d):(?=\d)", between),
    ]


def _lengths(lexicon: Lexicon) -> list[Rule]:
    """Rules for 27" and 1m80, and for 5'10", which only English has."""
    words = lexicon.words

    def inches(match: re.Match[str]) -> str:
        if len(_OPENED.findall(match.string, 0, match.start())) % 2:
            return match[0]
        if match["n"] in lexicon.fractions:
            return f"{lexicon.fractions[match['n']]} {words['inch']}"
        if "/" in match["n"]:
            return match[0]
        said = spoken(match["n"], lexicon)
        is_one = _ONE.search(match.string, 0, match.start()) is not None
        many = lexicon.many(amount(match["n"])) and not is_one
        return f"{said} {words['inches'] if many else words['inch']}"

    def metres(match: re.Match[str]) -> str:
        large = cardinal(int(match[1]), "fr")
        noun = lexicon.units["m"][lexicon.many(int(match[1]))]
        return f"{large} {noun} {cardinal(int(match[2]), 'fr')}"

    found = [
        rule(r"(?<=\d)[\"″]\s?[x×]\s?(?=\d)", always(f" {words['by']} ")),
        rule(rf"(?<![\w.,/])(?P<n>\d/\d|{NUMBER})\s?(?:[\"″]|'')(?!\w)", inches),
        rule(r"(?<![\w.,])(\d)\s?m\s?(\d\d)\b", metres),
        rule(r"(?<![\w.,])([1-9])[.,](\d\d)\s?m\b(?!\s?[/²³^])", metres),
    ]
    if lexicon.language == "fr":
        return found
    feet = r"(?<=\d)['′]\s?(\d\d?)\s?[\"″]"
    spelled = r"(?<=\d)\s?ft\.?\s(\d\d?)\s?in\b"
    return [rule(f"{feet}|{spelled}", lambda m: f" foot {m[1] or m[2]}"), *found[:2]]


def _sums(lexicon: Lexicon) -> list[Rule]:
    """Rules for 5 - 3 = 2, 3 × 4, 2x, x2 and 10⁻³."""
    words = lexicon.words
    times = always(f" {words['times']} ")

    def raised(match: re.Match[str]) -> str:
        return f" {words['power']} {match[0].translate(_RAISED)}"

    result = rf"(?={NUMBER}[^\d\n=]{{0,6}}=)"
    bare = rf"(?={NUMBER}(?!\s?(?:{one_of(lexicon.units)})(?!\w)|[\d.,]|\s?[x×]))"
    return [
        rule(rf"(?<=\d)\s?[x×*]\s?{result}|(?<=\d)\s×\s{bare}", times),
        rule(rf"(?<=\d)\s[-−–]\s{result}", always(f" {words['minus']} ")),
        rule(r"(?<=\d)\s?[x×](?=/)", always(f" {words['times']}")),
        rule(r"(?<=\d)\s?[x×](?![\w×])(?!\s\d)", times),
        rule(r"(?<!\w)[x×](?=\d)", always(f"{words['times']} ")),
        rule(r"(?<=\w)\^(?=[-−]?\d)", always(f" {words['power']} ")),
        rule(r"(?<=[\w)])(?![²³](?![⁰¹²³⁴-⁹]))[⁰¹²³⁴-⁹⁻]+", raised),
    ]


def _fractions(lexicon: Lexicon) -> list[Rule]:
    """Rules for ½, 1½, 3/4 and 1/2 l."""

    def part(match: re.Match[str]) -> str:
        written = _VULGAR.get(match["part"], match["part"])
        unit = f" {lexicon.units[match['unit']][0]}" if match["unit"] else ""
        noun = match["noun"] or ""
        if not match["whole"]:
            return _part_of(written, unit or noun, lexicon)
        is_half = written == "1/2"
        said = lexicon.words["half"] if is_half else lexicon.fractions[written]
        whole = cardinal(int(match["whole"]), lexicon.language)
        if lexicon.language == "fr":
            if not unit and noun.strip() in _NO_NOUNS:
                return f"{whole} et {said}{noun}"
            unit = unit or noun
            if unit and match["unit"] and int(match["whole"]) > 1:
                unit = f" {lexicon.units[match['unit']][1]}"
            is_half = is_half and is_feminine(unit.strip(), lexicon)
            said = f"{said}e" if is_half else said
            return f"{agreed(whole, unit.strip(), lexicon)}{unit} et {said}"
        said += noun
        many = f" {lexicon.units[match['unit']][1]}" if match["unit"] else ""
        return f"{whole} and {said}{many}"

    unit = rf"\s(?P<unit>{one_of(lexicon.units)})(?![\w°²³])"
    unit = rf"(?:{unit}|(?P<noun>\s[a-zà-ÿœ]+\b(?!')))?"
    parts = one_of(lexicon.fractions)
    return [
        rule(rf"(?:(?P<whole>\d+)\s?)?(?P<part>[{''.join(_VULGAR)}]){unit}", part),
        rule(
            rf"(?<![\d/.,])(?:(?P<whole>\d+)\s)?(?P<part>{parts})(?![\d/]|[.,]\d){unit}",
            part,
        ),
    ]


def _part_of(written: str, noun: str, lexicon: Lexicon) -> str:
    """A part of one thing: une demi tasse, un quart d'heure, one half teaspoon."""
    said, thing = lexicon.fractions[written], noun.strip()
    if lexicon.language != "fr" or not is_feminine(thing, lexicon):
        return said + noun
    if written == "1/2":
        return f"une demi{noun}"
    return f"{said} d'{thing}" if thing[0] in "aéeh" else f"{said} de{noun}"


def _ranges(lexicon: Lexicon) -> list[Rule]:
    """Rules for 5-10, "between 5-10" and $5-10."""
    words = lexicon.words

    def ranged(match: re.Match[str]) -> str:
        return f"{match[1]} {words['range']} {match[2]}"

    def paid(match: re.Match[str]) -> str:
        return f"{match[2]} {words['range']} {match[1]}{match[3]}"

    number = rf"({NUMBER})\s?[-–—]\s?({NUMBER})(?![\d-]|[.,]\d)"
    return [
        rule(
            rf"(?<=(?i:entre|tween)\s){number}",
            lambda match: f"{match[1]} {words['and']} {match[2]}",
        ),
        rule(rf"(?<!\w)([$€£]){number}", paid),
        rule(rf"(?<![\w.,/-]){number}", ranged),
    ]


def _units(lexicon: Lexicon) -> list[Rule]:
    """Rules for 21 °C, 3,5 kWh, 12 µg/m³ and 5 W/m²."""
    units = one_of(lexicon.units)
    below = one_of([*lexicon.units, *lexicon.per])

    def measured(match: re.Match[str]) -> str:
        value = amount(match["n"])
        is_exact = not value.is_integer() or _DEGREES.search(match.string)
        if match["unit"] == "K" and value < _COLDEST_LIGHT and not is_exact:
            return match[0]
        describes = match["joint"] == "-" or _ONE.search(match.string, 0, match.start())
        one = lexicon.language == "en" and describes
        noun = lexicon.units[match["unit"]][lexicon.many(value) and not one]
        written = _ZEROS.sub("", match["n"])
        said = agreed(spoken(written, lexicon), noun, lexicon)
        return f"{said} {noun}{_per(match['per'], lexicon)}"

    def bare(match: re.Match[str]) -> str:
        return f"{lexicon.units[match['unit']][1]}{_per(match['per'], lexicon)}"

    per = (
        rf"(?:\s?/\s?(?P<per>{below}))?(?![\w°²³]|-[a-z])"
        r"(?:(?<=[a-z])\.(?=\s[a-zà-ÿ]))?"
    )
    thousands = lexicon.magnitudes["k"][1]
    nouns = one_of(noun for noun in lexicon.per if len(noun) > 2)
    return [
        rule(
            rf"(?<![\w.,])(?<!\w-)(?P<n>{NUMBER})(?P<joint>[\s-]?)(?P<unit>{units}){per}",
            measured,
        ),
        rule(rf"(?<![\w/])(?P<unit>{units})/(?P<per>{below})(?![\w°²³])", bare),
        rule(rf"(?<=\w)/(?=(?:{nouns})\b)", always(f" {lexicon.words['per']} ")),
        rule(
            rf"(?<=[a-zà-ÿ]{{2}})/(s|h|min|kg|m²|m³|{one_of(lexicon.per)})(?!\w)",
            lambda match: _per(match[1], lexicon),
        ),
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
        if lexicon.language == "en" and _ONE.search(match.string, 0, match.start()):
            one, many, cent, cents = lexicon.money[match["sign"]]
            money = money.replace(many, one)
            if cents.endswith("s"):  # a three pound and twenty pence coffee
                money = money.replace(cents, cent)
        return f"{money}{_per(match['per'], lexicon)}"

    return [
        rule(r"(?<![\d.,])(\d+)\s?(€|£)(\d\d)\b", lambda m: f"{m[1]},{m[3]} {m[2]}"),
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
