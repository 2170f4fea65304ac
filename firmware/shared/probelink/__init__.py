"""The link between probe board and Pi: the same files run on MicroPython and CPython."""
