"""Light becomes observations."""
