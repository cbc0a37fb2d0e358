"""Tests of the client of Ollama."""
