"""Errors of the formats, each saying what was read and what was expected.

SchemaError             everything edge.schema raises
 |- BadName             a line, box or level that may not stand in a topic
 |- BadTopic            a topic that is not one of the contract's
 +- BadPayload          bytes or values that do not fit the payload's type
StoreError              what a store of records raises, whoever keeps it; text and text_id
 +- ReceiptRefused      a receipt that cannot be for this store
"""


class SchemaError(ValueError):
    """Anything that does not fit the contract with subscribers."""


class BadName(SchemaError):
    """A name that may not stand in a topic."""


class BadTopic(SchemaError):
    """A topic that is not ``pantau/v1/<province>/<regency>/<box>/<line>/<kind>``."""


class BadPayload(SchemaError):
    """Bytes or values that do not fit the payload's type."""


class StoreError(Exception):
    """A store of records failed; ``text`` is English, ``text_id`` Indonesian, both say what to do."""

    def __init__(self, text: str, text_id: str) -> None:
        """Keep both texts."""
        super().__init__(text)
        self.text = text
        self.text_id = text_id


class ReceiptRefused(StoreError):
    """A receipt that cannot be for this store; nothing was removed."""
