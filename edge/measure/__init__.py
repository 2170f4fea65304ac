"""The pure cores of the measurements: formats, sessions, counting, results. No socket, no clock."""
