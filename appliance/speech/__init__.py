"""Sound becomes words."""
