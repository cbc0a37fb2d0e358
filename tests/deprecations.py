"""Makes a test fail when Home Assistant reports a wrong use of its interfaces."""

from collections.abc import Generator
import logging
import re
from typing import override

import pytest

REPORT = re.compile(
    r"custom integration 'jarvis'|(called|used|instantiated) from jarvis\."
)


@pytest.fixture(autouse=True)
def no_deprecated_use() -> Generator[None]:
    """Fail on what Home Assistant logs about the integration's use of it."""
    reported = set[str]()

    class Listener(logging.Handler):
        """Hears what is logged, also what a test clears from caplog."""

        @override
        def emit(self, record: logging.LogRecord) -> None:
            if REPORT.search(message := record.getMessage()):
                reported.add(message)

    listener = Listener(logging.WARNING)
    logging.getLogger("homeassistant").addHandler(listener)
    yield
    logging.getLogger("homeassistant").removeHandler(listener)
    assert not reported
