"""The names that Jarvis goes by in Home Assistant's registries and stores."""

from typing import Final

DOMAIN: Final = "jarvis"

EVENT_TURN: Final = "jarvis_turn"

SUBENTRY_CONVERSATION: Final = "conversation"
SUBENTRY_AI_TASK: Final = "ai_task_data"
DEFAULT_AGENT_NAME: Final = "Jarvis"
DEFAULT_AI_TASK_NAME: Final = "Jarvis AI Task"

# An endpoint, in the entry's data.
CONF_ENDPOINTS: Final = "endpoints"
CONF_URL: Final = "url"
CONF_TOKEN: Final = "token"
CONF_USERNAME: Final = "username"
CONF_PASSWORD: Final = "password"
CONF_VERIFY_SSL: Final = "verify_ssl"

# The servers for speech, in the entry's data.
CONF_SPEECH_SERVERS: Final = "speech_servers"

# An agent, in a subentry's data.
CONF_MODEL: Final = "model"
CONF_REASONING_MODEL: Final = "reasoning_model"
CONF_CODE_MODEL: Final = "code_model"
CONF_VISION_MODEL: Final = "vision_model"
CONF_PROMPT: Final = "prompt"
CONF_LLM_HASS_API: Final = "llm_hass_api"
CONF_PREFER_LOCAL: Final = "prefer_local"
CONF_REMEMBER: Final = "remember"
CONF_THINK: Final = "think"
CONF_NUM_CTX: Final = "num_ctx"
CONF_KEEP_ALIVE: Final = "keep_alive"
CONF_HISTORY_TOKENS: Final = "history_tokens"

# The memory, in the entry's options.
CONF_EMBEDDING_MODEL: Final = "embedding_model"
CONF_LEARN: Final = "learn"
CONF_KEEP_TURNS_DAYS: Final = "keep_turns_days"
DEFAULT_KEEP_TURNS_DAYS: Final = 365
CONF_GUEST_ENTITY: Final = "guest_entity"
CONF_SECOND_HOME: Final = "second_home"

# How soon a command is over, in the entry's options.
CONF_END_EARLY: Final = "end_early"

# Reminders, in the entry's options.
CONF_QUIET_FROM: Final = "quiet_from"
CONF_QUIET_TO: Final = "quiet_to"
CONF_ASLEEP_ENTITY: Final = "asleep_entity"
CONF_BUSY_ENTITIES: Final = "busy_entities"
CONF_REPEATS: Final = "repeats"
DEFAULT_REPEATS: Final = 1
CONF_REPEAT_MINUTES: Final = "repeat_minutes"
DEFAULT_REPEAT_MINUTES: Final = 5

THINK_SETTINGS: Final = ("off", "on", "low", "medium", "high")

DEFAULT_URL: Final = "http://127.0.0.1:11434"
DEFAULT_NUM_CTX: Final = 8192
MIN_NUM_CTX: Final = 2048
KEEP_ALIVE_FOREVER: Final = -1
DEFAULT_HISTORY_TOKENS: Final = 2000

# Whether the first set-up downloads a model that is missing.
CONF_PULL: Final = "pull"

# What the first set-up shall do about pipelines, in the entry's data until it is done.
CONF_PIPELINE: Final = "pipeline"
CONF_PREFERRED: Final = "preferred"
PIPELINE_CREATE: Final = "create"
PIPELINE_NONE: Final = "none"
