"""Packets of our own flows: kernel ring, per-flow counts, finished pcapng."""
