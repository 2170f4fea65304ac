"""Errors of the store.

StoreFailed             everything tools.hq.store raises: what, where, what to do
 +- StoreBusy           another program has the store open
"""


class StoreFailed(Exception):
    """The store cannot be opened, read or written."""


class StoreBusy(StoreFailed):
    """Another program has the store open."""
