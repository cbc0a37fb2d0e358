"""What the tools that Jarvis itself brings have in common."""

from homeassistant.helpers.llm import Tool, ToolAnnotations

from ..const import DOMAIN


class OwnTool(Tool):
    """A tool made for one speaker: it only reads what that speaker may read."""

    annotations = ToolAnnotations(read_only=True, open_world=False)
    integration = DOMAIN
