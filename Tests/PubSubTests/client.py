"""Google's own Pub/Sub client: client.py publish TOPIC, or pull SUBSCRIPTION COUNT; messages as JSON Lines."""

import base64
import json
import sys

from google.cloud import pubsub_v1

command, path = sys.argv[1:3]
if command == "publish":
    options = pubsub_v1.types.PublisherOptions(enable_message_ordering=True)
    with pubsub_v1.PublisherClient(publisher_options=options) as client:
        for line in sys.stdin:
            message = json.loads(line)
            future = client.publish(
                path, base64.b64decode(message["data"]), ordering_key=message["key"], **message["attributes"])
            print(json.dumps(future.result(20)))
else:
    left = int(sys.argv[3])
    with pubsub_v1.SubscriberClient() as client:
        while left > 0:
            pulled = client.pull(subscription=path, max_messages=left, timeout=20).received_messages
            for each in pulled:
                message = each.message
                print(json.dumps({
                    "data": base64.b64encode(message.data).decode(), "attributes": dict(message.attributes),
                    "key": message.ordering_key, "id": message.message_id}))
            client.acknowledge(subscription=path, ack_ids=[each.ack_id for each in pulled])
            left -= len(pulled)
