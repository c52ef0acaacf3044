"""Streams of Nightjar's products, and of surveys: one loop for Kafka, Pub/Sub and the topics of a data folder.

Each message comes at least once: it counts as done when the next one is asked for. Clients of Kafka and Pub/Sub are
imported where they are needed; the package itself does without.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from ._errors import StreamError
from ._kafka import KafkaStream
from ._pubsub import PubSubStream
from ._stream import Message, Stream
from ._subscriber import FolderStream

__all__ = ["Message", "Stream", "StreamError", "follow"]


def follow(
    address: str | os.PathLike[str],
    *,
    group: str | None = None,
    from_start: bool = False,
    timeout: float | None = None,
    commit: bool = True,
    kafka: Mapping[str, str | int | bool] | None = None,
) -> Stream:
    """Follows a stream, one loop for all kinds.

    A message counts as done when the next one is asked for: who stops in a loop's body has its message again. Ctrl-C
    while waiting ends the loop as its end does, with ``interrupted`` set; the client is closed.

    Parameters
    ----------
    address : str or path
        ``kafka://HOST:PORT/TOPIC[,TOPIC]``; ``pubsub://PROJECT/SUBSCRIPTION``; ``topics:DIR/TOPIC`` or the path
        ``DIR/topics/TOPIC``, where DIR is a data folder.
    group : str, optional
        Those of one group share the messages (Kafka), and the group goes on where it stopped. In a data folder it is
        the name of ``nightjar topic --subscriber``. Without it nothing is remembered. A subscription is a group itself.
    from_start : bool
        Where no position is remembered: at the first message, and not at the next one to come.
    timeout : float, optional
        Ends after so many seconds without a message; without it the loop waits for ever.
    commit : bool
        False leaves the remembered position as it is.
    kafka : mapping, optional
        More properties of librdkafka, such as those of SASL. No error shows them.

    Returns
    -------
    Stream
        An iterator of `Message`.

    Raises
    ------
    ImportError
        ``confluent-kafka`` or ``google-cloud-pubsub`` is not installed.
    StreamError
        The server does not answer or refuses, or has no such topic or subscription.
    ValueError
        The address makes no sense.

    Examples
    --------
    >>> with follow(f"topics:{path}/ztf_exgalac_trans", from_start=True, timeout=0) as stream:
    ...     names = [message.records()[0]["objectId"] for message in stream]
    >>> len(names)
    41
    """
    text = os.fspath(address)
    kind, _, rest = text.partition(":")
    # Who writes a password into an address should not find it in a log.
    if kind in ("kafka", "pubsub") and "@" in rest:
        raise ValueError(f"a {kind}:// address has no user and no password; properties are for them (kafka=)")
    if kafka is not None and kind != "kafka":
        raise ValueError("kafka= is for kafka:// addresses")
    if kind == "kafka":
        return KafkaStream(text, group, from_start, timeout, commit, kafka or {})
    if kind == "pubsub":
        if group is not None or from_start:
            raise ValueError("a subscription has its own position: group and from_start are not for pubsub://")
        return PubSubStream(text, timeout, commit)
    if "://" in text:
        raise ValueError(f"{kind}:// is no stream: say kafka://, pubsub:// or topics:DIR/TOPIC")
    return FolderStream(rest if kind == "topics" else text, kind == "topics", group, from_start, timeout, commit)
