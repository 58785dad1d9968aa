"""Light and sound come in."""
