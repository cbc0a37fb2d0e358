"""Timers, and commands for later."""
