"""Booted systems, and the units they boot."""
