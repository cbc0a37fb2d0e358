"""Tests of feasts."""
