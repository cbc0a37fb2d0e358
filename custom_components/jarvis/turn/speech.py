"""What a model writes, made fit to be spoken: no markup, no emoji, no addresses."""

import html
import re

_LONGEST_LINK = 300
_EMOJI = re.compile("[\U0001f000-\U0001faff☀-➿⌀-⏿⬀-⯿←-⇿\U000e0020-\U000e007f️‍⃣]+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?»\"']")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_HALF_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\Z")
_TAG = re.compile(r"<\|[^|>\n]{1,40}\|>|</?[A-Za-z][^<>\n]{0,80}>")
_TAG_SO_FAR = re.compile(r"<[/|]?[A-Za-z][^<>\n]{0,80}(?:>|\Z)")
_ENTITY = re.compile(r"&#?\w{2,8};")
_EMPHASIS = re.compile(
    r"(?<![\w*_\\])[*_]{1,3}(?=\S)|(?<=[^\s\\])[*_]{1,3}(?![\w*_])|~~"
)
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]+|[-*+•–][ \t]+)", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]+", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_RULE = re.compile(
    r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^[ \t]*\|?[ \t:|-]+\|[ \t:|-]*$", re.MULTILINE
)


class SpokenText:
    """Cleans a stream of text, word by word, so that speech can begin early."""

    def __init__(self) -> None:
        """Start at the beginning of a line."""
        self._held = ""
        self._line_start = True
        self._begun = False
        self._gap = ""
        self._number = 0

    def feed(self, text: str) -> str:
        """Take the next piece; return what can be spoken by now."""
        self._held += text.replace("\r", "")
        cut = self._safe_cut()
        ready, self._held = self._held[:cut], self._held[cut:]
        return self._cleaned(ready)

    def finish(self) -> str:
        """Return what was held back until the end."""
        ready, self._held = self._held, ""
        # A model that breaks off may do so inside a link.
        speech = self._cleaned(_HALF_LINK.sub(r"\1", ready))
        left = self._gap.rstrip()
        self._gap = self._gap[len(left) :]
        return speech + left

    def _safe_cut(self) -> int:
        """Return up to where no markup can be half read.

        Whole words are safe, except inside a tag or link and on a line whose meaning
        only its end shows (a table's row, a rule) or whose first word is still to come.
        """
        cut = self._closed(max(self._held.rfind(" "), self._held.rfind("\n")) + 1)
        line = self._held.rfind("\n", 0, cut) + 1
        if line > 0 or self._line_start:
            start = self._held[line:cut].lstrip()
            if not start.strip("#>-*+•–_=|: \t0123456789.)"):
                return line
            if start.startswith("|"):
                return line
        return cut

    def _closed(self, cut: int) -> int:
        """Move a cut to before the word in which a tag or link is not closed by it."""
        for tag in _TAG_SO_FAR.finditer(self._held):
            if tag.end() > cut or not tag[0].endswith(">"):
                cut = min(cut, self._word_start(tag.start()))
        bracket = self._held.rfind("[", 0, cut)
        if bracket >= 0 and len(self._held) - bracket < _LONGEST_LINK:
            rest = self._held[bracket:]
            link = re.match(r"\[[^\]\n]*(?:\n|\](?:\([^)\n]*[)\n]|[^(]))", rest)
            if link is None or bracket + link.end() > cut:
                return self._word_start(bracket)
        return cut

    def _word_start(self, index: int) -> int:
        """Return where the word begins that a place is in."""
        return max(self._held.rfind(gap, 0, index) for gap in " \n") + 1

    def _cleaned(self, text: str) -> str:
        """Return the text without what is not to be read aloud."""
        if not text:
            return ""
        # What stands in front of the piece: neither the start of a line nor a word.
        head = "" if self._line_start else ". "
        self._line_start = text.endswith("\n")
        text = head + text
        text = _RULE.sub("", text)
        text = _ROW.sub(_told_row, text)
        text = _LINE_START.sub("", text)
        text = _NUMBER.sub(self._without_number, text)
        text = _LINK.sub(r"\1", text)
        text = _URL.sub("", text)
        text = _TAG.sub("", text)
        text = _EMOJI.sub("", text)
        text = text.replace("`", "").replace("**", "")
        text = _EMPHASIS.sub("", text).replace("\\", "")
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        return self._joined(text.removeprefix(head))

    def _without_number(self, match: re.Match[str]) -> str:
        """Drop the number of a list's line; "21. Shall I…" is an answer and stays."""
        number = int(match[1])
        if number not in (1, self._number + 1):
            return match[0]
        self._number = number
        return ""

    def _joined(self, text: str) -> str:
        """Close the gaps that were left, also to what was spoken before."""
        text = re.sub(r"\(\s*\)", "", self._gap + text)
        text = re.sub(r"[ \t]+", " ", text)
        text = re.sub(r" ?\n\s*", "\n", text)
        text = re.sub(r" ([.,)])", r"\1", text)
        if not self._begun:
            text = text.lstrip()
        # Whether a gap or a bracket is wanted shows only with the next word.
        speech = text.rstrip(" \t\n(")
        self._gap = text[len(speech) :]
        self._begun = self._begun or bool(speech)
        return speech


def _told_row(row: re.Match[str]) -> str:
    """Tell the cells of a table's row that have words or numbers."""
    cells = [cell.strip() for cell in row[1].split("|") if re.search(r"\w", cell)]
    return f"{', '.join(cells)}." if cells else ""


def spoken(text: str) -> str:
    """Return a whole text as it is to be spoken."""
    stream = SpokenText()
    return stream.feed(text) + stream.finish()
