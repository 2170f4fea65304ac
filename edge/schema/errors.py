"""Errors of the formats, each saying what was read and what was expected.

SchemaError             everything edge.schema raises
 |- BadName             a line, box or level that may not stand in a topic
 |- BadTopic            a topic that is not one of the contract's
 +- BadPayload          bytes or values that do not fit the payload's type
"""


class SchemaError(ValueError):
    """Anything that does not fit the contract with subscribers."""


class BadName(SchemaError):
    """A name that may not stand in a topic."""


class BadTopic(SchemaError):
    """A topic that is not ``pantau/v1/<province>/<regency>/<box>/<line>/<kind>``."""


class BadPayload(SchemaError):
    """Bytes or values that do not fit the payload's type."""
