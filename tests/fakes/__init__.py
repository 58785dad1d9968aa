"""Whole implementations with scripted behaviour, for tests of more than one room."""
