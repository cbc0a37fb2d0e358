"""What people say about what Jarvis remembers."""

import pytest

from custom_components.jarvis.local.memos import Memo, MemoKind, memo

KEPT = "la clé du portail est dans le tiroir bleu"


@pytest.mark.parametrize(
    ("text", "language", "kind", "about"),
    [
        (f"Souviens-toi que {KEPT}", "fr", MemoKind.REMEMBER, KEPT),
        (f"Jarvis, retiens que {KEPT} s'il te plaît", "fr", MemoKind.REMEMBER, KEPT),
        (f"Peux-tu noter que {KEPT} ?", "fr", MemoKind.REMEMBER, KEPT),
        (
            "N'oublie pas que Léa est végétarienne",
            "fr",
            MemoKind.REMEMBER,
            "Léa est végétarienne",
        ),
        ("Qu'est-ce que tu sais de moi ?", "fr", MemoKind.EVERYTHING, ""),
        (
            "Qu'est-ce que je t'ai dit sur la chaudière ?",
            "fr",
            MemoKind.ABOUT,
            "la chaudière",
        ),
        ("Que sais-tu de Léa ?", "fr", MemoKind.ABOUT, "Léa"),
        (
            "Oublie ce que je t'ai dit sur la chaudière",
            "fr",
            MemoKind.FORGET,
            "la chaudière",
        ),
        (
            "Oublie que Léa est végétarienne",
            "fr",
            MemoKind.FORGET,
            "Léa est végétarienne",
        ),
        ("Oublie tout ce que tu sais de moi", "fr", MemoKind.FORGET_EVERYTHING, ""),
        ("Oublie ce que je viens de dire", "fr", MemoKind.FORGET_LAST, ""),
        ("Ne retiens pas cette conversation", "fr", MemoKind.PAUSE, ""),
        (
            "Remember that Ben's birthday is on 3 May",
            "en",
            MemoKind.REMEMBER,
            "Ben's birthday is on 3 May",
        ),
        ("What did I tell you about the boiler?", "en", MemoKind.ABOUT, "the boiler"),
        ("What do you know about me?", "en", MemoKind.EVERYTHING, ""),
        ("Forget everything you know about me", "en", MemoKind.FORGET_EVERYTHING, ""),
        (
            "Forget what I told you about the boiler",
            "en",
            MemoKind.FORGET,
            "the boiler",
        ),
        ("Don't remember this conversation", "en", MemoKind.PAUSE, ""),
        ("Oublie", "fr", None, ""),
        ("Forget it", "en", None, ""),
        ("Turn on the light", "en", None, ""),
        ("Où est la clé du portail ?", "fr", None, ""),
    ],
)
def test_memo(text: str, language: str, kind: MemoKind | None, about: str) -> None:
    """The kind, and the words as they were said."""
    assert memo(text, language) == (Memo(kind, about) if kind else None)
