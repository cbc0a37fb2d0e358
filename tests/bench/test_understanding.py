"""The benchmark of understanding tells right, declined and wrong apart."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.measures.understanding import intents
from bench.measures.understanding.case import Case, Judged, Timer, Turn, says
from homeassistant.helpers.intent import IntentResponse, IntentResponseErrorCode
from tests.devices import Call

from .conftest import Bench

HOME = {
    "areas": [{"name": "Mill", "id": "mill", "floor": "Ground"}],
    "devices": [{"name": "Speaker", "id": "speaker", "area": "mill"}],
    "entities": [
        {"name": "Mill lamp", "id": "light.mill_lamp", "area": "mill", "state": False},
        {"name": "Mill pump", "id": "switch.mill_pump", "area": "mill", "state": False},
    ],
}
OLD = {
    "areas": [{"name": "Mill", "id": "mill", "floor": "ground"}],
    "floors": [{"name": "Ground", "id": "ground"}],
    "entities": HOME["entities"],
}
ON = {"state": "on"}
UNKNOWN = "Glibber the quux of yesterday"


def assist(identity: str, utterance: str, **more: object) -> dict[str, Any]:
    """Write a case with its changes, or its answers."""
    plain = dict.fromkeys(
        ("setup", "expect_changes", "expect_response", "context_device", "context_now")
    )
    told = {
        "id": identity,
        "lang": "en",
        "home": "mill",
        "utterance": utterance,
        "broken": False,
        "ignore_changes": {},
    }
    return {**plain, **told, **more}


def pile(identity: str, sentence: str, target: str) -> dict[str, Any]:
    """Write a literal command to turn something on."""
    things = [("light.mill", "Mill lamp"), ("light.barn", "Barn lamp")]
    home = [
        {"key": key, "domain": "light", "name": name, "area": key, "device_class": None}
        for key, name in things
    ]
    return {
        "id": f"piles/en/{identity}",
        "lang": "en",
        "sentence": sentence,
        "expect": {"domain": "light", "service": "turn_on", "target": target},
        "has_ha_intent": identity != "extra",
        "home": home,
    }


def sentence(src: str, text: str, intent: str, **slots: object) -> dict[str, Any]:
    """Write a sentence with its intent."""
    return {
        "id": f"{src}/{text}",
        "src": src,
        "lang": "en",
        "sentence": text,
        "intent": intent,
        "slots": slots,
        "response": "Done",
        "fixture": "old" if src == "ha2507" else "new",
    }


LAMP = {"light.mill_lamp": ON}
CASES = [
    [
        assist("assist/1", "Turn on the mill lamp", expect_changes=LAMP),
        assist("assist/2", UNKNOWN, expect_changes=LAMP),
        assist("assist/3", "Turn on the mill pump", expect_changes=LAMP),
        assist("assist/4", "Turn on the mill lamp", expect_changes={}),
        assist("assist/5", "Turn on the mill lamp", broken=True),
        assist("questions/1", "Is the mill lamp on?", expect_response=["yes"]),
        assist("questions/2", "Is the mill lamp on?", expect_response=["no", "off"]),
        assist("questions/3", UNKNOWN, expect_response=["not", "no"]),
    ],
    [
        pile("1", "Turn on the mill lamp", "light.mill"),
        pile("2", "Turn on the barn lamp", "light.mill"),
        pile("3", UNKNOWN, "light.mill"),
        pile("extra", "Turn on the barn lamp", "light.barn"),
    ],
    [
        sentence(
            "ohf2608", "turn on the lights in the mill", "HassTurnOn", area="Mill"
        ),
        sentence("ohf2608", UNKNOWN, "HassTurnOn", area="Mill"),
        sentence("ha2507", "turn on the mill lamp", "HassTurnOn", name="Mill lamp"),
        sentence("ha2507", "turn on the mill pump", "HassTurnOn", name="Mill lamp"),
        sentence("ha2507", "turn on mill lamp", "HassTurnOff", name="Mill lamp"),
        sentence("ha2507", UNKNOWN, "HassTurnOn", name="Mill lamp"),
    ],
]
CASES[0][5]["setup"] = CASES[0][6]["setup"] = LAMP


async def test_figures(bench: Bench, tmp_path: Path) -> None:
    """Given cases of each kind, the shares are those of what was done."""
    homes = tmp_path / "homes.json"
    homes.write_text(json.dumps({"mill": HOME, "old": OLD, "new": {}}), "utf-8")
    files = [tmp_path / f"{number}.jsonl" for number in range(len(CASES))]
    for path, cases in zip(files, CASES, strict=True):
        path.write_text("\n".join(map(json.dumps, cases)), "utf-8")
    chosen = ["--cases", *map(str, files), "--homes", str(homes), "--no-times"]

    figures, table = await bench("understanding", *chosen, "--misses")

    def shares(name: str) -> list[float]:
        """Return the shares of a set, and of how many cases they are."""
        kinds = ("right", "declined", "wrong", "cases")
        return [figures[f"{name}.{kind}"] for kind in kinds]

    assert shares("assist") == [0.25, 0.25, 0.5, 4]
    assert shares("questions") == pytest.approx([1 / 3] * 3 + [3], abs=1e-4)
    assert shares("piles_en") == pytest.approx([1 / 3] * 3 + [3], abs=1e-4)
    assert shares("piles_en_all") == [0.5, 0.25, 0.25, 4]
    assert shares("today_en") == [1, 0, 0, 1]
    assert figures["today_en.unscored"] == 1
    assert shares("ha2507") == shares("ha2507_en") == [0.25, 0.25, 0.5, 4]
    assert figures["all.cases"] == 16
    assert figures["all.wrong"] == pytest.approx(6 / 16)
    # The reply to a question changes nothing.
    assert figures["wrong_actions"] == pytest.approx(5 / 16)
    assert "assist.right" in table

    figures, _ = await bench("understanding", *chosen[:-1], "--only", "assist/1")
    assert figures["assist.right"] == figures["all.cases"] == 1


LIT = {"light.thing_light": ("on", {"friendly_name": "Thing light"})}
DARK = {"light.thing_light": ("off", {"friendly_name": "Thing light"})}
CALL = Call("light", "turn_on", ("light.thing_light",), {})


def turn(speech: str, *, lit: bool = False, error: bool = False, **more: Any) -> Turn:
    """Make what came of a sentence."""
    response = IntentResponse("en")
    if error:
        response.async_set_error(IntentResponseErrorCode.NO_INTENT_MATCH, speech)
    response.async_set_speech(speech)
    calls = [CALL] if lit else []
    return Turn(response, calls, DARK, LIT if lit else DARK, **more)


class Said:
    """Replies what it is told to."""

    def __init__(self, mine: Turn, strict: Turn | None) -> None:
        """Take what Jarvis and what Home Assistant do."""
        self._mine, self._strict = mine, strict

    async def say(self, case: Case) -> Turn:
        """Return what Jarvis does."""
        return self._mine

    async def strict(self, case: Case) -> Turn | None:
        """Return what Home Assistant does."""
        return self._strict

    async def called(
        self, case: Case, service: str, target: str, data: dict[str, Any]
    ) -> Turn:
        """Return what Home Assistant does."""
        raise NotImplementedError


RUNNING = Timer("tea", 300, True, "", "")
DONE = turn("Turned on the lights", lit=True)
TODAY = [
    ("HassTurnOn", DONE, DONE, "right", False),
    ("HassTurnOn", turn("Sorry", error=True), DONE, "declined", False),
    ("HassTurnOn", turn("Which one?"), DONE, "declined", False),
    ("HassTurnOn", turn("Done"), DONE, "wrong", False),
    ("HassTurnOn", DONE, None, "unscored", False),
    ("HassGetState", turn("Yes, it is"), turn("Yes"), "right", False),
    ("HassGetState", turn("No"), turn("Yes"), "wrong", False),
    ("HassGetState", turn("12 degrees"), turn("It is 12.5 degrees"), "wrong", False),
    ("HassGetState", turn("None"), turn("Thing light"), "wrong", False),
    ("HassGetState", DONE, turn("Yes"), "wrong", True),
    (
        "HassStartTimer",
        turn("Fine", timers=[RUNNING]),
        turn("Set", timers=[RUNNING._replace(seconds=299)]),
        "right",
        False,
    ),
    (
        "HassStartTimer",
        turn("Fine", timers=[RUNNING._replace(seconds=30)]),
        turn("Set", timers=[RUNNING]),
        "wrong",
        True,
    ),
]


@pytest.mark.parametrize(("intent", "mine", "strict", "verdict", "acted"), TODAY)
async def test_beside_strict(
    intent: str, mine: Turn, strict: Turn | None, verdict: str, acted: bool
) -> None:
    """Given what Home Assistant's own sentences do, Jarvis has to do the same."""
    data = sentence("ohf2608", "some words", intent)
    case = intents.read(data, {"new": {}})
    judged: Judged = await case.judge(case, Said(mine, strict))
    assert (judged.verdict, judged.is_wrong_action) == (verdict, acted)


def test_words() -> None:
    """A word is only there as a whole."""
    assert says("It is 55 %.", "55%")
    assert says("Yes.", "yes")
    assert not says("I do not know", "no")
    assert not says("155%", "55%")
