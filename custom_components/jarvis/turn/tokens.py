"""How long a text is for a model, without its tokenizer."""

_BYTES_PER_TOKEN = 3.5
"""Between French prose (about 4) and JSON or device names (about 3)."""
_MOST_BYTES_PER_TOKEN = 8
"""No tokenizer in use makes longer tokens on average."""


def estimated(text: str) -> int:
    """Return about how many tokens a text has."""
    return estimated_bytes(len(text.encode()))


def estimated_bytes(length: int) -> int:
    """Return about how many tokens so many bytes of text have."""
    return round(length / _BYTES_PER_TOKEN)


def at_least(text_length: int) -> int:
    """Return the fewest tokens that so many bytes can have."""
    return text_length // _MOST_BYTES_PER_TOKEN
