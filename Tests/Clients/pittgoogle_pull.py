"""Pulls alerts of a stream with pittgoogle-client, unchanged, and prints what it reads, a line of JSON each.

    pittgoogle_pull.py KEY_FILE SUBSCRIPTION COUNT

The project is GOOGLE_CLOUD_PROJECT, the emulator PUBSUB_EMULATOR_HOST. KEY_FILE is made here: a service account that nobody
knows, since the client insists on one.
"""

import json
import os
import subprocess
import sys
import time

key_file, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])

key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True).stdout
with open(key_file, "w") as file:
    json.dump({
        "type": "service_account", "project_id": os.environ["GOOGLE_CLOUD_PROJECT"], "private_key_id": "1", "private_key": key,
        "client_email": "reader@test.iam.gserviceaccount.com", "client_id": "1",
        "token_uri": "http://127.0.0.1:9/token",
    }, file)

import pittgoogle

auth = pittgoogle.Auth(GOOGLE_APPLICATION_CREDENTIALS=key_file)
subscription = pittgoogle.Subscription(name=name, auth=auth, schema_name="ztf")
subscription.touch()

read, deadline = 0, time.time() + 60
while read < count and time.time() < deadline:
    for alert in subscription.pull_batch(max_messages=count - read):
        read += 1
        print(json.dumps({
            "objectid": alert.objectid, "sourceid": alert.sourceid, "record": alert.dict,
            "attributes": dict(alert.attributes),
        }))
sys.exit(0 if read == count else 1)
