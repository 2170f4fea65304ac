"""The modem families: typed rows of what to ask and how to read it; one file a family."""

from modem_drivers.families.catalogue import CATALOGUE, find_family

__all__ = ["CATALOGUE", "find_family"]
