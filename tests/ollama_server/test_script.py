"""The rules of a script: which of them answers, and what it says."""

from typing import Any

import pytest

from .asked import Turn
from .layouts import Call
from .prompt import fit
from .script import DEFAULT_SCRIPT, Script, ScriptError, load_script, token_chunks

TURN_ON = "intent__HassTurnOn"
LIVE = "homeassistant__GetLiveContext"
CONTEXT = '<context at="08:00">\n- Lampe (Salon): on\n- Poêle: 19.5 °C\n</context>\n'
DONE = '{"data": {"success": [{"name": "Lampe", "id": "light.a"}], "failed": []}}'
REFUSED = '{"data": {"error": "no such name"}, "error": true}'


def a_turn(
    said: str, *results: str, model: str = "gemma4:12b", tools: bool = True
) -> Turn:
    """Give the turn of a person's words and the results that came since."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are a voice."},
        {"role": "user", "content": said},
    ]
    for result in results:
        messages.append({"role": "assistant", "content": ""})
        messages.append({"role": "tool", "content": result})
    offered = [{"function": {"name": name}} for name in (TURN_ON, LIVE)]
    return Turn.of(model, fit(messages, [], 4096), offered if tools else [])


def said_by(script: Script | list[Any], turn: Turn) -> str | None:
    """Give the words that a script answers."""
    script = script if isinstance(script, Script) else load_script(script)
    reply = script.reply(turn)
    return None if reply is None else "".join(reply.content)


def called_by(script: Script | list[Any], turn: Turn) -> list[Call]:
    """Give the calls that a script answers."""
    script = script if isinstance(script, Script) else load_script(script)
    reply = script.reply(turn)
    assert reply is not None
    return list(reply.calls)


def test_the_first_rule_that_holds_answers() -> None:
    """Rules are asked in their order; without any there is no reply."""
    rules = [{"said": "lampe", "say": "one"}, {"said": "lampe|feu", "say": "two"}]
    assert said_by(rules, a_turn("Ma LAMPE")) == "one"
    assert said_by(rules, a_turn("Le feu")) == "two"
    assert said_by(rules, a_turn("La porte")) is None


def test_said_sees_only_the_words_behind_the_context_block() -> None:
    """What Jarvis puts in front of the words is not what the person said."""
    rules = [{"said": "^Poêle", "say": "heard"}, {"said": "^Bonjour$", "say": "hello"}]
    assert said_by(rules, a_turn(f"{CONTEXT}Bonjour")) == "hello"
    assert said_by(rules, a_turn("Bonjour")) == "hello"
    assert said_by(rules, a_turn("Poêle")) == "heard"


@pytest.mark.parametrize(
    ("condition", "holds", "does_not"),
    [
        ({"prompt": "a voice"}, a_turn("x"), Turn(prompt="nothing")),
        ({"round": 0}, a_turn("x"), a_turn("x", DONE)),
        ({"round": 1}, a_turn("x", DONE), a_turn("x", DONE, DONE)),
        ({"round": "1+"}, a_turn("x", DONE, DONE), a_turn("x")),
        ({"result": "Lampe"}, a_turn("x", DONE), a_turn("x", DONE, REFUSED)),
        ({"failed": True}, a_turn("x", REFUSED), a_turn("x", DONE)),
        ({"failed": False}, a_turn("x"), a_turn("x", REFUSED)),
        ({"model": "gemma4:*"}, a_turn("x"), a_turn("x", model="qwen3.5:4b")),
        ({"tools": True}, a_turn("x"), a_turn("x", tools=False)),
        ({"tools": False}, a_turn("x", tools=False), a_turn("x")),
    ],
)
def test_conditions(condition: dict[str, Any], holds: Turn, does_not: Turn) -> None:
    """Each condition holds where it should and only there."""
    rules = [{**condition, "say": "yes"}]
    assert said_by(rules, holds) == "yes"
    assert said_by(rules, does_not) is None


def test_only_the_newest_question_counts() -> None:
    """Results and words of an earlier question are history."""
    messages = [
        {"role": "user", "content": "La lampe"},
        {"role": "tool", "content": DONE},
        {"role": "assistant", "content": "Oui."},
        {"role": "user", "content": "Merci"},
    ]
    turn = Turn.of("m", fit(messages, [], 4096), [])
    assert (turn.said, turn.round, turn.results) == ("Merci", 0, "")
    assert "Lampe" in turn.prompt


def test_parallel_results_count_each() -> None:
    """Two results of one round of calls are both seen; one error is enough."""
    messages = [
        {"role": "user", "content": "Les lampes"},
        {"role": "assistant", "content": ""},
        {"role": "tool", "content": REFUSED},
        {"role": "tool", "content": DONE},
    ]
    turn = Turn.of("m", fit(messages, [], 4096), [])
    assert turn.round == 2
    assert turn.failed
    assert "Lampe" in turn.results


def test_a_rule_used_once_is_spent() -> None:
    """The next time, the next rule answers."""
    script = load_script([{"once": True, "say": "first"}, {"say": "then"}])
    assert [said_by(script, a_turn("x")) for _ in range(3)] == ["first", "then", "then"]


def test_groups_of_the_words() -> None:
    """Named groups are filled into speech and arguments, other braces stay."""
    rules = [
        {
            "said": r"allume (?P<name>.+)",
            "say": "{name}, {other}",
            "call": [{"name": "HassTurnOn", "arguments": {"name": ["{name}", 1]}}],
        }
    ]
    turn = a_turn("Allume la lampe")
    assert said_by(rules, turn) == "la lampe, {other}"
    assert called_by(rules, turn) == [Call(TURN_ON, {"name": ["la lampe", 1]})]


def test_a_fact_is_said_only_where_it_stands() -> None:
    """Without the fact the rule asks a tool; with it, it speaks."""
    rules = [
        {
            "said": r"le (?P<name>poêle)",
            "needs": r"{name}: (?P<value>[\d.]+)",
            "say": "{value} degrés",
            "otherwise": {"call": [{"name": "GetLiveContext"}]},
        }
    ]
    assert said_by(rules, a_turn(f"{CONTEXT}Et le poêle ?")) == "19.5 degrés"
    assert called_by(rules, a_turn("Et le poêle ?")) == [Call(LIVE, {})]


def test_a_fact_without_an_otherwise_is_a_condition() -> None:
    """Such a rule leaves the answer to the next one."""
    rules = [{"needs": "Lampe.*: on", "say": "on"}, {"say": "who knows"}]
    assert said_by(rules, a_turn(f"{CONTEXT}La lampe ?")) == "on"
    assert said_by(rules, a_turn("La lampe ?")) == "who knows"


def test_groups_of_a_result() -> None:
    """A result can be quoted, also text that lies escaped in JSON."""
    rules = [{"result": r"^  state: '(?P<state>\w+)'", "say": "It is {state}."}]
    result = '{"data": {"result": "- names: Lampe\\n  state: \'off\'\\n"}}'
    assert said_by(rules, a_turn("x", result)) == "It is off."


def test_names_of_tools_are_completed_unless_exact() -> None:
    """A short name finds the tool that is offered; an exact one stays wrong."""
    calls = [
        {"name": "HassTurnOn"},
        {"name": "HassTurnOn", "exact": True},
        {"name": "Unknown", "arguments": {}},
    ]
    called = called_by([{"call": calls}], a_turn("x"))
    assert [call.name for call in called] == [TURN_ON, "HassTurnOn", "Unknown"]


def test_what_is_said_comes_in_chunks() -> None:
    """A text is cut like tokens, a list is sent as it is, raw text is not filled."""
    text = "  Déjà vu :\n- interminablement  "
    assert "".join(token_chunks(text)) == text
    assert max(len(chunk.strip()) for chunk in token_chunks(text)) <= 6
    rules = [{"said": "(?P<a>x)", "say": ["{a}", "b c"], "raw": '{"a": 1}'}]
    reply = load_script(rules).reply(a_turn("x"))
    assert reply is not None
    assert reply.content[:2] == ("x", "b c")
    assert "".join(reply.content[2:]) == '{"a": 1}'


@pytest.mark.parametrize(
    "rules",
    [
        "say: not a list",
        "- just words",
        "- say: x\n  sayd: y",
        "- said: x",
        "- said: '('\n  say: x",
        "- empty: true\n  say: x",
        "- call: [{arguments: {}}]",
        "- call: [{name: x, args: {}}]",
        "- say: x\n  round: many",
        "- say: x\n  otherwise: {say: y}",
        "- say: {a: b}",
    ],
)
def test_mistakes_in_a_script_are_told(rules: str) -> None:
    """A script that cannot mean what it says is refused."""
    with pytest.raises(ScriptError):
        load_script(rules)


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        (DONE, False),
        (REFUSED, True),
        ('{"success": false}', True),
        ('{"data": {"response_type": "error"}}', True),
        ('{"data": {"data": {"failed": [{"name": "x"}]}}, "error": false}', True),
        ('{"result": {"error": "again"}}', True),
        ("Error: no such thing", True),
        ("no error here", False),
        ('["error"]', False),
    ],
)
def test_which_results_are_errors(result: str, failed: bool) -> None:
    """An error is known by what Home Assistant and Jarvis say of one."""
    assert a_turn("x", result).failed is failed


DEFAULT_CALLS = [
    ("Allume la lumière du salon", TURN_ON, "lumière du salon"),
    ("Peux-tu allumer les lampes, s'il te plaît ?", TURN_ON, "lampes"),
    ("Allume l’aspirateur.", TURN_ON, "aspirateur"),
    ("Turn on the kitchen light, please", TURN_ON, "kitchen light"),
    ("Switch the coffee machine on", TURN_ON, "coffee machine"),
    ("Est-ce que la lampe est allumée ?", LIVE, "lampe"),
    ("Is the front door locked?", LIVE, "front door"),
    ("Quelle est la température de la cave ?", LIVE, "température de la cave"),
]


@pytest.mark.parametrize(("said", "tool", "name"), DEFAULT_CALLS)
def test_the_default_script_calls_tools(said: str, tool: str, name: str) -> None:
    """Commands and questions lead to the tool, in both languages."""
    calls = called_by(load_script(DEFAULT_SCRIPT), a_turn(said))
    assert calls[0].name == tool
    assert calls[0].arguments["name"] == name


@pytest.mark.parametrize(
    ("said", "result", "words"),
    [
        ("Allume la lampe", DONE, "j'ai allumé ce que tu voulais : Lampe"),
        ("Turn off the lamp", DONE, "I have turned off what you wanted: Lampe"),
        ("Allume la lampe", REFUSED, "ça n'a pas marché"),
        ("Turn on the lamp", REFUSED, "that did not work"),
    ],
)
def test_the_default_script_says_what_happened(
    said: str, result: str, words: str
) -> None:
    """A success is confirmed at some length, an error is told."""
    speech = said_by(load_script(DEFAULT_SCRIPT), a_turn(said, result))
    assert speech is not None
    assert words in speech
    assert len(speech) > 60


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{CONTEXT}Est-ce que la lampe est allumée ?", "c'est allumé"),
        ("Bonjour", "Bonjour"),
        ("Hello there", "Hello!"),
        ("Que dis-tu ?", "Je n'ai pas bien compris"),
        ("Mumble", "I did not quite understand"),
    ],
)
def test_the_default_script_talks(said: str, words: str) -> None:
    """Facts of the context block, small talk, and a way out in either language."""
    speech = said_by(load_script(DEFAULT_SCRIPT), a_turn(said))
    assert speech is not None
    assert words in speech


def test_without_tools_nothing_is_called() -> None:
    """Where no tools are offered, the default script only talks."""
    turn = a_turn("Turn on the lamp", tools=False)
    assert called_by(load_script(DEFAULT_SCRIPT), turn) == []
