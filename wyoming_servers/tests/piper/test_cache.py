"""What is kept of what was spoken."""

from jarvis_wyoming.piper.cache import Cache
from jarvis_wyoming.piper.engine import Manner

PLAIN = Manner()


def test_what_was_kept_is_given_to_the_same_voice_in_the_same_manner() -> None:
    """Another voice or another speed has a sound of its own."""
    cache = Cache(100)
    cache.put("a", PLAIN, "oui", b"1234")
    assert cache.get("a", PLAIN, "oui") == b"1234"
    assert cache.get("b", PLAIN, "oui") is None
    assert cache.get("a", Manner(speed=2.0), "oui") is None


def test_it_never_holds_more_bytes_than_it_may() -> None:
    """Given more than fits, what was not asked for longest goes."""
    cache = Cache(10)
    for words in ("un", "deux"):
        cache.put("a", PLAIN, words, b"12345")
    cache.get("a", PLAIN, "un")
    cache.put("a", PLAIN, "trois", b"123")
    assert cache.get("a", PLAIN, "deux") is None
    assert cache.get("a", PLAIN, "un")
    assert cache.size == 8
    cache.put("a", PLAIN, "quatre", b"x" * 11)
    assert cache.size == 8


def test_what_is_long_or_known_is_not_kept_again() -> None:
    """Only short pieces are kept, and each once."""
    cache = Cache(1000)
    cache.put("a", PLAIN, "x" * 81, b"12")
    cache.put("a", PLAIN, "oui", b"12")
    cache.put("a", PLAIN, "oui", b"34")
    assert cache.size == 2
