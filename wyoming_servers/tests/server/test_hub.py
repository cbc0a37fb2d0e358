"""Models come whole or not at all, and stay checked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvis_wyoming.server import hub
from jarvis_wyoming.server.errors import ServerError

from ..hub import Hub, running


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Hub]:
    """A hub with a model of two files, and one that is not wanted."""
    folder = tmp_path / "hub"
    folder.mkdir()
    (folder / "model.bin").write_bytes(bytes(range(256)) * 20_000)
    (folder / "config.json").write_text("{}")
    (folder / "README.md").write_text("hello")
    with running(folder) as found:
        yield found


def fetch(shelf: Hub, target: Path) -> None:
    """Fetch the model."""
    hub.fetch(shelf.address, shelf.repository, target, wanted=("*.bin", "*.json"))


def test_what_is_wanted_comes_with_hashes(shelf: Hub, tmp_path: Path) -> None:
    """Only what matches, and the hashes beside it."""
    target = tmp_path / "models" / "small"
    fetch(shelf, target)

    names = {path.name for path in target.iterdir()}
    assert names == {"model.bin", "config.json", hub.SUMS}
    assert hub.check(target)


def test_progress_is_told(shelf: Hub, tmp_path: Path) -> None:
    """Every block, up to the size."""
    told = list[tuple[str, int, int]]()
    hub.fetch(
        shelf.address,
        shelf.repository,
        tmp_path / "model",
        wanted=["model.bin"],
        progress=lambda *step: told.append(step),
    )
    assert told[-1] == ("model.bin", 5_120_000, 5_120_000)
    assert len(told) > 2


def test_a_damaged_download_is_refused(shelf: Hub, tmp_path: Path) -> None:
    """Given a file that arrives wrong, nothing stays that could be taken for it."""
    shelf.damaged = True
    with pytest.raises(ServerError, match="damaged"):
        fetch(shelf, tmp_path / "model")
    assert not (tmp_path / "model").exists()

    shelf.damaged = False
    fetch(shelf, tmp_path / "model")
    assert hub.check(tmp_path / "model")


def test_a_broken_download_goes_on_where_it_ended(shelf: Hub, tmp_path: Path) -> None:
    """What came is not fetched again."""
    shelf.cut = 3_000_000
    with pytest.raises(ServerError):
        fetch(shelf, tmp_path / "model")
    fetch(shelf, tmp_path / "model")

    assert shelf.ranges == ["bytes=3000000-"]
    assert hub.check(tmp_path / "model")


def test_a_copy_that_was_damaged_later(shelf: Hub, tmp_path: Path) -> None:
    """The hashes travel with the folder."""
    target = tmp_path / "model"
    fetch(shelf, target)
    with (target / "model.bin").open("r+b") as file:
        file.write(b"x")

    with pytest.raises(ServerError, match="damaged"):
        hub.check(target)


def test_a_folder_without_hashes_is_taken_as_it_is(tmp_path: Path) -> None:
    """A model that the owner put there."""
    assert not hub.check(tmp_path)


def test_a_hub_that_is_not_there(tmp_path: Path) -> None:
    """No network is an error that says so."""
    with pytest.raises(ServerError, match="cannot be fetched") as caught:
        hub.fetch("http://127.0.0.1:9", "a/b", tmp_path / "model", wanted=["*"])
    assert caught.value.code == "no-model"


def test_only_the_web_is_asked(tmp_path: Path) -> None:
    """A file is no hub."""
    with pytest.raises(ServerError, match="not an address"):
        hub.fetch("file:///etc", "a/b", tmp_path / "model", wanted=["*"])
