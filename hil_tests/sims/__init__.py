"""Simulators: things that answer as modems, networks and sites do. They share no table with the drivers."""
