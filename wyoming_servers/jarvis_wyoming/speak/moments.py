"""Times of the day and dates."""

import re

from .lexicon import Lexicon, one_of
from .numbers import agreed, cardinal, ordinal, year
from .rules import Rule, rule

_BEFORE_A_DATE = {"fr": "le|du|au|dès|avant|après", "en": "on|by|until|since|from|for"}
_BEFORE_A_YEAR = (
    "in|by|of|since|from|until|before|after|between|and|to|year|spring|summer|autumn"
    "|fall|winter|Q[1-4]|H[12]"
)
_CERTAIN_DAYS = {"fr": "lun|mar|ven", "en": "Mon|Tues?|Wed|Thu|Thurs?|Fri"}
"""Days whose short form with a dot is nothing else."""

_PARTED = re.compile(r"\s(?:de|des|du|of)\b|\sd'")
_YEAR = r"(?P<y>(?:1[1-9]|20)\d\d)\b(?![.,:/]\d|\s?[%°€$£])"
_ZONE = r"(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_LASTING = (
    r"(?<![\d:.])(?:0{1,2}:(?P<m>[0-5]?\d)|(?P<h>\d):(?P<m2>[0-5]\d)):(?P<s>[0-5]\d)"
    r"(?![\d:]|\s?[aApP]\.?[mM])"
)
_SCALE = r"(?!1:\d\d[ ,\u202f]\d{3}\b)"
_CLOCK = (
    rf"(?<![\d:.]){_SCALE}(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)"
    rf"(?::(?P<s>[0-5]\d){_ZONE})?"
)


def moments(lexicon: Lexicon) -> list[Rule]:
    """Every rule for dates and times, in the order that they need."""
    times = _french_times if lexicon.language == "fr" else _english_times
    return [
        *_weekdays(lexicon),
        *_numeric_dates(lexicon),
        *_named_dates(lexicon),
        *_durations(lexicon),
        *times(lexicon),
    ]


def _weekdays(lexicon: Lexicon) -> list[Rule]:
    """Rules for «lun.» before a date or a time, and for Mon-Fri."""
    days, months = one_of(lexicon.days), one_of(lexicon.months)

    def weekday(match: re.Match[str]) -> str:
        return f"{lexicon.days[match['day']]} "

    def through(match: re.Match[str]) -> str:
        first, last = lexicon.days[match["day"]], lexicon.days[match["last"]]
        rest = match.string[match.end() :].lstrip()
        ends = match[0].endswith(".") and (not rest or rest[0].isupper())
        return f"{first} {lexicon.words['range']} {last}{'.' if ends else ''}"

    def alone(match: re.Match[str]) -> str:
        rest = match.string[match.end() :].lstrip()
        ends = not rest or rest[0].isupper()
        return lexicon.days[match[1]] + ("." if ends else "")

    number = rf"(?:le\s)?\d\d?(?:er|st|nd|rd|th)?\s?(?:/|[hH:]|{months})"
    return [
        rule(rf"\b(?P<day>{days})\.?\s?[-–]\s?(?P<last>{days})\b\.?", through),
        rule(rf"\b(?P<day>{days})\b\.?,?\s(?={number}|(?:{months})\b)", weekday),
        rule(rf"\b({_CERTAIN_DAYS[lexicon.language]})\.", alone),
        rule(rf"(?:(?<=and\s)|(?<=on\s))({days})\.(?=\s*[^\sA-Z])", alone),
    ]


def _numeric_dates(lexicon: Lexicon) -> list[Rule]:
    """Rules for 2026-11-22, 12/11/2026 and «le 12/11»."""
    days = one_of(lexicon.days.values())
    before = rf"(?i:{_BEFORE_A_DATE[lexicon.language]}|{days})"

    def iso(match: re.Match[str]) -> str:
        said = _date(int(match["d"]), int(match["m"]), match["y"], lexicon)
        return f"{said or match[0]} " if match["t"] else said or match[0]

    def slashed(match: re.Match[str]) -> str:
        day, month = int(match["a"]), int(match["b"])
        if month > 12 or (not lexicon.day_first and day <= 12):
            day, month = month, day
        return _date(day, month, match["y"], lexicon) or match[0]

    def short(match: re.Match[str]) -> str:
        is_part = f"{match['a']}/{match['b']}" in lexicon.fractions
        if is_part and _PARTED.match(match.string, match.end()):
            return match[0]
        return f"{match['before']} {slashed(match)}"

    def brief(match: re.Match[str]) -> str:
        day, month = int(match["a"]), int(match["b"])
        if not lexicon.day_first:
            day, month = month, day
        return _date(day, month, f"20{match['y']}", lexicon) or match[0]

    time = r"(?:(?P<t>T(?=\d\d:\d\d))|(?!\d))"
    return [
        rule(
            rf"\b(?P<y>\d{{4}})(?P<sep>[-/])(?P<m>\d\d)(?P=sep)(?P<d>\d\d){time}", iso
        ),
        rule(
            r"\b(?P<a>\d\d?)(?P<sep>[/.-])(?P<b>\d\d?)(?P=sep)(?P<y>\d{4})\b", slashed
        ),
        rule(
            r"(?<![\d/])(?<![A-Z]\s)(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<y>\d\d)(?![\d/])",
            brief,
        ),
        rule(
            rf"\b(?P<before>{before})\s(?P<a>\d\d?)/(?P<b>\d\d?)(?P<y>)(?![\d/])", short
        ),
    ]


def _named_dates(lexicon: Lexicon) -> list[Rule]:
    """Rules for «3 nov.», "Nov 3, 2026", "March 2025" and "in 1999"."""
    names = one_of(lexicon.months)
    month = rf"\b(?P<month>{names})\b(?P<dot>\.?)"
    following = rf"(?:,?\s{_YEAR})?"

    def named(match: re.Match[str]) -> str:
        number = lexicon.months[match["month"]]
        said = _date(int(match["d"]), number, match["y"], lexicon)
        rest = match.string[match.end() :].lstrip()
        ends = match[0].endswith(".") and (not rest or rest[0].isupper())
        return f"{said}{'.' if ends else ''}" if said else match[0]

    def dayless(match: re.Match[str]) -> str:
        said = lexicon.month_names[lexicon.months[match["month"]]]
        return f"{said} {year(int(match['y']), lexicon.language)}"

    def lone(match: re.Match[str]) -> str:
        said = lexicon.month_names[lexicon.months[match["month"]]]
        said = f"{match['before']}{said}"
        return f"{said}." if not match["next"] or match["next"].isupper() else said

    def through(match: re.Match[str]) -> str:
        first = _date(int(match["d"]), lexicon.months[match["month"]], "", lexicon)
        last = ordinal(int(match["last"]), "en")
        return f"{first} to {last}" if first else match[0]

    span = rf"\b(\d\d?)[-–](?=\d\d?\s(?:{names})\b)"
    rules = [
        rule(span, lambda match: f"{match[1]} {lexicon.words['range']} "),
        rule(rf"\b(?P<d>\d\d?)(?:er|st|nd|rd|th)?\s{month}{following}", named),
    ]
    if lexicon.language == "en":
        day = r"(?P<d>\d\d?)(?:st|nd|rd|th)?\b(?![:.,]\d)"
        last = r"[-–](?P<last>\d\d?)\b(?![-–:.,/]\d)"
        rules.append(rule(rf"{month}\s{day}{last}", through))
        rules.append(rule(rf"{month}\s{day}{following}", named))
    rules.append(rule(rf"{month},?\s{_YEAR}", dayless))
    short = [
        name for name in lexicon.months if name not in lexicon.month_names.values()
    ]
    before = r"\b(?P<before>(?:de|en|depuis|of|in|since|until)\s|d')"
    month = rf"(?P<month>{one_of(short)})\.(?=\s*(?P<next>\S?))"
    rules.append(rule(before + month, lone))
    return [*rules, *_english_years(lexicon)] if lexicon.language == "en" else rules


def _english_years(lexicon: Lexicon) -> list[Rule]:
    """Rules for "in 1999" and 1990-1995, which English says in two halves."""

    def introduced(match: re.Match[str]) -> str:
        return f"{match['before']} {year(int(match['y']), 'en')}"

    def through(match: re.Match[str]) -> str:
        return f"{year(int(match['from']), 'en')} to {year(int(match['y']), 'en')}"

    before, units = rf"\b(?P<before>(?i:{_BEFORE_A_YEAR}))\s", one_of(lexicon.units)
    return [
        rule(rf"(?<![\d/-])(?P<from>(?:1[1-9]|20)\d\d)\s?[-–]\s?{_YEAR}", through),
        rule(rf"{before}{_YEAR}(?!\s?\w+s\b|\s(?:{units})\b)", introduced),
    ]


def _date(day: int, month: int, written: str | None, lexicon: Lexicon) -> str | None:
    """A date in words, or None when there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    name, language = lexicon.month_names[month], lexicon.language
    if language == "fr":
        said = f"{'premier' if day == 1 else cardinal(day, 'fr')} {name}"
    elif lexicon.day_first:
        said = f"{ordinal(day, language)} of {name}"
    else:
        said = f"{name} {ordinal(day, language)}"
    return f"{said} {year(int(written), language)}" if written else said


def _durations(lexicon: Lexicon) -> list[Rule]:
    """Rules for 0:05:00 and 2h12m, which are no times of the day."""

    def counted(number: str, unit: str) -> str:
        noun = lexicon.units[unit][lexicon.many(int(number))]
        return (
            f"{agreed(cardinal(int(number), lexicon.language), noun, lexicon)} {noun}"
        )

    def lasting(match: re.Match[str]) -> str:
        parts = (
            (match["h"], "h"),
            (match["m"] or match["m2"], "min"),
            (match["s"], "s"),
        )
        said = [counted(number, unit) for number, unit in parts if int(number or 0)]
        last = f"{lexicon.words['and']} " if len(said) > 1 else ""
        return " ".join([*said[:-1], last + (said or [counted("0", "s")])[-1]])

    def lettered(match: re.Match[str]) -> str:
        return f"{match[1]} {match[2]} min"

    return [
        rule(_LASTING, lasting),
        rule(r"(\d+\s?h)\s?(\d+)\s?m(?:in\b|n\b|\b)(?=\s?\d+\s?s\b)", lettered),
        rule(r"(\d+\s?h)\s?(\d+)\s?m\b(?![²³/])", lettered),
        rule(r"(?<![\w.,])(\d+)\s?m\s(?=\d+\s?s\b)", lambda match: f"{match[1]} min "),
    ]


def _french_times(lexicon: Lexicon) -> list[Rule]:
    """Rules for 15h30, 15 h 30, 7h-9h and 15:30:10."""

    def hours(number: int) -> str:
        noun = "heures" if number > 1 else "heure"
        return f"{agreed(cardinal(number, 'fr'), noun, lexicon)} {noun}"

    def minutes(number: int) -> str:
        return agreed(cardinal(number, "fr"), "minute", lexicon)

    def clock(match: re.Match[str]) -> str:
        hour, minute = int(match["h"]), int(match["m"])
        if int(match["s"] or 0):
            seconds = minutes(int(match["s"]))
            ending = "seconde" if int(match["s"]) < 2 else "secondes"
            unit = "minute" if minute < 2 else "minutes"
            return f"{hours(hour)} {minutes(minute)} {unit} et {seconds} {ending}"
        if not minute and hour in (0, 12):
            return "midi" if hour else "minuit"
        return f"{hours(hour)} {minutes(minute)}" if minute else hours(hour)

    def lettered(match: re.Match[str]) -> str:
        hour, minute = int(match["h"]), int(match["m"] or 0)
        if not hour and not minute:
            return "minuit"
        said = f"{hours(hour)} {minutes(minute)}" if minute else hours(hour)
        return f"{said} minutes" if match["more"] is not None else said

    more = r"(?P<more>(?=\s?\d+\s?s\b))?"
    minute = rf"(?:\s?(?P<m>[0-5]\d)(?:\s?min\b{more})?)?(?![\w/])"

    def halved(match: re.Match[str]) -> str:
        if not int(match["h"]):
            return "une demi-heure"
        return f"{hours(int(match['h']))} et demie"

    return [
        rule(r"(?<![\d.,])(?P<h>\d\d?)\s?h(?:eures?)?\s?(?:½|1/2)", halved),
        rule(r"(?<![\d.,])(?P<h>\d\d?)[.,]5\s?h\b(?!/)", halved),
        rule(
            r"(?<![\d.,])(\d+)['′]\s?(\d\d)(?:''|[\"″])",
            lambda m: f"{m[1]} min {m[2]} s",
        ),
        rule(r"(?<=[\dhH])\s?[-–—]\s?(?=\d\d?\s?[hH:](?:\d\d)?\b)", lambda _: " à "),
        rule(r"(?<=\d)-(?=\d\d?\s?h\b)", lambda _: " à "),
        rule(rf"{_CLOCK}(?:\s?h\b)?(?!:?\d)", clock),
        rule(rf"(?<![\d.,/])(?P<h>\d\d?)\s?[hH]{minute}", lettered),
    ]


def _english_times(lexicon: Lexicon) -> list[Rule]:
    """Rules for 3:30 pm, 15:30, 9am-5pm and 2h30."""

    def half(written: str | None, hour: int) -> str:
        if written:
            return " ay em" if written[0] in "aA" else " p m"
        return " p m" if hour > 12 else ""

    def clock(match: re.Match[str]) -> str:
        hour, minute, written = int(match["h"]), int(match["m"]), match["half"]
        if not written and not minute and hour in (0, 12):
            return "noon" if hour else "midnight"
        ending = half(written, hour) or ("" if hour else " ay em")
        said = cardinal(hour % 12 or 12, "en")
        if minute:
            said += (
                f" oh {minute_of(minute)}" if minute < 10 else f" {minute_of(minute)}"
            )
        elif not ending:
            said += " o'clock"
        if match["s"] and int(match["s"]):
            ending += f" and {minute_of(int(match['s']))} seconds"
        return said + ending

    def minute_of(number: int) -> str:
        return cardinal(number, "en")

    def lettered(match: re.Match[str]) -> str:
        return cardinal(int(match["h"]), "en") + half(match["half"], 0)

    def lasting(match: re.Match[str]) -> str:
        hours, minutes = int(match["h"]), int(match["m"])
        noun = "hours" if lexicon.many(hours) else "hour"
        return f"{cardinal(hours, 'en')} {noun} {cardinal(minutes, 'en')}"

    letters = r"(?P<half>[aApP]\.?\s?[mM](?:\b\.(?=\s+[a-z0-9,;])|\b))"
    hour = r"(?:1[0-2]|0?[1-9])(?::[0-5]\d)?"
    to_hour = rf"(?=(?:{hour}\s?{letters}|\d\d?:\d\d))"
    return [
        rule(rf"(?<=[\dmM.])\s?[-–—]\s?{to_hour}", lambda _: " to "),
        rule(rf"{_CLOCK}(?:\s?{letters})?(?!:?\d)", clock),
        rule(rf"(?<![\d.,:])(?P<h>1[0-2]|0?[1-9])\s?{letters}", lettered),
        rule(r"(?<![\d.,])(?P<h>\d\d?)h\s?(?P<m>[0-5]\d)\b(?!\s?min)", lasting),
    ]
