"""Replays: how real models behave, as data, and what must come of it."""
