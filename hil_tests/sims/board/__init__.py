"""The probe board without a board: the real MicroPython VM behind a pty, its pins behind a control socket."""
