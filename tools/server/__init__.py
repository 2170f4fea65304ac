"""pantau-server: the far end of the measurements."""
