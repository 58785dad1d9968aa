"""Measurements: ``scripts/bench NAME``."""
