"""The judged bench: runs estimators and their peers over drawn links and journals it (docs/benchmarks.md)."""
