"""The board's hardware: the only part that imports `machine`."""
