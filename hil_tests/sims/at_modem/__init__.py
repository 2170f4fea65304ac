"""A cellular modem on a pty: engine (the dialogue), personality (the words), radio (the moving truth)."""
