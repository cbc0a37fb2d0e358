"""Tests of what is understood without a model."""
