"""Tests of the client of servers for speech."""
