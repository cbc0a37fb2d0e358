"""Reminders in Home Assistant: when they are due, and how people hear of them."""
