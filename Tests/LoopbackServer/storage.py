"""A Cloud Storage server that fails as the real one may: the bucket's name says how. Each keeps what it was sent.

Its sessions, preconditions, statuses and headers are those of the JSON API's documentation; CRC32C is summed up here.
"""
import base64, email.parser, email.policy, json, urllib.parse
import server

TABLE = []
for value in range(256):
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    TABLE.append(value)


def crc32c(body):
    value = 0xFFFFFFFF
    for byte in body:
        value = TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return base64.b64encode((value ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


objects, sessions, notifications, visits = {}, {}, {}, {}


class Handler(server.Handler):
    def body(self, share=1.0):
        self.left = int(self.headers.get("Content-Length", 0))
        return self.rfile.read(int(self.left * share))

    def give(self, told, status=200, **headers):
        self.answer(json.dumps(told).encode(), status, **headers)

    def refuse(self, status, reason, message):
        self.give({"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}, status)

    def visited(self, *key):
        visits[key] = visits.get(key, 0) + 1
        return visits[key]

    def describe(self, bucket, name):
        body, fields = objects[bucket, name]
        told = {"bucket": bucket, "name": name, "size": str(len(body)), "generation": "1", "crc32c": crc32c(body)}
        return {**told, "contentType": fields.get("contentType"), "metadata": fields.get("metadata", {})}

    def fails(self, bucket, name):
        """Answers for the buckets that fail before anything is done."""
        visit = self.visited("fails", bucket, name)
        if bucket == "busy" and visit <= 2:
            self.answer(b"<html>", 503)
        elif bucket == "denied":
            self.refuse(403, "forbidden", "broker@night does not have storage.objects.create access.")
        elif bucket == "quota" and visit == 1:
            self.refuse(403, "rateLimitExceeded", "slow down")
        elif bucket == "many":
            self.refuse(429, "rateLimitExceeded", "The object exceeded the rate limit for object mutation operations.")
        elif bucket == "html":
            self.answer(b"<html>")
        else:
            return False
        return True

    def store(self, bucket, query, fields, body):
        name = fields["name"]
        assert name == query["name"]
        if query.get("ifGenerationMatch") == "0" and (bucket, name) in objects:
            return self.refuse(412, "conditionNotMet", "At least one of the pre-conditions did not hold.")
        if fields["crc32c"] != crc32c(body):
            return self.refuse(400, "invalid", "Provided CRC32C does not match.")
        objects[bucket, name] = (body, fields)
        if bucket == "lost-answer" and self.visited("lost", name) == 1:
            self.close_connection = True
            return None
        told = self.describe(bucket, name)
        self.give({**told, "crc32c": "AAAAAA=="} if bucket == "liar" else told)

    def get_upload(self, words, query, size):
        bucket = words[3]
        if self.command == "PUT":
            return self.piece(bucket, query)
        body = self.body()
        if self.fails(bucket, query["name"]):
            return None
        if query["uploadType"] == "multipart":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
            fields, data = message.iter_parts()
            return self.store(bucket, query, json.loads(fields.get_payload(decode=True)), data.get_payload(decode=True))
        if query.get("ifGenerationMatch") == "0" and (bucket, query["name"]) in objects:
            return self.refuse(412, "conditionNotMet", "At least one of the pre-conditions did not hold.")
        session = str(len(sessions))
        sessions[session] = {"bytes": b"", "query": query, "fields": json.loads(body), "pieces": 0,
                             "length": int(self.headers["X-Upload-Content-Length"])}
        where = urllib.parse.urlencode({**query, "upload_id": session})
        self.answer(b"", Location=f"http://{self.headers['Host']}/upload/storage/v1/b/{bucket}/o?{where}")

    def more(self, session):
        count = len(session["bytes"])
        self.answer(b"", 308, **({"Range": f"bytes=0-{count - 1}"} if count else {}))

    def piece(self, bucket, query):
        session = sessions[query["upload_id"]]
        span, whole = self.headers["Content-Range"].removeprefix("bytes ").split("/")
        assert int(whole) == session["length"] and self.headers.get("Authorization") is None
        if span != "*":
            session["pieces"] += 1
            start = int(span.split("-")[0])
            breaks = bucket == "breaks" and session["pieces"] in (1, 3, 4)
            data = self.body(0.5 if breaks else 1)
            assert start == len(session["bytes"])
            forgets = bucket == "forgets" and session["pieces"] == 2 and self.visited("forgets", query["name"]) == 1
            if forgets or bucket == "lost":
                return self.answer(b"", 410)
            if bucket == "stuck":
                return self.more(session)
            session["bytes"] += data
            if breaks:
                self.close_connection = True
                return self.connection.close()
        if len(session["bytes"]) == session["length"]:
            if "stored" in session:
                return self.give(self.describe(bucket, query["name"]))
            session["stored"] = True
            return self.store(bucket, session["query"], session["fields"], session["bytes"])
        self.more(session)

    def get_storage(self, words, query, size):
        bucket, rest = words[2], words[3:]
        body = self.body()
        if rest[:1] == ["notificationConfigs"]:
            return self.notify(notifications.setdefault(bucket, {}), rest[1:], body)
        if self.fails(bucket, "/".join(rest)):
            return None
        if rest == ["o"]:
            return self.give({"kind": "storage#objects", "nextPageToken": "again"})
        name = urllib.parse.unquote(rest[1])
        if (bucket, name) not in objects:
            return self.refuse(404, "notFound", f"No such object: {bucket}/{name}")
        data = objects[bucket, name][0]
        if query.get("alt") != "media":
            return self.give(self.describe(bucket, name))
        hashes = {} if bucket == "silent" else {"x_goog_hash": f"crc32c={crc32c(data)},md5=AAAA"}
        self.answer(data[:-1] + b"?" if bucket == "damaged" else data, **hashes)

    def notify(self, known, words, body):
        if self.command == "POST":
            told = json.loads(body)
            assert told["topic"].startswith("//pubsub.googleapis.com/projects/")
            told["id"] = str(len(known) + 1)
            known[told["id"]] = told
            return self.give(told)
        if self.command == "DELETE":
            if known.pop(words[0], None) is None:
                return self.refuse(404, "notFound", "No such notification")
            return self.answer(b"", 204)
        self.give({"kind": "storage#notifications", "items": list(known.values())} if known else {})


server.serve(Handler)
