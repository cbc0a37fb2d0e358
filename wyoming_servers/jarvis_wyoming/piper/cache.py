"""What was spoken lately, so that «C'est fait.» costs nothing the next time."""

from collections import OrderedDict

from .engine import Manner

_LONGEST = 80
"""Letters of what may be said again word by word."""

_Key = tuple[str, Manner, str]


class Cache:
    """Keeps short pieces, no more bytes of them than it is given."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept = OrderedDict[_Key, bytes]()
        self.size = 0

    def get(self, voice: str, manner: Manner, words: str) -> bytes | None:
        """The samples of a piece that was spoken before."""
        audio = self._kept.get(key := (voice, manner, words))
        if audio is not None:
            self._kept.move_to_end(key)
        return audio

    def put(self, voice: str, manner: Manner, words: str, audio: bytes) -> None:
        """Keep a piece if it is short; what was not asked for longest goes."""
        key = (voice, manner, words)
        if len(words) > _LONGEST or len(audio) > self._room or key in self._kept:
            return
        self._kept[key] = audio
        self.size += len(audio)
        while self.size > self._room:
            _, gone = self._kept.popitem(last=False)
            self.size -= len(gone)
