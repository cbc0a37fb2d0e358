"""The repairs that Jarvis can carry out: fetch a model, set a pipeline right."""

from typing import Any, override

from homeassistant.components.assist_pipeline.pipeline import (
    async_get_pipelines,
    async_update_pipeline,
)
from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant

from .pull_steps import PullSteps
from .runtime import loaded_entry


class PullModelFlow(RepairsFlow, PullSteps):
    """Downloads a missing model."""

    def __init__(self, model: str, endpoint: str) -> None:
        """Take which model is missing where."""
        self._model = model
        self._endpoint = endpoint

    async def async_step_init(self, _: dict[str, Any] | None = None) -> Any:
        """Begin; what is given here names the issue and is no answer."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> Any:
        """Ask whether to download the model: it is large."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                description_placeholders={
                    "model": self._model,
                    "endpoint": self._endpoint,
                },
            )
        entry = loaded_entry(self.hass)
        for endpoint in entry.runtime_data.endpoints if entry else ():
            if entry and endpoint.name == self._endpoint:
                pulls = entry.runtime_data.pulls
                self.async_begin_pull(*pulls.pull(endpoint, self._model))
                return await self.async_step_pull()
        return self.async_abort(reason="endpoint_gone")

    async def async_step_pulled(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """End: the model is there."""
        return self.async_create_entry(data={})


class PipelineFlow(ConfirmRepairFlow):
    """Leaves Home Assistant's sentences to Jarvis in a pipeline."""

    def __init__(self, pipeline_id: str) -> None:
        """Take which pipeline is wrong."""
        self._pipeline_id = pipeline_id

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Set the pipeline right once that is confirmed."""
        if user_input is not None:
            for pipeline in async_get_pipelines(self.hass):
                if pipeline.id == self._pipeline_id:
                    await async_update_pipeline(
                        self.hass, pipeline, prefer_local_intents=False
                    )
        return await super().async_step_confirm(user_input)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Return the flow that mends what is wrong."""
    if data and "pipeline" in data:
        return PipelineFlow(data["pipeline"])
    if data and "model" in data:
        return PullModelFlow(data["model"], data["endpoint"])
    return ConfirmRepairFlow()
