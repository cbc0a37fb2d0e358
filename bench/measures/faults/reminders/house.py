"""A real Home Assistant that is asked for reminders by voice and by action."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
import random
from typing import Any

from custom_components.jarvis.const import CONF_REPEAT_MINUTES, CONF_REPEATS, DOMAIN
from scripts.house.client import HomeAssistant
from scripts.house.server import HouseError

from ..hass import LANGUAGE, Killable
from ..leaf import PATIENCE_S
from .ears import LAMPS
from .ears.log import How, Log
from .ledger import Ledger

_HOUSE = "5e0fa018"
_EARS = Path(__file__).with_name("ears")
_DOING = (
    *("laver", "vider", "ranger", "peindre", "trier", "porter", "montrer"),
    *("recoudre", "plier", "compter", "coller", "emballer", "repasser"),
)
_THINGS = (
    *("la valise", "le tapis", "la nappe", "le panier", "les bottes", "la tente"),
    *("le manteau", "la caisse", "les gants", "le coussin", "la veste", "le cadre"),
)
_IN_SECONDS = (1, 2, 3)
_POLL_S = 0.1


class House:
    """A house that is asked for reminders until it is killed."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        """Begin with an empty house."""
        self._hass = Killable(folder, _HOUSE, {"ears": _EARS})
        self._dice = dice
        pairs = [f"{doing} {thing}" for doing, thing in product(_DOING, _THINGS)]
        dice.shuffle(pairs)
        self._words: Iterator[str] = iter(pairs)

    async def set_up(self) -> None:
        """Set Jarvis up so that each reminder is told once."""
        chosen = {CONF_REPEATS: 0, CONF_REPEAT_MINUTES: 1}
        await self._hass.set_up_with("reminders", chosen)

    async def talk(self, log: Log, seconds: float) -> None:
        """Ask for reminders until Home Assistant is killed."""
        async with self._hass.run() as (client, process):
            talk = _Talk(client, log, self._dice, self._words)
            talking = asyncio.create_task(talk.go_on())
            await asyncio.sleep(seconds)
            if talking.done():
                talking.result()
            process.kill()
            with suppress(HouseError):
                await talking
            await process.wait()


class _Talk:
    """Somebody who asks for one thing after the other."""

    def __init__(
        self,
        client: HomeAssistant,
        log: Log,
        dice: random.Random,
        words: Iterator[str],
    ) -> None:
        self._client = client
        self._log = log
        self._dice = dice
        self._words = words

    async def go_on(self) -> None:
        """Ask until nobody is there any more."""
        scenes = (self._several, self._put_off_by_action, self._put_off_by_voice)
        while True:
            await self._dice.choice(scenes)()

    async def _several(self) -> None:
        """Ask for several things at the same time."""
        asking: list[Callable[[], Awaitable[object]]] = [
            *(self._by_voice, self._by_action, self._by_voice),
            *(self._command_by_voice, self._command_by_action),
        ]
        self._dice.shuffle(asking)
        async with asyncio.TaskGroup() as at_once:
            for ask in asking:
                at_once.create_task(_unless_gone(ask))
        await asyncio.sleep(self._dice.uniform(0, 1))

    async def _put_off_by_action(self) -> None:
        """Put off what is being said, or was said just now."""
        what, reminder_id = await self._by_action()
        await self._delivered(what)
        await asyncio.sleep(self._dice.uniform(0, 0.6))
        data = {"id": reminder_id, "when": self._soon()}
        await self._promised(what, lambda: self._act("snooze", data))

    async def _put_off_by_voice(self) -> None:
        """Put off what was said just now, and nothing else."""
        await self._all_delivered()
        # What was told in the last minutes would be put off as well.
        await self._say("C'est fait")
        what = await self._by_voice()
        await self._delivered(what)
        # Words are about what was said, not about what is being said.
        await asyncio.sleep(1)
        said = f"Rappelle-le moi {self._soon()}"
        await self._promised(what, lambda: self._say(said), "D'accord")

    async def _by_voice(self) -> str:
        what = next(self._words)
        said = f"Rappelle-moi de {what} {self._soon()}"
        await self._promised(what, lambda: self._say(said), "C'est noté")
        return what

    async def _by_action(self) -> tuple[str, str]:
        what = next(self._words)
        data = {"text": what, "when": self._soon()}
        answer = await self._promised(what, lambda: self._act("remind", data))
        return what, answer["service_response"]["id"]

    async def _command_by_voice(self) -> None:
        if lamp := self._free_lamp():
            said = f"Allume la {lamp} {self._soon()}"
            await self._promised(lamp, lambda: self._say(said), "Entendu")

    async def _command_by_action(self) -> None:
        if lamp := self._free_lamp():
            text = f"Éteins la {lamp}"
            data = {"text": text, "when": self._soon(), "command": True}
            await self._promised(lamp, lambda: self._act("remind", data))

    def _free_lamp(self) -> str | None:
        """Return a lamp of which nothing can come any more."""
        ledger = self._ledger()
        free = [one for one in LAMPS if ledger.is_free(one)]
        return self._dice.choice(free) if free else None

    async def _promised[T](
        self,
        what: str,
        ask: Callable[[], Awaitable[T]],
        begins: str | None = None,
    ) -> T:
        """Ask for something; its answer is a promise."""
        self._log.note(How.ASKED, what)
        answer = await ask()
        if begins is not None and not str(answer).startswith(begins):
            raise RuntimeError(f"It was not promised: {what}, {answer}")
        self._log.note(How.PROMISED, what)
        return answer

    async def _delivered(self, what: str) -> None:
        await self._until(lambda ledger: ledger.is_delivered(what))

    async def _all_delivered(self) -> None:
        """Wait for all that is noted, promised or not."""
        answer = await self._act("list_reminders", {})
        noted = [one["text"] for one in answer["service_response"]["reminders"]]
        await self._until(
            lambda ledger: (
                not ledger.counted().missing
                and all(ledger.is_about_delivered(what) for what in noted)
            )
        )

    async def _until(self, is_so: Callable[[Ledger], bool]) -> None:
        """Wait for what was promised, with Home Assistant being there."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so(self._ledger()):
                # Where it is gone this raises.
                await self._client.get("/api/")
                await asyncio.sleep(_POLL_S)

    def _ledger(self) -> Ledger:
        return Ledger.of(self._log.lines())

    def _soon(self) -> str:
        return f"dans {self._dice.choice(_IN_SECONDS)} secondes"

    async def _act(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/services/{DOMAIN}/{name}?return_response"
        answer: dict[str, Any] = await self._client.post(path, data)
        return answer

    async def _say(self, text: str) -> str:
        answer = await self._client.post(
            "/api/conversation/process",
            {"text": text, "language": LANGUAGE, "agent_id": "conversation.jarvis"},
        )
        return str(answer["response"]["speech"]["plain"]["speech"])


async def _unless_gone(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask; that nobody is there any more is found by whoever asks next."""
    with suppress(HouseError):
        await ask()
