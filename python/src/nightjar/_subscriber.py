"""A topic of a data folder as a stream that remembers how far it was read."""

from __future__ import annotations

import os
import re
import time

from ._errors import DataFolderError
from ._sqlite import Database, expand
from ._stream import KEEPING, Message, Stream
from ._topics import TopicStream


class FolderStream(Stream):
    """A topic of a data folder, with the positions of ``nightjar topic --subscriber``."""

    def __init__(
        self, place: str, named: bool, group: str | None, from_start: bool, timeout: float | None, commit: bool
    ) -> None:
        path, _, topic = place.rstrip("/").rpartition("/")
        if not named:
            path, _, parent = path.rpartition("/")
            if parent != "topics":
                raise ValueError(f"{place}: say topics:DIR/TOPIC, or the path DIR/topics/TOPIC, of a data folder DIR")
            path = path or "."
        if not path or not topic:
            raise ValueError(f"topics:{place}: say topics:DIR/TOPIC")
        if group is not None and not re.fullmatch(r"(?!\.)[A-Za-z0-9._-]{1,100}", group):
            raise ValueError(f"the group {group!r} must be named by letters, digits, '-', '_' and '.'")
        super().__init__(timeout, commit and group is not None)
        self._ended = True  # there is nothing to close until the next lines have worked
        self._databases = [Database(folder) for folder in expand([path])]
        self._topic, self._group = topic, group
        self._kept: dict[str, int] = {}
        self._keep_at = 0.0
        try:
            start = {} if from_start else TopicStream(self._databases, topic, False, None).ends
            for database in self._databases:
                if (offset := self._remembered(database.folder)) is not None:
                    start[database.folder] = offset
            self._stream = TopicStream(self._databases, topic, True, start)
        except BaseException:
            for database in self._databases:
                database.close()
            raise
        self._position = self._stream.position
        self._ended = False

    def _take(self, seconds: float) -> Message | None:
        found = self._stream.take(seconds)
        if found is None:
            return None
        return Message(self._topic, 0, found.offset, None, None, found.record.container())

    def _done(self, message: Message) -> None:
        self._position = self._stream.position
        if self._commits and time.monotonic() >= self._keep_at:
            self._keep()

    def _close(self) -> None:
        self._stream.close()
        if self._commits:
            self._keep()
        for database in self._databases:
            database.close()

    def _file(self, folder: str) -> str:
        return f"{folder}/topics/{self._topic}/subscribers/{self._group}"

    def _remembered(self, folder: str) -> int | None:
        if self._group is None:
            return None
        try:
            with open(self._file(folder), encoding="utf-8") as file:
                text = file.read().strip()
        except FileNotFoundError:
            return None
        if not text.isdecimal():
            raise DataFolderError(f"{self._file(folder)}: this holds no offset; remove it to begin anew")
        return int(text)

    def _keep(self) -> None:
        """Remembers the positions, each whole or not at all."""
        for folder, offset in self._position.items():
            if self._kept.get(folder) == offset:
                continue
            path = self._file(folder)
            partial = f"{os.path.dirname(path)}/.{self._group}.partial"
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(partial, "w", encoding="utf-8") as file:
                    file.write(f"{offset}\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(partial, path)
            except OSError as error:
                raise DataFolderError(f"{path}: the position cannot be remembered: {error.strerror}") from error
            self._kept[folder] = offset
        self._keep_at = time.monotonic() + KEEPING
