"""Identifiers and private words planted in what modems say, and the search for them in what was written."""
