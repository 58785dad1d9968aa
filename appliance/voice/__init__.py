"""The booth speaks."""
