"""Tests of what a turn has to do with the timers."""
