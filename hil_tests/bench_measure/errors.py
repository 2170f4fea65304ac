"""BenchError                everything hil_tests.bench_measure raises
|- JournalError             a journal cannot be read or is of another plan -> the text has file and line
+- NotFrozen                a method is not frozen by hash                 -> commit it, then judge
"""


class BenchError(Exception):
    """The bench cannot go on; the text says what, where and what to do."""


class JournalError(BenchError):
    """A journal that cannot be read, or that is of another plan."""


class NotFrozen(BenchError):
    """A method's constants are not frozen by a committed hash."""
