"""Markdown, HTML and emoji taken off: what is left are lines to be said."""

import html
import re
import unicodedata

FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[^\n`]*$", re.MULTILINE)
"""The line that begins or ends a block of code."""

MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦▪–—][ \t]+|\d{1,3}[.)][ \t]+|#{1,6}[ \t]+|>|\|)")
"""What makes a line one of its own: a list, a heading, a quotation, a table."""

_HIDDEN = re.compile(
    r"<!--.*?-->|<(script|style|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_BREAK = re.compile(
    r"<(?:br|/?p|/?div|/?li|/?tr|/h[1-6]|/?[uo]l)\b[^<>]*>", re.IGNORECASE
)
_CELL = re.compile(r"</t[dh]>\s*<t[dh]\b[^<>]*>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[^<>\s@]+@[^<>\s]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_ITEM = re.compile(r"^[ \t]*(?:[-*+•‣◦▪–—][ \t]+)(?:\[[ xX]\][ \t]+)?")
_NUMBERED = re.compile(r"^[ \t]*(\d{1,3})[.)][ \t]+(?=\S)")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$")
_QUOTED = re.compile(r"^[ \t]*(?:>(?:[ \t]+|$|(?=[^\d\s=])))+")
_RULED = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^[ \t]*\|?[ \t:|-]*-{2,}[ \t:|-]*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s[^()]*)?\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?:[^()]|\([^()]*\))*\)|\[([^\[\]]+)\]\[[^\]]*\]")
_BAR = re.compile(r"[=~+#^]{3,}")
_NOTE = re.compile(r"\[\^?\d{1,3}\](?:\([^()]*\))?|【[^】]*】|\[\^[^\]]+\]:?")
_STRONG = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|~~|==(?=\w)|(?<=\w)==|`+")
_STAR = re.compile(r"(?<![\w*])\*(?=\S)|(?<=[^\s*])\*(?!\w)")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=\w)|(?<=[\w.!?,])_(?!\w)")
_FORMULA = re.compile(r"\$\$?(?![\d\s])([^$\n]*[=^\\][^$\n]*)(?<!\s)\$\$?(?!\d)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>$])")
_KEYCAP = re.compile("(?<=[0-9#*])\ufe0f?\u20e3")
_SMILEY = re.compile(r"(?<!\S)(?:[:;=8][-']?[)(DPpOo|/\\]|<3|xD|\^\^)(?!\w)")
_SHORTCODE = re.compile(r"(?<!\S):[a-z][a-z0-9_+-]+:(?!\S)")
_ENDED = (".", "!", "?", ":", ";", ",", "…")
_KEPT = frozenset("°©®™←→↔⇒−×÷±≤≥≠≈∞√№℃℉§¶^`~|+<>=$€£¥₿¢·´¨¸")
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "’": "'", "‘": "'", "ʼ": "'", "º": "°"}
    | dict(zip("ᵉʳˢᵗʰⁿᵈᵒ₀₁₂₃₄₅₆₇₈₉", "ersthndo0123456789", strict=True))
)


def lines(text: str, code: str) -> list[str]:
    """The lines of a text without its markup; `code` stands for a block of code."""
    text = _without_code(text, code)
    text = _HIDDEN.sub(" ", text)
    text = _CELL.sub(", ", _BREAK.sub("\n\n", text))
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    text = _without_pictures(html.unescape(text))
    return [line for line in map(_line, joined(text).split("\n")) if line]


def joined(text: str) -> str:
    """The text with the lines put together that an editor has broken."""
    out: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if out and out[-1] and continues(out[-1], stripped):
            out[-1] = f"{out[-1].rstrip()} {stripped}"
        else:
            out.append(line)
    return "\n".join(out)


def continues(before: str, line: str) -> bool:
    """Whether a line only goes on with the sentence of the one before."""
    if not line or not (line[0].islower() or line[0].isdigit()) or MARKER.match(line):
        return False
    return not before.rstrip().endswith((".", "!", "?", ":", "…", "|"))


def _without_code(text: str, code: str) -> str:
    """Put a word in the place of each block of code, also of one without an end."""
    out, at, inside = [], 0, False
    for fence in FENCE.finditer(text):
        if not inside:
            out += [text[at : fence.start()], f"\n{code}\n"]
        at, inside = fence.end(), not inside
    return "".join(out) + ("" if inside else text[at:])


def _without_pictures(text: str) -> str:
    """Without emoji, smileys and what else is only seen."""
    text = _SHORTCODE.sub("", _SMILEY.sub("", _KEYCAP.sub("", text)))
    text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    """The character, or what stands for it when it has no sound."""
    if character in _KEPT or character.isascii():
        return character
    category = unicodedata.category(character)
    if category in ("So", "Sk", "Co", "Cn", "Cs") or "\ufe00" <= character <= "\ufe0f":
        return " "
    return "" if category in ("Cf", "Mn", "Me") else character


def _line(line: str) -> str:
    """One line without its markup, ended as a sentence when it stands alone."""
    if _RULED.match(line):
        return ""
    line = _QUOTED.sub("", line)
    line = _HEADING.sub("", line)
    line = _ITEM.sub("", line)
    line = _BAR.sub(" ", _NUMBERED.sub(r"\1, ", line))
    if line.lstrip().startswith("|") or " | " in line:
        cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        line = ", ".join(cell for cell in cells if cell)
    line = _LINK.sub(r"\1\2", _IMAGE.sub(r"\1", line))
    line = _FORMULA.sub(r"\1", _NOTE.sub("", line))
    line = _UNDERSCORE.sub("", _STAR.sub("", _STRONG.sub("", line)))
    return _ESCAPE.sub(r"\1", line).strip()


def ended(line: str) -> str:
    """The line with a mark at its end, so that the voice comes to rest."""
    bare = line.rstrip("\"'»”) ")
    return line if not bare or bare.endswith(_ENDED) else f"{line}."
