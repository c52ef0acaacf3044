"""A subscription of Pub/Sub, over Google's client."""

from __future__ import annotations

import contextlib
import queue
from collections import deque
from typing import Any

from ._errors import StreamError
from ._stream import PATIENCE, Message, Stream

# Messages that the client holds at most, and of these the ones that were given and are not to be acknowledged.
_HELD, _LOOKED_AT = 200, 100
# Leases are this long, s, and are extended while a message is worked on; what a stream leaves comes again then.
_LEASE = 15


class PubSubStream(Stream):
    """A subscription, over Google's client; ``PUBSUB_EMULATOR_HOST`` sends it to an emulator."""

    def __init__(self, address: str, timeout: float | None, commit: bool) -> None:
        project, _, subscription = address.removeprefix("pubsub://").partition("/")
        if not project or not subscription or "/" in subscription:
            raise ValueError(f"{address}: say pubsub://PROJECT/SUBSCRIPTION")
        try:
            from google.cloud import pubsub_v1  # type: ignore[import-untyped]
        except ImportError as error:
            raise ImportError("to follow pubsub:// addresses, pip install google-cloud-pubsub") from error
        super().__init__(timeout, commit)
        self._address, self._name = address, subscription
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._current: Any = None
        self._looked_at: deque[Any] = deque()
        self._ended = True  # there is nothing to close until the next lines have worked
        try:
            self._client = pubsub_v1.SubscriberClient()
            self._pulling = self._client.subscribe(
                self._client.subscription_path(project, subscription), callback=self._queue.put,
                flow_control=pubsub_v1.types.FlowControl(max_messages=_HELD, max_duration_per_lease_extension=_LEASE),
                # So that the end of the client is the end of its threads, which have things to send.
                await_callbacks_on_shutdown=True,
            )  # fmt: skip
        except Exception as error:
            raise StreamError(f"{address}: {error}") from None
        self._ended = False

    def _take(self, seconds: float) -> Message | None:
        try:
            self._current = self._queue.get(timeout=seconds) if seconds > 0 else self._queue.get_nowait()
        except queue.Empty:
            if self._pulling.done() and (error := self._pulling.exception()) is not None:
                raise StreamError(f"{self._address}: {error}") from None
            return None
        found = self._current
        number = int(found.message_id) if str(found.message_id).isdecimal() else 0
        key = found.ordering_key.encode() or None
        return Message(self._name, 0, number, found.publish_time, key, found.data, dict(found.attributes))

    def _done(self, message: Message) -> None:
        if self._commits:
            self._current.ack()
        else:
            # Returned at once it would come again at once. What is dropped comes again when its lease ends.
            self._looked_at.append(self._current)
            if len(self._looked_at) > _LOOKED_AT:
                self._looked_at.popleft().drop()
        self._current = None

    def _close(self) -> None:
        # What was not acknowledged comes again when its lease ends. It is not returned before: it would come at once,
        # to this very client, which is about to leave with it.
        self._pulling.cancel()
        with contextlib.suppress(Exception):
            self._pulling.result(timeout=PATIENCE)
        self._client.close()
