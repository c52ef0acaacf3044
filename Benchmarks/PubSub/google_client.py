"""The same as main.swift with Google's own Python client, as its documentation uses it.

google_client.py HOST:PORT ALERTS BYTES
"""

import json
import os
import sys
import threading
import time

import grpc
from google.cloud import pubsub_v1
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

alerts, size = int(sys.argv[2]), int(sys.argv[3])
project = f"bench-{os.getpid()}"
packet = os.urandom(size)
attributes = {"objectId": "ZTF21aaqgmjt", "candid": "1548252010015010003", "kafka.timestamp": "1617000000000"}
limit = pubsub_v1.types.PublishFlowControl(
    byte_limit=100_000_000, message_limit=100_000, limit_exceeded_behavior=pubsub_v1.types.LimitExceededBehavior.BLOCK)


def channel():
    # As the client makes it for the service. For an emulator it would keep to 4 MB, which its answers exceed.
    sizes = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    return grpc.insecure_channel(sys.argv[1], options=sizes)


with pubsub_v1.PublisherClient(
    publisher_options=pubsub_v1.types.PublisherOptions(flow_control=limit),
    transport=PublisherGrpcTransport(channel=channel()),
) as publisher, pubsub_v1.SubscriberClient(transport=SubscriberGrpcTransport(channel=channel())) as subscriber:
    topic = publisher.topic_path(project, "ztf_alert_data")
    name = subscriber.subscription_path(project, "ztf_alert_data-counter")
    publisher.create_topic(name=topic)
    subscriber.create_subscription(name=name, topic=topic)

    start = time.monotonic()
    for future in [publisher.publish(topic, packet, **attributes) for _ in range(alerts)]:
        future.result()
    publishing = time.monotonic() - start

    pulled, lock, done = 0, threading.Lock(), threading.Event()

    def take(message):
        global pulled
        assert len(message.data) == size
        message.ack()
        with lock:
            pulled += 1
            if pulled == alerts:
                done.set()

    start = time.monotonic()
    stream = subscriber.subscribe(name, take)
    assert done.wait(600), f"{pulled} of {alerts} alerts came"
    stream.cancel()
    stream.result()  # the acknowledgements are out
    pulling = time.monotonic() - start

print(json.dumps({
    "client": "google-cloud-pubsub", "alerts": alerts, "bytes": size, "publish_seconds": publishing,
    "pull_seconds": pulling}))
