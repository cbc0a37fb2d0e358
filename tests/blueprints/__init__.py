"""Tests of the blueprints: each one runs in a real Home Assistant."""
