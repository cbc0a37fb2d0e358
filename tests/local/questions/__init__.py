"""Tests of what is answered without a model."""
