"""What is done after a pause, and only once where it is asked for often."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class Later:
    """Does something after a pause; asked for again, the pause begins anew."""

    def __init__(self, hass: HomeAssistant, do: Callable[[], None]) -> None:
        """Take what is to be done; nothing is asked for yet."""
        self._hass = hass
        self._do = do
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def async_after(self, seconds: float) -> None:
        """Do it in so many seconds, and no more when it was asked for before."""
        self.async_cancel()
        self._stop = async_call_later(self._hass, seconds, self._on_time)

    @callback
    def async_cancel(self) -> None:
        """Do not do it after all."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _on_time(self, _now: datetime) -> None:
        """Do it."""
        self._stop = None
        self._do()
