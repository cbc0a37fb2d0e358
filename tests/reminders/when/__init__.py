"""Tests of times for reminders."""
