"""The errors that Newsflow raises on purpose. Each carries one line that says what to do.

NewsflowError
├── UsageError            a wrong path, option or setting: exit code 2
├── SourceError           a source that cannot be read at all: exit code 2
├── WorkersError          the worker processes cannot run
└── WarehouseError        the tables cannot be opened or written
    ├── SchemaTooNewError written by a newer Newsflow
    └── LockedError       another writer holds the lock and the wait ran out
"""


class NewsflowError(Exception):
    """Base of all errors that a user can act on."""


class UsageError(NewsflowError):
    """A wrong path, option or setting."""


class SourceError(NewsflowError):
    """A source that cannot be read at all."""


class WorkersError(NewsflowError):
    """The worker processes cannot run: it is not the items' fault."""


class WarehouseError(NewsflowError):
    """The warehouse cannot be opened, read or written."""


class SchemaTooNewError(WarehouseError):
    """The warehouse was written by a newer Newsflow than this one."""


class LockedError(WarehouseError):
    """Another writer holds the lock, and the wait ran out."""
