"""The messages of a data folder's topics."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import _records
from ._errors import DataFolderError, UnknownTopicError
from ._sqlite import Database
from ._surveys import SURVEYS

_KINDS = ("alert_data", "alert_avro_bucket", "exgalac_trans", "salt2")
# Messages looked up at a time.
_LOOK_AHEAD = 256
# A follower that finds nothing waits so long, s, and twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 1.0


def names(databases: Sequence[Database]) -> list[str]:
    """The topics: those that every folder has, and those of the filters that have judged."""
    found = [f"{survey.name}_{kind}" for survey in SURVEYS for kind in _KINDS]
    for database in databases:
        if database.has_table("filter_versions"):
            filters = database.rows("SELECT DISTINCT survey || '_' || filter FROM filter_versions ORDER BY 1")
            found += [name for (name,) in filters if name not in found]
    return found


@dataclass(frozen=True)
class TopicMessage:
    """A message with the folder that it is of, and its offset there."""

    folder: str
    offset: int
    record: _records.Record


class _Reader:
    """One folder's messages, in the order of their offsets."""

    def __init__(self, database: Database, topic: str, start: int) -> None:
        self.database, self.topic, self.position = database, topic, start
        self._found: deque[tuple[Any, ...]] = deque()

    def end(self) -> int:
        """The offset of the first message that is not there yet; those of removed messages are not given again."""
        database, limit = self.database, 2**63 - 1
        ((end,),) = database.rows(
            "SELECT coalesce(max(offset) + 1, 0) FROM messages WHERE topic = ? AND offset < ?", (self.topic, limit)
        )
        if database.has_table("removed_messages"):
            ((removed,),) = database.rows(
                "SELECT coalesce(max(lastOffset) + 1, 0) FROM removed_messages WHERE topic = ?", (self.topic,)
            )
            end = max(end, removed)
        return int(end)

    def next(self) -> TopicMessage | None:
        if not self._found:
            self._found.extend(
                self.database.rows(
                    f"SELECT m.offset, {_records.COLUMNS} FROM messages AS m JOIN segments AS s USING (segment) "
                    "WHERE m.topic = ? AND m.offset >= ? AND m.offset < ? ORDER BY m.offset LIMIT ?",
                    (self.topic, self.position, 2**63 - 1, _LOOK_AHEAD),
                )
            )
        if not self._found:
            return None
        offset, *row = self._found.popleft()
        # What is damaged is said once: the next call gives the message behind it.
        self.position = offset + 1
        record = _records.record(self.database, tuple(row), f"message {offset} of {self.topic}")
        return TopicMessage(self.database.folder, offset, record)


def _offsets(databases: Sequence[Database], start: int | Mapping[str, int] | None) -> list[int]:
    """Where each folder's messages begin: those that a position does not name begin at 0."""
    if start is None:
        return [0] * len(databases)
    if isinstance(start, int) and not isinstance(start, bool):
        if len(databases) > 1:
            raise ValueError("start is an offset of one folder; of several, give a stream's position as it was")
        return [start]
    if not isinstance(start, Mapping):
        raise ValueError(f"start is an offset or a stream's position, and not {start!r}")
    named = {os.path.realpath(folder): offset for folder, offset in start.items()}
    folders = [os.path.realpath(database.folder) for database in databases]
    unknown = sorted(set(named) - set(folders))
    if unknown:
        raise ValueError(f"start names a folder that is not open: {unknown[0]}")
    return [named.get(folder, 0) for folder in folders]


class TopicStream(Iterator[dict[str, Any]]):
    """The messages of a topic, in the order of their offsets, folder by folder; only what is committed is seen.

    An iterator of dicts with the fields' names of the schema: ids are ints, images bytes, and what is null None. It
    is made by `nightjar.data.DataFolder.topic`, and is used by one thread at a time, but for `close`.

    Raises
    ------
    DamagedRecordError
        From ``next()``: a message is not as it was written. The next call gives the message behind it.
    """

    def __init__(
        self, databases: Sequence[Database], topic: str, follow: bool, start: int | Mapping[str, int] | None
    ) -> None:
        known = names(databases)
        if topic not in known:
            raise UnknownTopicError(f"no topic is called {topic!r}; there are {', '.join(known)}")
        offsets = _offsets(databases, start)
        #: The topic's name.
        self.name = topic
        self._readers = []
        for database, offset in zip(databases, offsets):
            reader = _Reader(database, topic, offset)
            if offset > reader.end() or offset < 0:
                raise DataFolderError(
                    f"{database.folder}: there is no message {offset} of {topic}, which has {reader.end()}: the folder "
                    "is another, or an older copy; start at 0"
                )
            self._readers.append(reader)
        self._current = 0
        self._follows = follow
        self._closed = threading.Event()

    @property
    def position(self) -> dict[str, int]:
        """For each folder the offset of the first message that was not given yet; ``topic(start=)`` takes it again."""
        return {os.path.realpath(reader.database.folder): reader.position for reader in self._readers}

    @property
    def ends(self) -> dict[str, int]:
        """For each folder the offset that its next message will have."""
        return {reader.database.folder: reader.end() for reader in self._readers}

    def __iter__(self) -> TopicStream:
        return self

    def __next__(self) -> dict[str, Any]:
        message = self.take()
        if message is None:
            raise StopIteration
        return message.record.values()

    def take(self, timeout: float | None = None) -> TopicMessage | None:
        """The next message as bytes; None at the end, or where none has come in ``timeout`` seconds."""
        pause, left = _FIRST_PAUSE, timeout
        while not self._closed.is_set():
            try:
                message = self._look()
            except DataFolderError:
                if self._closed.is_set():  # the folder was closed by another thread
                    return None
                raise
            if message is not None:
                return message
            if not self._follows or left is not None and left <= 0:
                return None
            wait = pause if left is None else min(pause, left)
            self._closed.wait(wait)
            left = None if left is None else left - wait
            pause = min(2 * pause, _LONGEST_PAUSE)
        return None

    def _look(self) -> TopicMessage | None:
        for _ in self._readers:
            message = self._readers[self._current].next()
            if message is not None:
                return message
            self._current = (self._current + 1) % len(self._readers)
        return None

    def close(self) -> None:
        """Ends the stream: who waits in it gets no further message. Another thread may call it."""
        self._closed.set()

    def __enter__(self) -> TopicStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
