"""Round trips measured by us and by irtt, judged packet by packet by the emulator's log."""
