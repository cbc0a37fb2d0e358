"""Whatever is wrong with an endpoint, the form says what, and can be corrected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
import socket
from typing import Any

import pytest

from custom_components.jarvis.ollama.endpoint import Endpoint, Timeouts
from homeassistant.core import HomeAssistant

from .conftest import MODEL
from .ollama_server import Kind, Model, ScriptedOllama
from .tls import tls_in_front_of
from .walk import Walk

IMPATIENT = Timeouts(connect=0.5, answer=0.5)


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong with a server, and what the form says of it."""

    kind: Kind
    error: str
    more: dict[str, Any] = field(default_factory=dict)
    name: str = ""


WRONG = [
    Wrong(Kind.DOWN, "unreachable"),
    Wrong(Kind.UNAUTHORIZED, "unauthorized"),
    Wrong(Kind.HTML, "not_ollama"),
    Wrong(Kind.OTHER_JSON, "not_ollama"),
    Wrong(Kind.NOT_OLLAMA, "not_ollama"),
    Wrong(Kind.REDIRECT, "not_ollama"),
    Wrong(Kind.OLD_VERSION, "too_old"),
    Wrong(Kind.STALL, "stalled", name="stalled-at-once"),
    Wrong(Kind.STALL, "stalled", {"path": "/api/tags"}, "stalled-at-the-models"),
    Wrong(Kind.STALL, "stalled", {"path": "/api/show"}, "stalled-at-a-model"),
    Wrong(Kind.CUT, "interrupted", {"path": "/api/version"}, "cut-at-once"),
    Wrong(Kind.CUT, "interrupted", {"path": "/api/tags"}, "cut-at-the-models"),
    Wrong(Kind.BUSY, "busy", {"path": "/api/tags"}),
    Wrong(Kind.RUNNER_DIED, "server_error", {"path": "/api/tags"}),
    Wrong(Kind.BROKEN_LINE, "garbled", {"path": "/api/tags"}, "broken-list"),
    Wrong(Kind.HTML, "garbled", {"path": "/api/tags"}, "html-for-the-models"),
    Wrong(Kind.OTHER_JSON, "garbled", {"path": "/api/tags"}, "json-for-the-models"),
]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let endpoints be waited for in tenths of seconds."""
    monkeypatch.setattr(Endpoint.__init__, "__defaults__", (IMPATIENT,))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name or wrong.kind)
async def test_failure_and_correction(
    bare: HomeAssistant, ollama: ScriptedOllama, wrong: Wrong
) -> None:
    """Each failure is told apart; the same form goes on once all is well."""
    ollama.faults.set(wrong.kind, **wrong.more)

    walk = await Walk.connect(bare, ollama.url, username="somebody")

    assert walk.step == "endpoint"
    assert walk.errors == {"base": wrong.error}
    # What was entered need not be entered again.
    assert walk.suggested == {
        "url": ollama.url,
        "username": "somebody",
        "verify_ssl": True,
    }

    ollama.faults.clear()
    await finish(await walk.fill(), ollama.url)


async def test_redirect_is_not_followed(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Not even to a good Ollama: a token would go wherever somebody points."""
    ollama.faults.set(Kind.REDIRECT, location=f"{spare.url}/api/version")

    walk = await Walk.connect(bare, ollama.url, token="secret")

    assert walk.errors == {"base": "not_ollama"}
    assert not spare.requests


async def test_wrong_port(bare: HomeAssistant, ollama: ScriptedOllama) -> None:
    """Nobody listens at another port."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    walk = await Walk.connect(bare, f"http://127.0.0.1:{port}")

    assert walk.errors == {"base": "unreachable"}
    await finish(await walk.fill(url=ollama.url), ollama.url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "http://",
        "https:",
        "ftp://127.0.0.1:11434",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://me:word@127.0.0.1:11434",
        "me:word@127.0.0.1:11434",
        "http://me@127.0.0.1:11434",
        "http://127.0.0.1:11434/?key=word",
        "http://127.0.0.1:11434/#top",
        "127.0.0.1 11434",
        "127.0.0.1:",
        "http://☃.",
        "http://127.0.0.1:11434\x00",
    ],
)
async def test_invalid_address(
    bare: HomeAssistant, ollama: ScriptedOllama, url: str
) -> None:
    """What is no address, or would show a credential, stands beside its field."""
    walk = await Walk.connect(bare, url)

    assert walk.errors == {"url": "invalid_url"}
    assert not ollama.requests
    await finish(await walk.fill(url=ollama.url), ollama.url)


TOKEN = {"token": "a secret"}
LOGIN = {"username": "me", "password": "a word"}


@pytest.mark.parametrize(
    ("auth", "wrong", "right"),
    [
        pytest.param("a secret", {}, TOKEN, id="no-token"),
        pytest.param("a secret", {"token": "another"}, TOKEN, id="wrong-token"),
        pytest.param(("me", "a word"), {}, LOGIN, id="no-login"),
        pytest.param(
            ("me", "a word"), LOGIN | {"password": "?"}, LOGIN, id="wrong-password"
        ),
        pytest.param(
            ("me", ""), {"username": "you"}, {"username": "me"}, id="no-password"
        ),
    ],
)
async def test_credentials(
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    auth: str | tuple[str, str],
    wrong: dict[str, str],
    right: dict[str, str],
) -> None:
    """A proxy in front of Ollama lets in who has the right credentials."""
    ollama.auth = auth

    walk = await Walk.connect(bare, ollama.url, **wrong)

    assert walk.errors == {"base": "unauthorized"}
    await finish(await walk.fill(**right), ollama.url, **right)


async def test_certificate_of_its_own_making(
    bare: HomeAssistant, ollama: ScriptedOllama, tmp_path: Path
) -> None:
    """A certificate that nobody vouches for is refused until it need not be good."""
    async with tls_in_front_of(ollama.port, tmp_path) as url:
        walk = await Walk.connect(bare, url)
        assert walk.errors == {"base": "tls"}
        assert not ollama.requests
        await finish(await walk.fill(verify_ssl=False), url, verify_ssl=False)
        assert ollama.requests


async def test_tls_where_there_is_none(
    bare: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """With https to a server that speaks http it is TLS that failed."""
    walk = await Walk.connect(bare, ollama.url.replace("http:", "https:"))

    assert walk.errors == {"base": "tls"}
    await finish(await walk.fill(url=ollama.url), ollama.url)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda ollama: ollama.faults.set(Kind.MISSING_MODEL, path="/api/show"),
        lambda ollama: ollama.faults.set(Kind.RUNNER_DIED, path="/api/show"),
    ],
    ids=["gone", "broken"],
)
async def test_model_that_cannot_be_shown(
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    break_it: Callable[[ScriptedOllama], None],
) -> None:
    """One bad model, or one that is removed meanwhile, does not keep Ollama out."""
    ollama.models.install(Model(name="custom-tools:7b"))
    break_it(ollama)

    await finish(await Walk.connect(bare, ollama.url), ollama.url)


async def finish(walk: Walk, url: str, **kept: Any) -> None:
    """Go on to the end, and see what is kept of the endpoint."""
    assert walk.step == "agent"
    entry = (await (await walk.fill(model=MODEL)).fill(pipeline="none")).entry
    (endpoint,) = entry.data["endpoints"]
    endpoint = {key: value for key, value in endpoint.items() if key != "username"}
    kept.pop("username", None)
    assert endpoint == {"url": url, "verify_ssl": True, **kept}
