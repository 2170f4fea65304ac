"""Fault scripts: what can go wrong, injected through the bench and seen by somebody else than the driver."""
