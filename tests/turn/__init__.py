"""Tests of a turn."""
