"""Topics of a Kafka server, over confluent-kafka."""

from __future__ import annotations

import contextlib
import logging
import urllib.parse
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ._errors import StreamError
from ._stream import KEEPING, PATIENCE, Message, Stream

if TYPE_CHECKING:
    import confluent_kafka


class KafkaStream(Stream):
    """Topics of a Kafka server; only what transactions have committed."""

    def __init__(
        self, address: str, group: str | None, from_start: bool, timeout: float | None, commit: bool,
        properties: Mapping[str, str | int | bool],
    ) -> None:  # fmt: skip
        parts = urllib.parse.urlsplit(address)
        topics = [name for name in parts.path.strip("/").split(",") if name]
        if not parts.netloc or not topics or parts.query or parts.fragment:
            raise ValueError(f"{address}: say kafka://HOST:PORT/TOPIC, or TOPIC,TOPIC")
        try:
            import confluent_kafka
        except ImportError as error:
            raise ImportError("to follow kafka:// addresses, pip install confluent-kafka") from error
        super().__init__(timeout, commit and group is not None)
        self._kafka, self._server = confluent_kafka, f"kafka://{parts.netloc}"
        settings = {
            "auto.offset.reset": "earliest" if from_start else "latest",
            "isolation.level": "read_committed",
            **properties,
            "bootstrap.servers": parts.netloc,
            # Without a group nobody can go on where this stream stopped.
            "group.id": group or f"nightjar-{uuid.uuid4()}",
            # Offsets are stored when a message is done; librdkafka commits them each second, and when it leaves.
            "enable.auto.commit": self._commits,
            "auto.commit.interval.ms": int(KEEPING * 1000),
            "enable.auto.offset.store": False,
        }
        try:
            self._consumer = confluent_kafka.Consumer(settings, logger=logging.getLogger("nightjar.kafka"))
        except confluent_kafka.KafkaException as error:
            self._ended = True
            raise ValueError(f"{self._server}: {_kafka_words(error, properties)}") from None
        try:
            self._subscribe(topics)
        except confluent_kafka.KafkaException as error:
            self.close()
            raise StreamError(f"{self._server}: {_kafka_words(error, properties)}") from None
        except BaseException:
            self.close()
            raise

    def _subscribe(self, topics: list[str]) -> None:
        known = self._consumer.list_topics(timeout=PATIENCE).topics
        for name in topics:
            if not name.startswith("^") and (name not in known or known[name].error is not None):
                own = sorted(name for name in known if not name.startswith("_"))
                raise StreamError(f"{self._server} has no topic {name}; it has {', '.join(own) or 'none'}")
        self._consumer.subscribe(topics)

    def _take(self, seconds: float) -> Message | None:
        message = self._consumer.poll(seconds)
        if message is None:
            return None
        if (error := message.error()) is not None:
            self._refuse(error)
            return None
        kind, milliseconds = message.timestamp()
        key, headers = message.key(), message.headers() or []
        if isinstance(headers, dict):
            headers = list(headers.items())
        is_timed = kind != self._kafka.TIMESTAMP_NOT_AVAILABLE
        return Message(
            message.topic() or "", message.partition() or 0, message.offset() or 0,
            datetime.fromtimestamp(milliseconds / 1000, timezone.utc) if is_timed else None,
            key.encode() if isinstance(key, str) else key, _as_bytes(message.value()),
            {name: _as_bytes(value).decode(errors="replace") for name, value in headers},
        )  # fmt: skip

    def _refuse(self, error: confluent_kafka.KafkaError) -> None:
        """Raises what does not pass by itself; librdkafka goes on trying at the rest."""
        codes = self._kafka.KafkaError
        lasting = (
            codes.TOPIC_AUTHORIZATION_FAILED, codes.GROUP_AUTHORIZATION_FAILED, codes._AUTHENTICATION,
            codes.UNKNOWN_TOPIC_OR_PART, codes._UNKNOWN_TOPIC,
        )  # fmt: skip
        if error.fatal() or error.code() in lasting:
            raise StreamError(f"{self._server}: {error.str()}")

    def _done(self, message: Message) -> None:
        if self._commits:
            place = self._kafka.TopicPartition(message.topic, message.partition, message.offset + 1)
            # A partition that went to another member of the group is that one's to commit.
            with contextlib.suppress(self._kafka.KafkaException):
                self._consumer.store_offsets(offsets=[place])

    def _close(self) -> None:
        # Commits what is stored, and leaves the group, so that the others need not wait for it.
        self._consumer.close()


def _kafka_words(error: Exception, properties: Mapping[str, Any]) -> str:
    """librdkafka's words, without the values of properties, which may be secrets."""
    cause = error.args[0] if error.args else error
    words = str(cause.str()) if hasattr(cause, "str") else str(cause)
    for name, value in properties.items():
        if len(str(value)) > 3 and not isinstance(value, (bool, int)):
            words = words.replace(str(value), f"({name})")
    return words


def _as_bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""
