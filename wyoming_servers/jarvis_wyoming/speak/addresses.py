"""What leads somewhere: web pages, mail, machines, telephones, entities, files."""

import re

from .lexicon import Lexicon, one_of
from .numbers import cardinal, digits, letter_names
from .rules import Rule, always, rule

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_END = r"(?<![.,;:!?)\]'\"»])"
"""An address does not take the mark that ends its sentence."""

_LONG_IPV6 = 18
"""Letters of an address that can still be written down by ear: 2001:db8::53."""

_LONG_PATH = 24
"""Letters of a path that are worth hearing."""


def addresses(lexicon: Lexicon) -> list[Rule]:
    """Every rule for an address, in the order that they need."""
    return [
        *_identifiers(lexicon),
        *_machines(lexicon),
        *_web(lexicon),
        *_telephones(lexicon),
        *_names(lexicon),
    ]


def _identifiers(lexicon: Lexicon) -> list[Rule]:
    """Rules for what is only spelled while it is short enough to be written down."""
    words, hexadecimal = lexicon.words, r"[0-9a-fA-F]"

    def card(match: re.Match[str]) -> str:
        return ", ".join(_pair(pair, lexicon) for pair in re.split("[:-]", match[0]))

    def host(match: re.Match[str]) -> str:
        written, _, mask = match["ip"].partition("/")
        if len(written) > _LONG_IPV6:
            article, _, kind = words["ipv6"].partition(" ")
            return kind if match["noun"] else f"{article} {kind}"
        parts = re.findall(rf"::|:|{hexadecimal}+", written.partition("%")[0])
        signs = {":": words["colon"], "::": f"double {words['colon']}"}
        said = " ".join(signs.get(part) or _spelled(part, lexicon) for part in parts)
        if mask:
            said += f" {words['slash']} {cardinal(int(mask), lexicon.language)}"
        return (match["noun"] or "") + said

    uuid = rf"\b{hexadecimal}{{8}}(?:-{hexadecimal}{{4}}){{3}}-{hexadecimal}{{12}}\b"
    mac = rf"\b{hexadecimal}{{2}}(?:[:-]{hexadecimal}{{2}}){{5}}\b"
    ipv6 = (
        r"(?P<noun>\b[Aa]dd?ress?e?\s)?"
        rf"(?P<ip>(?<![\w:])(?=[0-9a-fA-F:]*::|(?:{hexadecimal}{{1,4}}:){{7}})"
        rf"(?:{hexadecimal}{{1,4}})?(?::{{1,2}}{hexadecimal}{{1,4}}){{1,7}}(?:::)?"
        r"(?:%\w+)?(?:/\d+)?(?![\w:]))"
    )
    digest = rf"\b(?=[a-f]*\d)(?=\d*[a-f]){hexadecimal}{{20,}}\b"
    return [
        rule(uuid, always(words["identifier"])),
        rule(mac, card),
        rule(r"\b0x([0-9a-fA-F]{1,8})\b", lambda m: _spelled(f"0x{m[1]}", lexicon)),
        rule(ipv6, host),
        rule(digest, always(words["identifier"])),
    ]


def _machines(lexicon: Lexicon) -> list[Rule]:
    """Rules for 192.168.1.10/24 and 10.0.0.2:8123."""
    words = lexicon.words

    def machine(match: re.Match[str]) -> str:
        parts = match["ip"].split(".")
        say = cardinal if lexicon.language == "fr" else _digits
        said = f" {words['dot']} ".join(
            say(int(part), lexicon.language) for part in parts
        )
        if match["mask"]:
            said += (
                f" {words['slash']} {cardinal(int(match['mask']), lexicon.language)}"
            )
        return said + _port(match["port"], lexicon)

    ip = rf"(?P<ip>{_BYTE}(?:\.{_BYTE}){{3}})"
    pattern = rf"(?:\bhttps?://)?(?<![\d.]){ip}(?:/(?P<mask>\d\d?)\b)?"
    whole = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
    return [
        rule(
            rf"(?<![\d.])({whole})\s?[-–—]\s?(?={whole}(?!\.?\d))",
            lambda match: f"{match[1]} {words['range']} ",
        ),
        rule(rf"{pattern}(?::(?P<port>\d{{2,5}}))?(?!\.?\d)(?:/\S*\w/?|/)?", machine),
    ]


def _web(lexicon: Lexicon) -> list[Rule]:
    """Rules for jean@exemple.fr, https://www.exemple.fr/page and exemple.fr."""
    words = lexicon.words

    def mail(match: re.Match[str]) -> str:
        name = _address(match["name"], lexicon)
        return f"{name} {words['at']} {_address(match['host'], lexicon)}"

    def page(match: re.Match[str]) -> str:
        said = _address(match["host"], lexicon) + _port(match["port"], lexicon)
        path = re.split(r"[?#]", match["path"] or "")[0].strip("/")
        if path and len(path) <= _LONG_PATH and "%" not in path:
            parts = [_address(part, lexicon) for part in path.split("/")]
            said = f" {words['slash']} ".join([said, *parts])
        return said

    host = rf"(?P<host>(?:{_LABEL}\.)+(?:{one_of(lexicon.domains)}))"
    tail = rf"(?::(?P<port>\d{{2,5}}))?(?P<path>[/?#][^\s<>«»\"]*{_END})?"
    any_host = rf"(?P<host>{_LABEL}(?:\.{_LABEL})*)"
    return [
        rule(
            rf"(?:mailto:)?\b(?P<name>[\w.+-]+)@(?P<host>{_LABEL}(?:\.{_LABEL})+)", mail
        ),
        rule(rf"\b(?:https?|wss?|ftp)://(?:www\.)?{any_host}{tail}", page),
        rule(rf"\bwww\.{any_host}{tail}", page),
        rule(rf"(?<![\w@./]){host}(?![\w-]|\.\w){tail}", page),
        rule(rf"\b(?P<host>localhost)(?![\w.]){tail}", page),
    ]


def _telephones(lexicon: Lexicon) -> list[Rule]:
    """Rules for 06 12 34 56 78, +33 6 12 34 56 78 and 555-123-4567."""
    language = lexicon.language

    def pairs(match: re.Match[str]) -> str:
        number = re.sub(r"\D", "", match["n"])
        groups = [number[at : at + 2] for at in range(0, len(number), 2)]
        return ", ".join(_group(group, language) for group in groups)

    def threes(match: re.Match[str]) -> str:
        groups = re.findall(r"\d+", match[0].replace("0 ", "0", 1))
        return ", ".join(_group(group, language) for group in groups)

    def world(match: re.Match[str]) -> str:
        groups = re.findall(r"\d+", match[0].replace("(0)", ""))
        say = _group if language == "fr" else digits
        return f"{lexicon.words['plus']} " + ", ".join(say(g, language) for g in groups)

    def american(match: re.Match[str]) -> str:
        return ", ".join(digits(group, "en") for group in re.findall(r"\d+", match[0]))

    def joined(match: re.Match[str]) -> str:
        code, size = ("33", 2) if match[1].startswith("33") else ("", 3)
        groups = re.findall(rf"\d{{1,{size}}}", match[1][len(code) + bool(code) :])
        first = [code, match[1][len(code)]] if code else []
        say = _group if language == "fr" else digits
        said = ", ".join(say(group, language) for group in [*first, *groups])
        return f"{lexicon.words['plus']} {said}"

    rules = [
        rule(r"(?<![\w+])\+(\d{9,15})(?!\w)", joined),
        rule(r"(?<![\w+])\+\d{1,3}(?:[\s.-]?\(?\d{1,4}\)?){2,6}(?!\w)", world),
    ]
    if language == "fr":
        number = r"(?P<n>0[1-9](?:[\s.-]?\d{2}){4})"
        rest = r"(?:(?:[\s.]\d{3}){2}|(?:[\s.]\d\d){3})(?!\d|[.,]\d)"
        return [
            *rules,
            rule(rf"(?<![\d.,])0\s?[89]\d\d{rest}", threes),
            rule(rf"(?<![\d.,]){number}(?![\d]|[.,]\d)", pairs),
        ]
    local = (
        r"(?<![\w.-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\w-])"
    )
    return [*rules, rule(local, american)]


def _names(lexicon: Lexicon) -> list[Rule]:
    """Rules for light.living_room, config.yaml and /config/www."""
    words = lexicon.words

    def entity(match: re.Match[str]) -> str:
        return match[0].replace(".", " ").replace("_", " ")

    def file(match: re.Match[str]) -> str:
        stem, _, kind = match[0].rpartition(".")
        return f"{stem.replace('_', ' ')} {words['dot']} {kind}"

    def path(match: re.Match[str]) -> str:
        parts = match[0].strip("/~").replace(".", f" {words['dot']} ").split("/")
        return f" {words['slash']} ".join(part.strip() for part in parts)

    kinds = (
        "yaml|yml|json|py|txt|log|db|conf|toml|md|csv|jpg|png|mp3|wav|zip|sh|js|html"
    )
    return [
        rule(r"(?<![\w.])[a-z][a-z_]+\.[a-z0-9]*_[a-z0-9_]*[a-z0-9]\b", entity),
        rule(r"(?<![\w./])[~.]?/(?:[\w.-]+/)+[\w.-]*\w/?", path),
        rule(rf"\b[\w-]+\.(?:{kinds})\b(?!\.\w)", file),
        rule(r"(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9])", always(" ")),
    ]


def _address(written: str, lexicon: Lexicon) -> str:
    """Its signs in words: jean point dupont."""
    words = lexicon.words
    for sign, word in ((".", "dot"), ("-", "dash"), ("_", "underscore"), ("+", "plus")):
        written = written.replace(sign, f" {words[word]} ")
    return " ".join(written.split())


def _port(written: str | None, lexicon: Lexicon) -> str:
    """The port of an address."""
    if not written:
        return ""
    return f" {lexicon.words['port']} {cardinal(int(written), lexicon.language)}"


def _group(written: str, language: str) -> str:
    """A group of a telephone number: zéro six, douze."""
    zeros = len(written) - len(written.lstrip("0"))
    if zeros == len(written):
        return digits(written, language)
    rest = cardinal(int(written), language)
    return " ".join([*([cardinal(0, language)] * zeros), rest])


def _pair(written: str, lexicon: Lexicon) -> str:
    """Two signs of a hardware address: onze, A B."""
    if written.isdigit() and lexicon.language == "fr":
        return _group(written, "fr")
    return _spelled(written, lexicon)


def _spelled(written: str, lexicon: Lexicon) -> str:
    """Figures and letters one by one."""
    language = lexicon.language
    return " ".join(
        digits(sign, language)
        if sign.isdigit()
        else letter_names(sign.upper(), language)
        for sign in written
    )


def _digits(number: int, language: str) -> str:
    """Each digit of a number for itself."""
    return digits(str(number), language)
