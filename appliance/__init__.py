"""Kabil: an offline mock-interview booth."""

__version__ = "0.1.0"
