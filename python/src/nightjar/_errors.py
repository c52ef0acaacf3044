"""What can go wrong when a data folder or a stream is read."""

from __future__ import annotations

__all__ = [
    "DamagedRecordError",
    "DataFolderError",
    "NightjarError",
    "QueryError",
    "StreamError",
    "UnknownAlertError",
    "UnknownObjectError",
    "UnknownTopicError",
]


class NightjarError(Exception):
    """The root of all errors of this package. Its text says what is wrong, where, and what to do."""

    def __str__(self) -> str:
        # KeyError would show the text in quotes.
        return str(self.args[0]) if len(self.args) == 1 else Exception.__str__(self)


class DataFolderError(NightjarError, OSError):
    """A folder is no data folder, is of a newer Nightjar, or cannot be read."""


class DamagedRecordError(DataFolderError):
    """A record of the archive or of a topic is not as it was written. Others are not affected."""


class UnknownAlertError(NightjarError, KeyError):
    """No folder has the alert."""


class UnknownObjectError(NightjarError, KeyError):
    """No folder has an alert of the object."""


class UnknownTopicError(NightjarError, KeyError):
    """There is no topic of this name."""


class QueryError(NightjarError, ValueError):
    """SQLite refused a statement."""


class StreamError(NightjarError, ConnectionError):
    """A stream's server cannot be reached, or refused."""
