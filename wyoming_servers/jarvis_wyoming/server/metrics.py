"""Figures in Prometheus' text format, and the small page that shows them."""

import asyncio
from collections.abc import Callable, Sequence
import threading
from typing import TypeVar

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
_REQUEST_SECONDS = 5


class Counter:
    """What only grows, divided by one label at most."""

    kind = "counter"

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._values = dict[str, float]() if label else {"": 0.0}
        self._lock = threading.Lock()

    def add(self, amount: float = 1, *, of: str = "") -> None:
        """Count, from any thread; `of` is the label's value."""
        with self._lock:
            self._values[of] = self._values.get(of, 0) + amount

    def lines(self, name: str) -> list[str]:
        """Its samples."""
        if not self._label:
            return [f"{name} {_number(self._values[''])}"]
        values = sorted(self._values.copy().items())
        return [f'{name}{{{self._label}="{k}"}} {_number(v)}' for k, v in values]


class Gauge:
    """What is now: read when somebody looks."""

    kind = "gauge"

    def __init__(self, read: Callable[[], float]) -> None:
        self._read = read

    def lines(self, name: str) -> list[str]:
        """Its sample."""
        return [f"{name} {_number(self._read())}"]


class Histogram:
    """How values are spread."""

    kind = "histogram"

    def __init__(self, bounds: Sequence[float] = _SECONDS) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, value: float) -> None:
        """Take a value, from any thread."""
        place = sum(value > bound for bound in self._bounds)
        with self._lock:
            self._counts[place] += 1
            self._sum += value

    def lines(self, name: str) -> list[str]:
        """Its samples."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        found, count = list[str](), 0
        for bound, more in zip((*self._bounds, "+Inf"), counts, strict=True):
            count += more
            found.append(f'{name}_bucket{{le="{bound}"}} {count}')
        return [*found, f"{name}_sum {_number(total)}", f"{name}_count {count}"]


F = TypeVar("F", Counter, Gauge, Histogram)


class Metrics:
    """All figures of a server, under one prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._all = dict[str, tuple[str, Counter | Gauge | Histogram]]()

    def counter(self, name: str, text: str, *, label: str = "") -> Counter:
        """Make a counter; by custom its name ends in _total."""
        return self._keep(name, text, Counter(label))

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> Gauge:
        """Make a gauge."""
        return self._keep(name, text, Gauge(read))

    def histogram(
        self, name: str, text: str, bounds: Sequence[float] = _SECONDS
    ) -> Histogram:
        """Make a histogram, of seconds unless bounds say otherwise."""
        return self._keep(name, text, Histogram(bounds))

    def text(self) -> str:
        """The page."""
        lines = list[str]()
        for name, (text, figure) in self._all.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} {figure.kind}"]
            lines += figure.lines(name)
        return "\n".join(lines) + "\n"

    def _keep(self, name: str, text: str, figure: F) -> F:
        self._all[f"{self._prefix}_{name}"] = (text, figure)
        return figure


async def serve(metrics: Metrics, address: str) -> asyncio.Server:
    """Answer `GET /metrics` on HOST:PORT."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_response(head, metrics))
                await writer.drain()
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()

    host, _, port = address.rpartition(":")
    return await asyncio.start_server(answer, host.strip("[]") or None, int(port))


def _response(head: bytes, metrics: Metrics) -> bytes:
    if head.split(b" ", 2)[:2] != [b"GET", b"/metrics"]:
        return (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    body = metrics.text().encode()
    lines = [
        "HTTP/1.1 200 OK",
        "Content-Type: text/plain; version=0.0.4; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
