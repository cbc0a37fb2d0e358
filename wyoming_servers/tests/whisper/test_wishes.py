"""What a client asks for, within bounds."""

import pytest
from wyoming.event import Event

from jarvis_wyoming.server.errors import ServerError
from jarvis_wyoming.whisper.config import WhisperSettings
from jarvis_wyoming.whisper.wishes import Request, read_request

SETTINGS = WhisperSettings(languages=("en-GB", "fr"))


def read(**data: object) -> Request:
    """Read a request."""
    return read_request(Event("transcribe", data), SETTINGS)


@pytest.mark.parametrize("language", ["fr", "fr-FR", "fr_CA", " FR "])
def test_regions_do_not_matter(language: str) -> None:
    """Whisper has languages."""
    assert read(language=language).given == "fr"


@pytest.mark.parametrize("language", [None, "", "auto", "*"])
def test_no_language_is_any_of_the_configured(language: str | None) -> None:
    """It is found by ear."""
    assert read(language=language).languages == ("en", "fr")
    assert read(language=language).given is None


def test_another_language_is_refused() -> None:
    """Limited to those that are spoken here."""
    with pytest.raises(ServerError) as caught:
        read(language="de")
    assert caught.value.code == "unsupported-language"


def test_names_come_before_terms_and_are_bounded() -> None:
    """Each once, none longer than a line."""
    request = read(
        transcript_names=["Salon", " Salon ", "x" * 500, 3, ""],
        transcript_terms=[f"term {number}" for number in range(500)],
    )
    assert request.names[0] == "Salon"
    assert len(request.names) == 150
    assert max(map(len, request.names)) == 60


def test_the_prompt_is_in_the_language() -> None:
    """A French one for French; what was said before and the names beside it."""
    request = read(transcript_names=["Salon"], context={"prompt": "Quelle pièce ?"})
    wish = request.wish(SETTINGS)
    assert wish.prompts["fr"].startswith("Une commande")
    assert wish.prompts["fr"].endswith("Quelle pièce ?")
    assert wish.prompts["en"].startswith("A spoken")
    assert wish.names == "Salon"


def test_the_owners_prompt_replaces_ours() -> None:
    """As the settings say."""
    settings = WhisperSettings(prompt={"fr": "Chez nous."})
    assert read(language="fr").wish(settings).prompts == {"fr": "Chez nous."}


def test_nonsense_is_passed_over() -> None:
    """A client's other fields may be anything."""
    request = read(context=[1], vad_sensitivity={}, transcript_names="x", name=4)
    assert request == Request(languages=("en", "fr"))
