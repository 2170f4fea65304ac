"""Talks to cellular modems over AT commands; usable alone, pyserial is its only dependency."""
