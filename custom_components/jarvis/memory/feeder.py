"""What brings the outbox to the second home, and back what other houses have forgotten.

Nobody waits for it. It goes on where it was, whatever stopped it: the server, the
network, or Home Assistant.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
import logging

from ..store.errors import Reason, StoreError
from .local import MOVED_IN, LocalRepository
from .move import begun, fill_some
from .postgres import PostgresRepository
from .repository import Op, OutboxEntry, Sent, Tombstone, UnknownError

_LOGGER = logging.getLogger(__name__)

POLL_S = 60.0
"""How often is asked for news while nothing is to be sent."""
_FIRST_DELAY_S, _LAST_DELAY_S = 1.0, 60.0
_TIDY_POLLS = 60
_AT_ONCE = 100
_HEARD = "second_home_heard"
_OVERLAP = timedelta(minutes=5)
"""A transaction tells its news later than it says; hearing twice changes nothing."""
_OF_ITS_OWN = {Reason.REFUSED: True, Reason.CONFLICT: False}
"""Failures of an entry, not of the server: for good, or perhaps not the next time."""


class Feeder:
    """Feeds the second home for as long as `run` runs."""

    def __init__(
        self,
        local: LocalRepository,
        second: PostgresRepository,
        *,
        changed: Callable[[int], None] = lambda _forgotten: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take both homes.

        `changed` is called when the state below changes, with how much was forgotten
        here because other houses have forgotten it.
        """
        self._local = local
        self._second = second
        self._changed = changed
        self._sleep = sleep
        self._woken = asyncio.Event()
        self.problem: StoreError | None = None
        """Why the second home cannot be fed, if so."""
        self.is_filled = False
        """Whether the second home has heard of everything that was here before it."""
        self.backlog = 0
        """Changes that wait."""
        self.set_aside: Sequence[OutboxEntry] = ()
        """What the second home cannot hold."""

    def wake(self) -> None:
        """Tell that there may be something to send."""
        self._woken.set()

    @property
    def is_woken(self) -> bool:
        """Tell whether there may be something that was not looked for yet."""
        return self._woken.is_set()

    async def run(self) -> None:
        """Feed until called off."""
        delay = _FIRST_DELAY_S
        polls = 0
        while True:
            self._woken.clear()
            try:
                await self.catch_up()
                if polls % _TIDY_POLLS == 0:
                    await self._tidy()
            except StoreError as err:
                if self.problem is None or self.problem.reason is not err.reason:
                    _LOGGER.warning("The second home cannot be fed: %s", err)
                self.problem = err
                self._changed(0)
                await self._sleep(delay)
                delay = min(delay * 2, _LAST_DELAY_S)
            else:
                delay = _FIRST_DELAY_S
                polls += 1
                await self._until_woken(POLL_S)

    async def catch_up(self) -> None:
        """Send all that waits, hear the news and fill what is empty."""
        await self._send_all()
        forgotten = await self._hear()
        place = await begun(self._local, self._second, MOVED_IN)
        self.is_filled = place.is_end
        while not place.is_end:
            place = await fill_some(self._local, self._second, place)
            # What is new does not wait for what is old.
            await self._send_all()
        self.is_filled = True
        self.problem = None
        self._changed(forgotten)

    async def fill_anew(self) -> None:
        """Send everything again, as to a server that was restored from a backup."""
        await self._local.set_mark(MOVED_IN, "")
        self.wake()

    async def _tidy(self) -> None:
        """Let the house that made the tables see to their indexes, if we may not."""
        try:
            await self._second.tidy()
        except StoreError as err:
            if err.reason is not Reason.RIGHTS:
                raise
            _LOGGER.debug("The second home cannot be tidied from here: %s", err)

    async def _until_woken(self, seconds: float) -> None:
        waiting = {
            asyncio.ensure_future(self._woken.wait()),
            asyncio.ensure_future(self._sleep(seconds)),
        }
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def _hear(self) -> int:
        """Forget here what other houses have forgotten; return how much that was."""
        home = await self._second.identity()
        noted = (await self._local.mark(_HEARD) or "").split()
        heard = datetime(1970, 1, 1, tzinfo=UTC)
        if noted and noted[0] == home:
            heard = datetime.fromisoformat(noted[1]) - _OVERLAP
        news = await self._second.news(heard)
        forgotten = await self._local.apply_news(news)
        await self._local.set_mark(_HEARD, f"{home} {news.at.isoformat()}")
        return forgotten

    async def _send_all(self) -> None:
        while entries := await self._local.outbox(_AT_ONCE):
            for some in _alike(entries):
                await self._send(some)
                await self._local.outbox_done(some[-1].seq)
        self.backlog = await self._local.outbox_backlog()
        self.set_aside = await self._local.outbox_set_aside()

    async def _send(self, entries: Sequence[OutboxEntry]) -> None:
        """Send entries of one kind of change, each by itself where one is refused."""
        try:
            await self._deliver(entries)
        except StoreError as err:
            if err.reason not in _OF_ITS_OWN:
                raise
            if len(entries) > 1:
                for entry in entries:
                    await self._send([entry])
                return
            _LOGGER.warning("The second home refuses %s: %s", entries[0].sent, err)
            await self._local.outbox_failed(
                entries[0].seq, for_good=_OF_ITS_OWN[err.reason]
            )

    async def _deliver(self, entries: Sequence[OutboxEntry]) -> None:
        if entries[0].op is Op.PUT:
            await self._put(entries)
        else:
            await self._forget(entries)

    async def _put(self, entries: Sequence[OutboxEntry]) -> None:
        """Make the second home have what is here by now; what is gone follows."""
        of = _by_kind(entries)
        if of[Sent.SPACE]:
            named = {entry.item for entry in of[Sent.SPACE]}
            for space in await self._local.spaces():
                if space.id in named:
                    await self._second.join(space)
        if records := [*of[Sent.TURN], *of[Sent.FACT]]:
            known = await self._local.get_many([entry.item for entry in records])
            asked = [
                entry.item for entry in records if (entry.payload or {}).get("asked")
            ]
            await self._second.receive(list(known.values()), asked=asked)
        if of[Sent.OFF_LIMITS]:
            named = {entry.item for entry in of[Sent.OFF_LIMITS]}
            for declared in await self._local.off_limits():
                if declared.id in named:
                    await self._second.add_off_limits(declared)
        for entry in of[Sent.VECTORS]:
            await self._put_vectors(entry)

    async def _put_vectors(self, entry: OutboxEntry) -> None:
        items = (entry.payload or {}).get("items", ())
        try:
            chunk = await self._local.vectors_of(entry.item, items)
        except UnknownError:
            return  # the space has been given up
        if chunk.ids:
            await self._second.receive_vectors(entry.item, chunk)

    async def _forget(self, entries: Sequence[OutboxEntry]) -> None:
        """Make the second home forget, and bury what was forgotten on purpose."""
        of = _by_kind(entries)
        for entry in of[Sent.SPACE]:
            await self._second.leave(entry.item)
        if of[Sent.OFF_LIMITS]:
            await self._second.allow([entry.item for entry in of[Sent.OFF_LIMITS]])
        buried = [entry for entry in of[Sent.FACT] if entry.payload]
        others = [entry for entry in of[Sent.FACT] if not entry.payload]
        if buried:
            await self._second.bury([_tombstone(entry) for entry in buried])
        if whole := [*buried, *of[Sent.ELSEWHERE]]:
            await self._second.remove([entry.item for entry in whole], buried=True)
        if alone := [*others, *of[Sent.TURN]]:
            await self._second.remove([entry.item for entry in alone], buried=False)


def _alike(entries: Sequence[OutboxEntry]) -> Iterator[list[OutboxEntry]]:
    """Cut entries where news ends and forgetting begins, and the reverse.

    News says what is there by now, so within it the order is nobody's concern.
    """
    for _op, some in groupby(entries, lambda entry: entry.op):
        yield list(some)


def _by_kind(entries: Sequence[OutboxEntry]) -> dict[Sent, list[OutboxEntry]]:
    return {sent: [entry for entry in entries if entry.sent is sent] for sent in Sent}


def _tombstone(entry: OutboxEntry) -> Tombstone:
    payload = entry.payload or {}
    return Tombstone(payload["owner"], payload["content_hash"], entry.created_at)
