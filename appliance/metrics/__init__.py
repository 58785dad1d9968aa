"""Observations become numbers (pure)."""
