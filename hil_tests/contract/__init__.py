"""Tests that every bench must pass, simulated or real: they know a bench only by what it grants."""
