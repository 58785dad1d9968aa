"""Pages, endpoints and sockets."""
