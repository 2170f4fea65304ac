"""The box: everything between the modems and the broker."""
