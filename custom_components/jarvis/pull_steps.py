"""The steps in which a flow downloads a model and shows how far it is."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowHandler

from .ollama.endpoint import Endpoint
from .ollama.errors import OllamaError
from .ollama.pull import Progress, Pull


class PullSteps(FlowHandler[Any, Any, Any]):
    """Adds the download of a model to a flow.

    A flow starts it with `async_begin_pull` and says in `async_step_pulled` what comes
    after it.
    """

    hass: HomeAssistant
    _pull: Pull
    _pull_task: asyncio.Task[None]
    _shown_task: asyncio.Task[Any]

    @callback
    def async_begin_pull(self, pull: Pull, task: asyncio.Task[None]) -> None:
        """Take the download that the next step shows; it goes on without the dialog."""
        self._show(pull, task)
        # Home Assistant cancels a dialog's own task when the dialog is closed.
        self._shown_task = self.hass.async_create_background_task(
            asyncio.wait([task]), f"jarvis show {pull.model}"
        )

    def start_own_pull(self, endpoint: Endpoint, model: str) -> None:
        """Start a download that ends with the flow, and with it the endpoint."""
        pull = Pull(endpoint, model)
        task = self.hass.async_create_background_task(
            _async_run_and_close(pull), f"jarvis pull {model}"
        )
        self._show(pull, task)
        self._shown_task = task

    async def async_step_pull(self, _: Mapping[str, Any] | None = None) -> Any:
        """Show how far the download is."""
        if not self._pull_task.done():
            return self.async_show_progress(
                step_id="pull",
                progress_action="pull",
                progress_task=self._shown_task,
                description_placeholders=self._about,
            )
        failed = self._pull_task.cancelled() or self._pull_task.exception()
        return self.async_show_progress_done(
            next_step_id="pull_failed" if failed else "pulled"
        )

    async def async_step_pull_failed(self, _: Mapping[str, Any] | None = None) -> Any:
        """Say why there is no model."""
        failure = None if self._pull_task.cancelled() else self._pull_task.exception()
        reason = failure.reason if isinstance(failure, OllamaError) else "interrupted"
        return self.async_abort(
            reason=f"pull_{reason}", description_placeholders=self._about
        )

    @callback
    def _show(self, pull: Pull, task: asyncio.Task[None]) -> None:
        """Follow a download."""
        self._pull = pull
        self._pull_task = task
        pull.listen(self._on_progress)

    @property
    def _about(self) -> dict[str, str]:
        """What the texts name."""
        return {"model": self._pull.model, "endpoint": self._pull.endpoint.name}

    @callback
    def _on_progress(self, progress: Progress) -> None:
        """Tell the dialog how far it is."""
        self.async_update_progress(progress.share)


async def _async_run_and_close(pull: Pull) -> None:
    """Download from an endpoint that nobody else uses."""
    try:
        await pull.async_run()
    finally:
        await pull.endpoint.close()
