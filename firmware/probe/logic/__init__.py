"""What the board decides: pure, fed with milliseconds and levels; imports probelink only."""
