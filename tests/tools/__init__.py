"""Tests of the tools and their guard."""
