"""The outbox: what was measured stays on the box's disk until headquarters says that it is stored."""
