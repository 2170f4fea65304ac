"""Writes the files that are generated from the code: `make gen`, checked by `make gen-check`."""
