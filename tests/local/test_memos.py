"""What people say about what Jarvis remembers."""

import pytest

from custom_components.jarvis.local.memos import (
    Memo,
    MemoKind,
    asks_what_was_said,
    correction,
    memo,
)

KEPT = "la clé du portail est dans le tiroir bleu"
TIMES = {
    "la dernière heure",
    "hier",
    "aujourd'hui",
    "depuis 8 heures",
    "depuis ce matin",
    "la semaine dernière",
    "the last hour",
    "today",
    "yesterday",
    "since 8 o'clock",
    "this morning",
    "last week",
}
"""What names a time, in these tests."""

FRENCH = {
    MemoKind.REMEMBER: {
        f"Souviens-toi que {KEPT}": KEPT,
        f"Jarvis, retiens que {KEPT} s'il te plaît": KEPT,
        f"Peux-tu noter que {KEPT} ?": KEPT,
        "N'oublie pas que Léa est végétarienne": "Léa est végétarienne",
        "Note que le plombier s'appelle Marc": "le plombier s'appelle Marc",
        "Rappelez-vous que le bac jaune sort le mardi": "le bac jaune sort le mardi",
        "Sache que je suis allergique aux noix": "je suis allergique aux noix",
    },
    MemoKind.EVERYTHING: {
        "Qu'est-ce que tu sais de moi ?": "",
        "Que sais-tu de nous ?": "",
        "Qu'est-ce que vous avez retenu sur moi ?": "",
        "Dis-moi tout ce que tu sais de moi": "",
        "De quoi te souviens-tu ?": "",
    },
    MemoKind.ABOUT: {
        "Que sais-tu de Léa ?": "Léa",
        "Qu'est-ce que tu as retenu sur la chaudière ?": "la chaudière",
        "Tu te souviens où est la clé ?": "est la clé",
        "Est-ce que tu te souviens de mon anniversaire ?": "mon anniversaire",
        "Dis-moi ce que tu sais sur le jardin": "le jardin",
    },
    MemoKind.SAID: {
        "Qu'est-ce que je t'ai dit sur la chaudière ?": "la chaudière",
        "Qu'est-ce que je t'ai dit sur la chaudière la semaine dernière ?": (
            "la chaudière la semaine dernière"
        ),
        "Qu'est-ce que j'ai dit hier ?": "hier",
        "De quoi avons-nous parlé hier ?": "hier",
        "Quand est-ce que je t'ai parlé du plombier ?": "plombier",
        "Est-ce que je t'ai dit quelque chose sur les poules ?": "les poules",
    },
    MemoKind.BEFORE: {
        "Tu te souvenais de quoi avant ?": "",
        "Qu'est-ce que tu savais avant sur la clé ?": "la clé",
        "De quoi te souvenais-tu avant ?": "",
        "Que croyais-tu avant ?": "",
    },
    MemoKind.FORGET_LAST: {
        "Oublie ce que je viens de dire": "",
        "Efface ce que je viens de te dire": "",
        "Oubliez la dernière chose que je t'ai dite": "",
    },
    MemoKind.FORGET_NEWEST: {
        "Supprime ta dernière note": "",
        "Efface le dernier souvenir": "",
    },
    MemoKind.FORGET_TIME: {
        "Oublie la dernière heure": "la dernière heure",
        "Oublie tout ce que je t'ai dit hier": "hier",
        "Efface tout ce que j'ai dit aujourd'hui": "aujourd'hui",
        "Oublie tout depuis 8 heures": "depuis 8 heures",
        "Oublie nos conversations d'hier": "hier",
        "Oublie ce qui a été dit depuis ce matin": "depuis ce matin",
    },
    MemoKind.FORGET: {
        "Oublie ce que je t'ai dit sur la chaudière": "la chaudière",
        "Oublie que Léa est végétarienne": "Léa est végétarienne",
        "Oublie tout sur le portail": "le portail",
        "Efface tout ce que tu sais sur mon travail": "mon travail",
        "Oublie ce que je t'ai dit hier sur la chaudière": "la chaudière hier",
    },
    MemoKind.FORGET_EVERYTHING: {
        "Oublie tout ce que tu sais de moi": "",
        "Efface toute ta mémoire": "",
    },
    MemoKind.PAUSE: {
        "Ne retiens pas cette conversation": "",
        "Ne note rien": "",
        "Ne retiens pas ça": "",
        "Arrête de retenir ce que je dis": "",
    },
    MemoKind.RESUME: {
        "Tu peux retenir à nouveau": "",
        "Vous pouvez de nouveau noter ce que je dis": "",
        "Recommence à retenir": "",
    },
    MemoKind.OFF_LIMITS: {
        "Ne retiens jamais rien sur ma santé": "ma santé",
        "Ne note plus rien sur mon travail": "mon travail",
        "Je ne veux pas que tu retiennes quoi que ce soit sur Léa": "Léa",
    },
    MemoKind.ALLOW: {
        "Tu peux à nouveau retenir des choses sur ma santé": "ma santé",
        "Tu as le droit de noter ce que je dis sur mon travail": "mon travail",
    },
    MemoKind.LIST_OFF_LIMITS: {
        "Qu'est-ce que tu n'as pas le droit de retenir ?": "",
        "Qu'est-ce que tu ne retiens jamais ?": "",
    },
}
ENGLISH = {
    MemoKind.REMEMBER: {
        "Remember that Ben's birthday is on 3 May": "Ben's birthday is on 3 May",
        "Please note that the plumber is called Marc": "the plumber is called Marc",
        "Remember the yellow bin goes out on Tuesday": (
            "the yellow bin goes out on Tuesday"
        ),
        "Don't forget that Lea is a vegetarian": "Lea is a vegetarian",
        "Can you keep in mind that I am allergic to nuts?": "I am allergic to nuts",
    },
    MemoKind.EVERYTHING: {
        "What do you know about me?": "",
        "Tell me everything you remember about us": "",
        "What have you learned about me?": "",
    },
    MemoKind.ABOUT: {
        "What do you know about the boiler?": "the boiler",
        "Do you remember where the key is?": "the key is",
        "Tell me what you know about Lea": "Lea",
    },
    MemoKind.SAID: {
        "What did I tell you about the boiler?": "the boiler",
        "What did I say about the boiler last week?": "the boiler last week",
        "What did we talk about yesterday?": "yesterday",
        "When did I tell you about the plumber?": "the plumber",
        "Did I mention anything about the chickens?": "the chickens",
    },
    MemoKind.BEFORE: {
        "What did you remember before?": "",
        "What did you think before about the key?": "the key",
    },
    MemoKind.FORGET_LAST: {
        "Forget what I just said": "",
        "Erase the last thing I told you": "",
    },
    MemoKind.FORGET_NEWEST: {"Delete your last note": ""},
    MemoKind.FORGET_TIME: {
        "Forget the last hour": "the last hour",
        "Forget everything I told you today": "today",
        "Erase everything from yesterday": "yesterday",
        "Forget everything since 8 o'clock": "since 8 o'clock",
        "Delete what I said this morning": "this morning",
        "Forget all of last week": "last week",
    },
    MemoKind.FORGET: {
        "Forget what I told you about the boiler": "the boiler",
        "Forget everything about the gate": "the gate",
        "Forget that Lea is a vegetarian": "Lea is a vegetarian",
        "Erase everything you know about my job": "my job",
        "Forget what I told you yesterday about the boiler": "the boiler yesterday",
    },
    MemoKind.FORGET_EVERYTHING: {
        "Forget everything you know about me": "",
        "Erase all my memories": "",
    },
    MemoKind.PAUSE: {
        "Don't remember this conversation": "",
        "Stop remembering what I say": "",
    },
    MemoKind.RESUME: {
        "You can remember again": "",
        "You may keep what I say again": "",
        "Start remembering again": "",
    },
    MemoKind.OFF_LIMITS: {
        "Never remember anything about my health": "my health",
        "Don't keep anything about my job": "my job",
        "I don't want you to store anything about Lea": "Lea",
    },
    MemoKind.ALLOW: {
        "You can remember things about my health again": "my health",
        "You are allowed to store things about my job": "my job",
    },
    MemoKind.LIST_OFF_LIMITS: {
        "What must you not remember?": "",
        "What are you not allowed to keep?": "",
    },
}
NEGATIVES = {
    "fr": (
        "Oublie",
        "Oublie la lumière",
        "Oublie ça",
        "Laisse tomber, oublie",
        "Note du lait sur la liste de courses",
        "Note sur ma liste : du lait",
        "Rappelle-moi de sortir le chien",
        "Rappelle-moi que le train part à 8 heures",
        "N'oublie pas d'éteindre la lumière",
        "N'oublie pas de fermer les volets",
        "Efface la liste de courses",
        "Supprime le minuteur",
        "Supprime le lait de la liste",
        "Garde la lumière allumée",
        "Retiens les volets",
        "Où est la clé du portail ?",
        "Qu'est-ce que tu sais faire ?",
        "Qu'est-ce que tu penses de Léa ?",
        "Et avant ?",
        "Non, allume la lumière",
        "Tu peux allumer à nouveau la lumière",
        "Efface tout sauf la cuisine",
        "Qu'est-ce que j'ai à faire aujourd'hui ?",
        "Allume la lumière",
    ),
    "en": (
        "Forget it",
        "Forget about it",
        "Forget that",
        "Forget the light",
        "Forget the lights in the kitchen",
        "Delete the timer",
        "Delete the milk from the shopping list",
        "Remember to buy milk",
        "Remember to turn off the light",
        "Remember when we met?",
        "Remember me",
        "Remind me to walk the dog",
        "Remind me that the train leaves at 8",
        "Don't forget to close the blinds",
        "Note milk on my list",
        "Keep the light on",
        "Keep the kitchen at 20 degrees",
        "And before?",
        "Stop the music",
        "What do you know how to do?",
        "What do I have to do today?",
        "You can turn on the light again",
        "Never mind",
        "Turn on the light",
    ),
}


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (text, language, Memo(kind, about))
        for language, table in (("fr", FRENCH), ("en", ENGLISH))
        for kind, sentences in table.items()
        for text, about in sentences.items()
    ],
    ids=str,
)
def test_memo(text: str, language: str, wanted: Memo) -> None:
    """The kind, and the words as they were said."""
    assert memo(text, language, names_time=TIMES.__contains__) == wanted


@pytest.mark.parametrize(
    ("text", "language"),
    [(text, language) for language, texts in NEGATIVES.items() for text in texts],
)
def test_none(text: str, language: str) -> None:
    """What only sounds like it is for the house, its lists, or to call things off."""
    assert memo(text, language, names_time=TIMES.__contains__) is None


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Oublie ça", "fr", MemoKind.FORGET_THIS),
        ("Efface cette note", "fr", MemoKind.FORGET_THIS),
        ("Et avant ?", "fr", MemoKind.BEFORE_THIS),
        ("C'était quoi avant ?", "fr", MemoKind.BEFORE_THIS),
        ("Forget that", "en", MemoKind.FORGET_THIS),
        ("Forget this", "en", MemoKind.FORGET_THIS),
        ("What was it before?", "en", MemoKind.BEFORE_THIS),
    ],
)
def test_about_the_memory_just_before(text: str, language: str, kind: MemoKind) -> None:
    """Words that mean something only where a memory was just kept or told."""
    assert memo(text, language, after_memory=True) == Memo(kind)
    assert memo(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Non, c'est mardi", "fr", "c'est mardi"),
        ("En fait la clé est dans le tiroir rouge", "fr", "la clé est dans le tiroir"),
        ("C'est faux, il s'appelle Tom", "fr", "il s'appelle Tom"),
        ("Je me suis trompé, c'est le 5 mai", "fr", "c'est le 5 mai"),
        ("Mardi plutôt", "fr", "Mardi"),
        ("Actually it's in the red drawer", "en", "it's in the red drawer"),
        ("That's wrong, it's Tuesday", "en", "it's Tuesday"),
        ("No, the red drawer", "en", "the red drawer"),
        ("Tuesday actually", "en", "Tuesday"),
    ],
)
def test_correction(text: str, language: str, value: str) -> None:
    """What is to stand in the place of what was wrong."""
    assert any(one.startswith(value) for one in correction(text, language))


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("Quand est-ce que je t'ai dit que la chaudière fuit ?", "fr", True),
        ("Est-ce qu'on a parlé de la chaudière ?", "fr", True),
        ("When did I say that the boiler leaks?", "en", True),
        ("Où est la clé ?", "fr", False),
        ("I told you that the boiler leaks", "en", False),
    ],
)
def test_asks_what_was_said(text: str, language: str, asks: bool) -> None:
    """A question about the past, in whatever words."""
    assert asks_what_was_said(text, language) is asks
