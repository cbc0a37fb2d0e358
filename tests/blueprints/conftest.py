"""The house in which the blueprints are tried."""

from tests.reminding.conftest import hearing  # noqa: F401 - a fixture for all of them
