"""What takes several steps on a modem: keeping it usable, bringing it to a data session, its card's PIN."""
