"""A link to try things on: `python -m hil_tests.link` (docs/bench-link.md)."""
