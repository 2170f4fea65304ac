"""Errors of the outbox: what, where and what to do, in English and Indonesian.

OutboxError                 everything edge.outbox raises; a StoreError: text and text_id
 |- OutboxUnwritable        the folder or file cannot be written         -> permissions, mount
 |- OutboxFull              no space                                     -> free space; nothing was lost
 |- OutboxBusy              another program has the file open            -> stop the other one
 |- OutboxDamaged           the file is no database or of another box    -> keep it, move it aside
 +- NotBegun                finish() of a test that was never journaled  -> a bug
schema.errors.ReceiptRefused   a receipt of another box or epoch, or beyond what was issued
"""

from edge.schema.errors import StoreError


class OutboxError(StoreError):
    """Anything that stops the outbox; ``text`` is English, ``text_id`` Indonesian."""


class OutboxUnwritable(OutboxError):
    """The outbox's folder or file cannot be written."""


class OutboxFull(OutboxError):
    """The disk has no room for another record."""


class OutboxBusy(OutboxError):
    """Another program holds the outbox."""


class OutboxDamaged(OutboxError):
    """The file is not an outbox, is corrupt, or belongs to another box."""


class NotBegun(OutboxError):
    """A test was finished that was never begun, or was finished before."""
