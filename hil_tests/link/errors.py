"""LinkError                 everything hil_tests.link raises
|- OptionError              an option no link can have        -> the text says what is allowed
+- ToolError                a program's answer cannot be read -> the text has its last words
   +- NotReady              an estimator that waits for its go ended, or never said READY
"""


class LinkError(Exception):
    """The link could not be tried; the text says what, where and what to do."""


class OptionError(LinkError):
    """An option, or two together, that no link can have."""


class ToolError(LinkError):
    """A program ended badly, or printed what this cannot read."""


class NotReady(ToolError):
    """An estimator ended before its go, or did not say that it waits for it."""
