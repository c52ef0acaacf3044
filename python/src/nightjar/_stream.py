"""A message, and the loop over messages that all kinds of streams share."""

from __future__ import annotations

import base64
import contextlib
import json
import math
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import _avro
from ._errors import NightjarError

#: A server has this long to answer the first question, s.
PATIENCE = 10.0
#: Positions are kept so often, s, and at the end.
KEEPING = 1.0
# A wait in a library is no longer than this, s, so that Ctrl-C and close() are heard.
_TURN = 0.2


@dataclass(frozen=True)
class Message:
    """A message of a stream.

    Attributes
    ----------
    topic : str
        Kafka's topic, the subscription, or the topic of the data folder.
    partition : int
        Kafka's; 0 for all else.
    offset : int
        Kafka's, or that in the data folder; the number of a message of Pub/Sub.
    time : datetime or None
        When it was sent, UTC; a data folder keeps no times.
    key : bytes or None
        Kafka's key, which is the object's name in Nightjar's streams; Pub/Sub's ordering key.
    value : bytes
        What was sent.
    attributes : dict
        Kafka's headers, or Pub/Sub's attributes (``docs/google-cloud.md``).
    """

    topic: str
    partition: int
    offset: int
    time: datetime | None
    key: bytes | None
    value: bytes = field(repr=False)
    attributes: dict[str, str] = field(default_factory=dict)

    def records(self) -> list[dict[str, Any]]:
        """What is in it: the records of an Avro container, one in Nightjar's streams, or of JSON.

        Ids are ints, bytes bytes, and what is null None.

        Raises
        ------
        NightjarError
            It is neither, or is damaged.
        """
        if self.value.startswith(_avro.MAGIC):
            return list(_avro.records(self.value))
        if self.value[:1] == b"\0":
            raise NightjarError(
                f"{self._where}: this has a Confluent frame, whose schema is in a registry; 'nightjar run' reads it"
            )
        try:
            found = json.loads(self.value)
        except ValueError:
            raise NightjarError(f"{self._where}: this is neither an Avro container nor JSON") from None
        return found if isinstance(found, list) else [found]

    def json(self) -> Any:
        """The same as `json.dumps` takes it: bytes are base64, NaN is None. One record is given as it is."""
        found = [_plain(record) for record in self.records()]
        return found[0] if len(found) == 1 else found

    @property
    def _where(self) -> str:
        return f"{self.topic} [{self.partition}] message {self.offset}"


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(member) for member in value]
    return value


class Stream(Iterator[Message], ABC):
    """Messages one by one; made by `follow`. A context manager, which closes it.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C ended it.
    """

    def __init__(self, timeout: float | None, commit: bool) -> None:
        if timeout is not None and not timeout >= 0:
            raise ValueError(f"timeout is a number of seconds from 0 on, and not {timeout!r}")
        self.interrupted = False
        self._timeout, self._commits = timeout, commit
        self._last: Message | None = None
        self._ending, self._ended = threading.Event(), False
        self._busy = threading.RLock()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Message:
        try:
            message = self._next()
        except KeyboardInterrupt:
            self.interrupted, message = True, None
        except BaseException:
            self.close()
            raise
        if message is None:
            self.close()
            raise StopIteration
        return message

    def _next(self) -> Message | None:
        with self._busy:
            if self._ending.is_set():
                return None
            last, self._last = self._last, None
            if last is not None:
                self._done(last)
        end = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            # Let go between turns, so that another thread can close the stream.
            with self._busy:
                if self._ending.is_set():
                    return None
                left = _TURN if end is None else min(_TURN, end - time.monotonic())
                self._last = self._take(max(0.0, left))
                if self._last is not None or left <= 0:
                    return self._last

    def close(self) -> None:
        """Ends the stream and leaves its server; the last message does not count as done. Any thread may call it."""
        self._ending.set()
        with self._busy:
            if not self._ended:
                self._ended = True
                self._close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_busy"):
            with contextlib.suppress(Exception):
                self.close()

    @abstractmethod
    def _take(self, seconds: float) -> Message | None:
        """The next message; None where none has come in so long."""

    @abstractmethod
    def _done(self, message: Message) -> None:
        """Commits a message, where that is wanted."""

    @abstractmethod
    def _close(self) -> None:
        """Leaves the server."""
