"""Tests on real devices."""
