"""The client side of the measurements: sockets of the line's own network namespace."""
