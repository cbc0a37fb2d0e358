"""Tests of who people are and what is theirs."""
