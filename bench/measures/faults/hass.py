"""A real Home Assistant with Jarvis in it, which is talked to and killed."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
import json
import os
from pathlib import Path
import signal

import yaml

from custom_components.jarvis.const import CONF_SECOND_HOME, DOMAIN
from custom_components.jarvis.local.memos import memo_phrases
from scripts.house import jarvis
from scripts.house.client import HomeAssistant
from scripts.house.config import HOST, INTEGRATION, http_store, onboarding_store
from scripts.house.flows import ENTRIES, Flow, next_step
from scripts.house.server import HouseError, choose_port, environment, home_assistant

from .leaf import PATIENCE_S
from .ledger import Ledger

_OPTIONS = "/api/config/config_entries/options/flow"
_COMPONENTS = ("assist_pipeline", "config", "conversation", "onboarding", "person")
LANGUAGE = "fr"
_REMEMBER = "Souviens-toi que {}"


class Killable:
    """A configuration folder, and Home Assistant in it as often as it is started."""

    def __init__(
        self, folder: Path, house: str, parts: Mapping[str, Path] | None = None
    ) -> None:
        """Write what Home Assistant starts from; `house` is the id it shall have.

        `parts` are integrations of the bench by their names.
        """
        self.folder = folder
        self._port = choose_port(None, 0, any_port=True)
        storage = folder / ".storage"
        storage.mkdir(parents=True)
        settings = {"homeassistant": {"name": "Maison", "language": LANGUAGE}}
        parts = parts or {}
        configuration = settings | dict.fromkeys((*_COMPONENTS, *parts))
        (folder / "configuration.yaml").write_text(
            yaml.safe_dump(configuration), encoding="utf-8"
        )
        for name, store in (
            ("http", http_store(self._port)),
            ("onboarding", onboarding_store()),
            ("core.uuid", {"version": 1, "key": "core.uuid", "data": {"uuid": house}}),
        ):
            (storage / name).write_text(json.dumps(store), encoding="utf-8")
        (folder / "custom_components").mkdir()
        for name, source in {DOMAIN: INTEGRATION, **parts}.items():
            (folder / "custom_components" / name).symlink_to(source)

    async def set_up_with(self, step: str, chosen: Mapping[str, object]) -> None:
        """Set Jarvis up without a model, and choose something in a step."""
        async with self.run() as (client, process):
            await jarvis.set_up(client, jarvis.Wanted([], LANGUAGE, None), anew=True)
            entries = await client.get(f"{ENTRIES}?domain={DOMAIN}")
            start = {"handler": entries[0]["entry_id"]}
            flow: Flow = await client.post(_OPTIONS, start)
            for answer in ({"next_step_id": step}, dict(chosen)):
                flow = await next_step(client, flow, answer, _OPTIONS)
            # What Home Assistant has not saved is not what is looked at here.
            process.terminate()
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()

    @asynccontextmanager
    async def run(
        self,
    ) -> AsyncGenerator[tuple[HomeAssistant, asyncio.subprocess.Process]]:
        """Start it, in a session of its own, and log in; it is gone at the end."""
        prepared = home_assistant(self.folder, self.folder / "output.log")
        with prepared.log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *prepared.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=environment(),
                start_new_session=True,
            )
        try:
            async with HomeAssistant(f"http://{HOST}:{self._port}") as client:
                async with asyncio.timeout(2 * PATIENCE_S):
                    await client.wait_and_log_in()
                yield client, process
        except (HouseError, RuntimeError) as err:
            # Its log goes with its folder.
            raise RuntimeError(prepared.last_lines()) from err
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


class Hass(Killable):
    """A Home Assistant that is told what to remember."""

    def __init__(self, folder: Path, house: str) -> None:
        """Begin with nothing to remember."""
        super().__init__(folder, house)
        self._said = 0
        self._pending: str | None = None
        self.sent: list[str] = []
        """Every text that was to be remembered, once."""

    async def set_up(self, url: str) -> None:
        """Set Jarvis up with a second home."""
        await self.set_up_with(CONF_SECOND_HOME, {CONF_SECOND_HOME: url})

    async def talk(self, ledger: Ledger, seconds: float) -> None:
        """Tell Jarvis what to remember until Home Assistant is killed."""
        async with self.run() as (client, process):
            talking = asyncio.create_task(self._talk(client, ledger))
            await asyncio.sleep(seconds)
            if talking.done():
                talking.result()
            process.kill()
            with suppress(HouseError):
                await talking
            await process.wait()

    async def _talk(self, client: HomeAssistant, ledger: Ledger) -> None:
        """Say one sentence after the other; the one without a reply comes again."""
        noted = memo_phrases(LANGUAGE)["kept"]
        while True:
            if self._pending is None:
                self._said += 1
                self._pending = f"Le tableau {self._said} est dans le couloir"
                self.sent.append(self._pending)
            answer = await client.post(
                "/api/conversation/process",
                {
                    "text": _REMEMBER.format(self._pending),
                    "language": LANGUAGE,
                    "agent_id": "conversation.jarvis",
                },
            )
            speech = answer["response"]["speech"]["plain"]["speech"]
            if speech != noted:
                raise RuntimeError(f"It was not remembered: {speech}")
            ledger.said.add(self._pending)
            self._pending = None
