"""The benchmark of the memory fills both homes and finds the nearest again."""

from .conftest import Bench

BACKENDS = ("embedded", "postgres")
EACH = (
    "recall_p50",
    "recall_p95",
    "recall_at_8",
    "rss_mb",
    "insert_per_s",
    "cold_start_s",
    "disk_mb",
)


async def test_figures(bench: Bench) -> None:
    """Given few memories, every figure is there, and homes miss next to nothing."""
    figures, table = await bench("memory", "--rows", "1000", "--written", "60")

    assert set(figures) == {"load", "loop_lag_p99_ms"} | {
        f"{name}.{backend}.1000" for name in EACH for backend in BACKENDS
    }
    for backend in BACKENDS:
        assert figures[f"recall_at_8.{backend}.1000"] > 0.95
        assert figures[f"disk_mb.{backend}.1000"] > 1000 * 1024 * 2 / 1e6
    assert "loop_lag_p99_ms" in table


async def test_one_home(bench: Bench) -> None:
    """Given one backend, no other is started."""
    figures, _ = await bench(
        "memory", "--rows", "30", "--written", "10", "--backends", "embedded"
    )

    assert any("embedded" in name for name in figures)
    assert not any("postgres" in name for name in figures)
