"""Tests of how reminders reach people."""
