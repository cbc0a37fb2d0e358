"""What may be read aloud: a strict check of speech."""

import re

_UNSPEAKABLE = {
    "markup": r"[*_`#|~\\]|^\s*(?:[-+•–—>]|\d+[.)])\s|-{3,}|={3,}",
    "a link": r"\]\(|https?:|www\.|\b[\w-]+\.(?:com|org|net|io|fr|invalid)\b",
    "JSON": r"[{}\[\]]|\"\s*:",
    "a tag": r"[<>]",
    "the name of a tool": r"\b(?:Hass[A-Z]\w+|GetLiveContext|GetDateTime)\b|__",
    "a call": r"(?i)\b(?:tool_?calls?|tool_code|python_tag|arguments?|parameters?)\b",
    "an entity": (
        r"\b(?:light|switch|cover|lock|sensor|climate|area|homeassistant)\.[a-z_]+\b"
    ),
    "a thought": r"(?i)\bthink(?:ing)?\b\s*[>:]",
    "an escape": r"\\[nu\"]|&[a-z]+;",
    "an emoji": (
        "[\U0001f000-\U0001faff\u2600-\u27bf\u2300-\u23ff\u2190-\u21ff\u2b00-\u2bff"
        "\ufe0f\u200d\u20e3]"
    ),
}
_WORDS_OF = {
    "en": re.compile(
        r"\b(?:the|is|are|was|has|have|had|not|you|your|it|done|turned|with|what|this"
        r"|that|there|sorry|could|would|nothing|please|and|or|of|an)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:le|la|les|une|des|du|est|sont|était|je|tu|vous|nous|elle|avec|pour|dans"
        r"|pas|mais|fait|désolé|rien|qui|que|quoi|ou|et|un|ce|cette)\b"
        r"|\b[cdjlmnst]['’]\w",
        re.IGNORECASE,
    ),
}
_NAMES = re.compile(
    r"lumière (?:du salon|de la cuisine|de la chambre)|machine à café"
    r"|volet du salon|porte d['’]entrée|température (?:du salon|de la chambre)"
    r"|chauffage|living room light|kitchen light|bedroom light|coffee machine"
    r"|living room blind|front door|heating",
    re.IGNORECASE,
)


def assert_clean(speech: str, language: str, *, or_empty: bool = False) -> None:
    """Assert that nothing is in a speech that cannot be read aloud.

    It has to be in one language; names of devices are nobody's language.
    """
    assert speech.strip() or or_empty, "there is nothing to say"
    for what, pattern in _UNSPEAKABLE.items():
        found = re.search(pattern, speech, re.MULTILINE)
        assert found is None, f"{what} in what is spoken: {speech!r}"
    other = _WORDS_OF["fr" if language == "en" else "en"]
    foreign = other.search(_NAMES.sub("", speech))
    assert foreign is None, f"{foreign and foreign[0]!r} is not {language}: {speech!r}"
