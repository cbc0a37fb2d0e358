"""Tests of the day of a person."""
