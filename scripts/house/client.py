"""A client of Home Assistant's HTTP and websocket interfaces."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from typing import Any, Self

import aiohttp

from .server import HouseError

USERNAME = "owner"
PASSWORD = "jarvis"  # noqa: S105 - a house that listens on this machine only
OWNER = "Owner"

POLL_SECONDS = 0.1
START_SECONDS = 180

# Onboarding creates rooms named in this language; rooms.yaml's names are French.
ROOM_LANGUAGE = "fr"


class RequestError(HouseError):
    """Home Assistant refused a request."""

    def __init__(self, what: str, status: int | str, answer: object) -> None:
        """Say what was refused and how."""
        super().__init__(f"Home Assistant refused {what} ({status}): {answer}")
        self.status = status


class HomeAssistant:
    """One logged-in connection."""

    def __init__(self, url: str) -> None:
        """Remember where it is."""
        self.url = url
        self._session = aiohttp.ClientSession(url)
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._queues: dict[int, asyncio.Queue[dict[str, Any] | None]] = {}
        self._last_id = 0

    async def __aenter__(self) -> Self:
        """Offer the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close both connections."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()
        await self._session.close()

    async def wait_and_log_in(self) -> None:
        """Wait until Home Assistant runs, logged in as the owner."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._wait_for_http()
                await self._log_in()
                while (await self.get("/api/config"))["state"] != "RUNNING":
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError as err:
            raise HouseError(
                f"Home Assistant did not start within {START_SECONDS} seconds."
            ) from err
        await self._connect()

    async def get(self, path: str) -> Any:
        """Return the answer to a GET."""
        return await self.request("GET", path)

    async def post(self, path: str, data: dict[str, Any]) -> Any:
        """Return the answer to a POST of JSON."""
        return await self.request("POST", path, json=data)

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON answer, or raise RequestError."""
        headers = options.pop("headers", {})
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            async with self._session.request(
                method, path, headers=headers, **options
            ) as response:
                if response.status >= 400:
                    answer = await response.text()
                    raise RequestError(f"{method} {path}", response.status, answer)
                return await response.json()
        except aiohttp.ClientError as err:
            raise HouseError(f"Home Assistant does not answer: {err}") from err

    async def command(self, kind: str, **fields: Any) -> Any:
        """Return the result of a websocket command, or raise RequestError."""
        async with self._sent(kind, fields) as queue:
            return await self._result(kind, queue)

    @contextlib.asynccontextmanager
    async def subscription(
        self, kind: str, **fields: Any
    ) -> AsyncIterator[asyncio.Queue[dict[str, Any] | None]]:
        """Offer the messages that a command brings; None means the connection ended."""
        async with self._sent(kind, fields) as queue:
            await self._result(kind, queue)
            yield queue

    async def call(
        self, action: str, entities: list[str], data: dict[str, Any] | None = None
    ) -> None:
        """Perform an action and wait for its end."""
        domain, _, service = action.partition(".")
        await self.command(
            "call_service",
            domain=domain,
            service=service,
            service_data=data or {},
            target={"entity_id": entities},
        )

    async def _wait_for_http(self) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with self._session.get("/manifest.json") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(POLL_SECONDS)

    async def _log_in(self) -> None:
        client_id = f"{self.url}/"
        try:
            code = await self._onboard(client_id)
        except RequestError as err:
            # Not found: onboarded. Forbidden: onboarded, but not restarted since.
            if err.status not in (403, 404):
                raise
            code = await self._password_code(client_id)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": client_id,
        }
        tokens = await self.request("POST", "/auth/token", data=form)
        self._token = tokens["access_token"]

    async def _onboard(self, client_id: str) -> str:
        user = {
            "client_id": client_id,
            "name": OWNER,
            "username": USERNAME,
            "password": PASSWORD,
            "language": ROOM_LANGUAGE,
        }
        answer = await self.post("/api/onboarding/users", user)
        code: str = answer["auth_code"]
        return code

    async def _password_code(self, client_id: str) -> str:
        start = {
            "client_id": client_id,
            "handler": ["homeassistant", None],
            "redirect_uri": client_id,
        }
        flow = await self.post("/auth/login_flow", start)
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": client_id, "username": USERNAME, "password": PASSWORD},
        )
        if answer["type"] != "create_entry":
            raise HouseError(
                f"The password of {USERNAME} was changed. Start with --fresh."
            )
        code: str = answer["result"]
        return code

    async def _connect(self) -> None:
        self._socket = await self._session.ws_connect(
            "/api/websocket", max_msg_size=0, heartbeat=30
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise RequestError("the websocket's login", answer["type"], answer)
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    content = message.json()
                    if queue := self._queues.get(content["id"]):
                        queue.put_nowait(content)
        finally:
            for queue in self._queues.values():
                queue.put_nowait(None)

    @contextlib.asynccontextmanager
    async def _sent(
        self, kind: str, fields: dict[str, Any]
    ) -> AsyncIterator[asyncio.Queue[dict[str, Any] | None]]:
        assert self._socket is not None
        self._last_id += 1
        number = self._last_id
        queue = self._queues[number] = asyncio.Queue()
        try:
            await self._socket.send_json({"id": number, "type": kind, **fields})
            yield queue
        finally:
            del self._queues[number]

    async def _result(
        self, kind: str, queue: asyncio.Queue[dict[str, Any] | None]
    ) -> Any:
        message = await queue.get()
        if message is None:
            raise HouseError("The connection to Home Assistant was lost.")
        if not message["success"]:
            error = message["error"]
            raise RequestError(kind, error["code"], error["message"])
        return message["result"]
