"""What is fast, and how we know: scripts/bench NAME runs one of the benchmarks."""

import homeassistant  # noqa: F401 - takes voluptuous' place before anybody imports it
