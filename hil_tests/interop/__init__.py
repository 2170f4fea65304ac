"""Foreign programs, as they come, on the simulated modems: `make interop` (docs/interop.md)."""
