"""The program: its options, its beginning and its end."""

import asyncio
from pathlib import Path
import sys

from ..clips import FORMAT, recording, say, transcribe
from ..hub import running
from ..process import HERE, WHISPER, Server, figures
from ..wire import Wire

PROGRAM = "jarvis_wyoming.whisper"
MODEL = ("--model", str(WHISPER))
TEXT = "Rappelle-moi de sortir le chien à 15h."


async def run(*flags: str, environ: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the program to its end; return its status and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        PROGRAM,
        *flags,
        cwd=HERE.parent,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_it_finishes_what_was_begun() -> None:
    """Given a client that speaks, when SIGTERM comes, its text still comes."""
    server = Server(PROGRAM, *MODEL)
    await server.start()
    async with Wire(server.port) as wire:
        await wire.send("transcribe", {"language": "fr"})
        await wire.send("audio-start", FORMAT)
        audio = recording("cmd_fr.wav")
        await say(wire, audio[:64000])
        await wire.ask("ping")
        ending = asyncio.create_task(server.end())
        await server.wait_for("ending")
        await say(wire, audio[64000:])
        reply = await wire.ask("audio-stop")

        assert reply.data["text"] == TEXT
        assert await ending == 0


async def test_it_waits_only_so_long_for_the_end() -> None:
    """A client that never ends is told that the server does."""
    server = Server(PROGRAM, *MODEL, "--drain-seconds", "0.2")
    await server.start()
    async with Wire(server.port) as wire:
        await wire.send("audio-start", FORMAT)
        await say(wire, recording("cmd_fr.wav")[:64000])
        await wire.ask("ping")
        assert await server.end() == 0
        assert (await wire.receive()).data["code"] == "shutting-down"


async def test_it_ends_while_a_model_comes(tmp_path: Path) -> None:
    """Given a download that takes for ever, SIGTERM is heard."""
    with running(WHISPER) as hub:
        hub.open.clear()
        where = ("--hub", hub.address, "--model-dir", str(tmp_path))
        server = Server(PROGRAM, "--model", hub.repository, *where)
        await server.start()
        assert await server.end() == 0
        assert "ready" not in server.log


async def test_describe_is_answered_while_a_model_comes(tmp_path: Path) -> None:
    """Given a hub that is slow, the server says what it will be and hears later."""
    with running(WHISPER) as hub:
        hub.open.clear()
        where = ("--hub", hub.address, "--model-dir", str(tmp_path))
        server = Server(PROGRAM, "--model", hub.repository, *where)
        await server.start()
        async with Wire(server.port) as wire:
            program = (await wire.ask("describe")).data["asr"][0]
            assert program["description"].endswith("(loading)")
            assert program["models"][0]["name"] == "model"
            assert program["models"][0]["languages"] == ["en", "fr"]

        waiting = asyncio.create_task(
            transcribe(server.port, recording("cmd_fr.wav"), language="fr")
        )
        hub.open.set()
        assert (await waiting).data["text"] == TEXT
        assert "percent=100" in server.log
        assert await server.end() == 0

    offline = ("--model", hub.repository, "--model-dir", str(tmp_path), "--offline")
    async with Server(PROGRAM, *offline) as server:
        reply = await transcribe(server.port, recording("cmd_fr.wav"))
        assert reply.data["text"] == TEXT


async def test_models_are_fetched_beforehand(tmp_path: Path) -> None:
    """`--fetch` brings them and ends."""
    with running(WHISPER) as hub:
        status, _ = await run(
            *("--fetch", "--hub", hub.address),
            *("--model", hub.repository, "--model-dir", str(tmp_path)),
        )
    assert status == 0
    assert (tmp_path / "small--model" / "model.bin").is_file()


async def test_a_model_that_cannot_be_had(tmp_path: Path) -> None:
    """The program ends and says why."""
    loopback = ("--host", "127.0.0.1", "--port", "0", "--no-zeroconf")
    cases = (
        ("--offline", "--model", "base", "--model-dir", str(tmp_path)),
        ("--model", "no such model"),
        ("--model", "/nowhere/at/all"),
        (*MODEL, "--languages", "xx"),
        (*MODEL, "--turn-model", str(WHISPER / "config.json")),
    )
    for status, out in await asyncio.gather(*(run(*loopback, *case) for case in cases)):
        assert status == 1
        assert "cannot serve" in out
        assert "Traceback" not in out


async def test_a_port_that_is_taken() -> None:
    """The program ends and names it."""
    async with Server(PROGRAM, *MODEL) as server:
        where = ("--host", "127.0.0.1", "--port", str(server.port), "--no-zeroconf")
        status, out = await run(*where, *MODEL)
    assert status == 1
    assert f"127.0.0.1 port {server.port}" in out


async def test_a_variable_that_is_no_option() -> None:
    """The log names it."""
    wrong = {"JARVIS_WHISPER_MODLE": "base"}
    async with Server(PROGRAM, *MODEL, environ=wrong) as server:
        assert "JARVIS_WHISPER_MODLE" in server.log


async def test_several_models_by_language() -> None:
    """A language has its own model, and a model can be named."""
    flags = (*MODEL, "--models", f"fr={WHISPER}/")
    async with Server(PROGRAM, *flags) as server:
        async with Wire(server.port) as wire:
            (program,) = (await wire.ask("describe")).data["asr"]
        languages = [model["languages"] for model in program["models"]]
        assert languages == [["en", "fr"], ["fr"]]
        reply = await transcribe(
            server.port, recording("cmd_fr.wav"), language="fr", name=WHISPER.name
        )
        assert reply.data["text"] == TEXT


async def test_health(free_port: int) -> None:
    """Exit status 0 while it answers, 1 when it does not."""
    where = ("--host", "127.0.0.1", "--port", str(free_port))
    async with Server(PROGRAM, *MODEL, *where):
        assert (await run(*where, "--health"))[0] == 0
    status, out = await run(*where, "--health")
    assert status == 1
    assert f"does not answer host=127.0.0.1 port={free_port}" in out


async def test_health_of_something_else() -> None:
    """Given a page of the web on the port, it is not well, and says so in a line."""

    async def page(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as other:
        port = str(other.sockets[0].getsockname()[1])
        status, out = await run("--host", "127.0.0.1", "--port", port, "--health")
    assert status == 1
    assert "does not answer as it should" in out
    assert "Traceback" not in out


async def test_health_where_only_home_assistant_may_connect(free_port: int) -> None:
    """Given a list of networks without this machine, the server is well."""
    where = ("--host", "127.0.0.1", "--port", str(free_port))
    async with Server(PROGRAM, *MODEL, *where, "--allow", "192.0.2.20"):
        assert (await run(*where, "--health"))[0] == 0


async def test_metrics(free_port: int) -> None:
    """A page for Prometheus and nothing else."""
    async with Server(PROGRAM, *MODEL, "--metrics", f"127.0.0.1:{free_port}") as server:
        await transcribe(server.port, recording("cmd_fr.wav"), language="fr")
        found = await figures(free_port)
        assert found["jarvis_whisper_ready"] == 1
        assert found["jarvis_whisper_connections_total"] == 1
        assert found["jarvis_whisper_real_time_factor_count"] == 1
        assert found['jarvis_whisper_transcription_seconds_bucket{le="+Inf"}'] == 1
        assert 3 < found["jarvis_whisper_audio_seconds_total"] < 4
        async with Wire(free_port) as wire:
            wire.writer.write(b"GET /secret HTTP/1.1\r\n\r\n")
            assert (await wire.reader.readline()).startswith(b"HTTP/1.1 404")


async def test_what_people_say_is_logged_only_on_demand() -> None:
    """Logs have figures; words are for debugging."""
    for flags, expected in (
        ((), False),
        (("--log-speech", "--log-format", "json"), True),
    ):
        async with Server(PROGRAM, *MODEL, "--log-level", "debug", *flags) as server:
            await transcribe(server.port, recording("cmd_fr.wav"), language="fr")
            await server.wait_for("heard")
            assert ("chien" in server.log) is expected


async def test_the_version() -> None:
    """`--version` says it."""
    status, out = await run("--version")
    assert status == 0
    assert out.startswith("jarvis-whisper ")
