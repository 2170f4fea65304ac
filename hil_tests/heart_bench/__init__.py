"""Heartbeats over real namespaces: what they cost by the interface, how soon a dead line is known."""
