"""The flow: what the booth asks, and when."""
