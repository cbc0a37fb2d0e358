"""The speech servers that Jarvis' are measured beside: rhasspy's, as they are."""
