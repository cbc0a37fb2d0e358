"""Speech servers for Home Assistant: jarvis-whisper hears, jarvis-piper speaks."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("jarvis-wyoming")
except PackageNotFoundError:  # run from a checkout
    __version__ = "0.0.0"
