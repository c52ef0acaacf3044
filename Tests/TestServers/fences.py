"""What Kafka promises its groups and the test server does not, kept by a proxy in front of it.

    fences.py LISTEN_PORT SERVER_PORT [FILE]

The server (noida-db 0.2.3) takes a transaction's offsets from anybody (TxnOffsetCommit: an older generation, a member that
was replaced, one that never was), gives a group's offsets while a transaction that changes them is open, and misses a dead
member only when that member speaks again; one that waits to join is forgotten when another, who was told first, joins
again at once, as in a cooperative rebalance; and a leader that comes back by its static name may give the partitions out
anew in the same generation, so that two members have them. Kafka's answers to these (KIP-447, KIP-345) are given here:

- TxnOffsetCommit is forwarded only if the server's answer to a heartbeat of the same member and generation would let it.
- OffsetFetch that asks for stable offsets is answered UNSTABLE_OFFSET_COMMIT while a transaction on them is open.
- Who has joined is told so before another's rejoining goes through; SyncGroup gives partitions out once a generation.
- A member that is silent for its session's time leaves the group; a transaction that is older than its time is aborted.

All else goes through as it is. While FILE is there the cluster has no controller, as while it chooses one.
"""

import asyncio
import os
import struct
import sys
import time

# What it does is told on standard output, for who must find out why a test failed.

OFFSET_FETCH, METADATA, COORDINATOR, JOIN, HEARTBEAT, LEAVE, SYNC, OFFSET_COMMIT = 9, 3, 10, 11, 12, 13, 14, 8
INIT_PRODUCER, END_TRANSACTION, TRANSACTION_OFFSETS = 22, 26, 28
REBALANCE_IN_PROGRESS, UNSTABLE_OFFSET_COMMIT = 27, 88
# The first versions whose strings are compact and whose headers have tags.
FLEXIBLE = {OFFSET_FETCH: 6, HEARTBEAT: 4, SYNC: 4, OFFSET_COMMIT: 8, JOIN: 6, LEAVE: 4, INIT_PRODUCER: 2,
            END_TRANSACTION: 3, TRANSACTION_OFFSETS: 3}


class Reader:
    def __init__(self, data, position=0):
        self.data, self.position, self.compact = data, position, False

    def number(self, form):
        value = struct.unpack_from(">" + form, self.data, self.position)[0]
        self.position += struct.calcsize(">" + form)
        return value

    def length(self, form):
        if not self.compact:
            return self.number(form)
        value = shift = 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value - 1

    def text(self):
        count = self.length("h")
        if count < 0:
            return None
        self.position += count
        return self.data[self.position - count:self.position].decode()

    def skip(self, count):
        self.position += count

    def tags(self):
        if self.compact:
            for _ in range(self.length("h") + 1):
                self.length("h")
                self.skip(self.length("h") + 1)


def text(value):
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value.encode()


def compact(count):
    """An unsigned varint of count + 1."""
    count, out = count + 1, b""
    while count > 127:
        out += bytes([count & 127 | 128])
        count >>= 7
    return out + bytes([count])


def assignment(reader):
    """The partitions that an answer to a join gives, for the log."""
    found = []
    try:
        if reader.number("i") > 0:
            reader.number("h")
            for _ in range(reader.number("i")):
                topic = reader.text()
                found += [f"{topic}[{reader.number('i')}]" for _ in range(reader.number("i"))]
    except struct.error:
        found.append("no assignment of consumers")
    return found


def without_controller(request, frame):
    """A description of the cluster in which it has no controller, while it is to have none."""
    if len(sys.argv) < 4 or not os.path.exists(sys.argv[3]) or request.version < 1:
        return frame
    answer = Reader(frame, 4 if request.version < 3 else 8)
    for _ in range(answer.number("i")):
        answer.number("i"), answer.text(), answer.number("i"), answer.text()
    if request.version >= 2:
        answer.text()
    return frame[:answer.position] + struct.pack(">i", -1) + frame[answer.position + 4:]


class Request:
    """A request's header, and a reader that stands behind it."""

    def __init__(self, frame):
        self.frame = frame
        self.body = Reader(frame)
        self.api, self.version = self.body.number("h"), self.body.number("h")
        self.correlation = self.body.number("i")
        self.body.text()
        self.marks = False
        self.body.compact = self.version >= FLEXIBLE.get(self.api, 1000)
        self.body.tags()


class Member:
    def __init__(self, instance, session):
        self.instance, self.session, self.seen, self.waiting = instance, session, time.monotonic(), 0


class Fences:
    def __init__(self, port, server_port):
        self.port, self.server_port = port, server_port
        self.members = {}  # (group, member): Member
        self.settled = {}  # group: the generation whose leader has given out the partitions
        self.joining = {}  # group: joins that wait for their answers
        self.pending = {}  # transactional id: its groups whose offsets wait
        self.lifetimes = {}  # transactional id: seconds
        self.begun = {}  # transactional id: when the first offset came

    # Questions of its own to the server.

    async def ask(self, api, version, body):
        return await asyncio.wait_for(self.answer_of_server(api, version, body), 5)

    async def answer_of_server(self, api, version, body):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            frame = struct.pack(">hhi", api, version, 1) + text("fences") + body
            writer.write(struct.pack(">i", len(frame)) + frame)
            count = struct.unpack(">i", await reader.readexactly(4))[0]
            return Reader(await reader.readexactly(count), 4)
        finally:
            writer.close()

    async def heartbeat(self, group, generation, member, instance):
        answer = await self.ask(
            HEARTBEAT, 3, text(group) + struct.pack(">i", generation) + text(member) + text(instance))
        answer.number("i")
        return answer.number("h")

    async def sweep(self):
        while True:
            await asyncio.sleep(0.25)
            now = time.monotonic()
            try:
                for key, member in list(self.members.items()):
                    if member.waiting == 0 and now - member.seen > member.session:
                        del self.members[key]
                        group, name = key
                        print("silent:", group, name, flush=True)
                        await self.ask(
                            LEAVE, 3, text(group) + struct.pack(">i", 1) + text(name) + text(member.instance))
                for name, begun in list(self.begun.items()):
                    if now - begun > self.lifetimes.get(name, 60):
                        print("unfinished:", name, flush=True)
                        # Another producer of the name ends what the old one left open.
                        await self.ask(INIT_PRODUCER, 1, text(name) + struct.pack(">i", 60_000))
                        self.end(name)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
                print("sweep:", repr(error), flush=True)

    def end(self, name):
        self.pending.pop(name, None)
        self.begun.pop(name, None)

    # What goes by.

    async def answer(self, request):
        """Looks at a request; an answer here keeps it from the server."""
        body = request.body
        if request.api == TRANSACTION_OFFSETS:
            return await self.transaction_offsets(request)
        if request.api == OFFSET_FETCH and request.version == 7:
            return self.offset_fetch(request)
        if request.api in (HEARTBEAT, SYNC, OFFSET_COMMIT):
            group = body.text()
            body.number("i")
            self.hear(group, body.text())
        return None

    def hear(self, group, name):
        if (member := self.members.get((group, name))) is not None:
            member.seen = time.monotonic()
        return member

    async def transaction_offsets(self, request):
        body = request.body
        name, group = body.text(), body.text()
        body.number("q"), body.number("h")
        request.marks = name not in self.pending
        # Marked before the question, so that whoever owns the partitions after the server's word sees it.
        self.pending.setdefault(name, set()).add(group)
        self.begun.setdefault(name, time.monotonic())
        if request.version < 3:
            return None
        generation, member, instance = body.number("i"), body.text(), body.text()
        self.hear(group, member)
        error = 0 if generation < 0 else await self.heartbeat(group, generation, member, instance)
        if error in (0, REBALANCE_IN_PROGRESS):
            return None
        print("fenced:", error, name, generation, member, instance, flush=True)
        self.taken(request, name, error)
        return self.refuse(request, lambda index: struct.pack(">ih", index, error), b"")

    def taken(self, request, name, error):
        """What was not taken, as of a producer that was replaced meanwhile, leaves no offsets waiting."""
        if error != 0 and request.marks:
            self.end(name)

    def offset_fetch(self, request):
        group = request.body.text()
        if not any(group in groups for groups in self.pending.values()):
            return None
        ahead = Request(request.frame).body
        ahead.text()
        for _ in range(max(0, ahead.length("i"))):
            ahead.text()
            ahead.skip(4 * ahead.length("i"))
            ahead.tags()
        if not ahead.number("?"):
            return None
        error = struct.pack(">h", UNSTABLE_OFFSET_COMMIT)
        return self.refuse(
            request, lambda index: struct.pack(">iqi", index, -1, -1) + b"\1" + error, struct.pack(">h", 0))

    def refuse(self, request, partition, end):
        """The same answer for every partition of a flexible request, whose topics come next."""
        body = request.body
        is_fetch = request.api == OFFSET_FETCH
        out = struct.pack(">i", request.correlation) + b"\0" + struct.pack(">i", 0)
        topics = max(0, body.length("i"))
        out += compact(topics)
        for _ in range(topics):
            topic = body.text().encode()
            count = max(0, body.length("i"))
            out += compact(len(topic)) + topic + compact(count)
            for _ in range(count):
                index = body.number("i")
                if not is_fetch:
                    body.number("q"), body.number("i"), body.text(), body.tags()
                out += partition(index) + b"\0"
            body.tags()
            out += b"\0"
        return out + end + b"\0"

    def read(self, request, frame):
        """Looks at the server's answer, and gives it as the client shall have it."""
        body = request.body
        if request.api in (METADATA, COORDINATOR):
            here, there = (b"127.0.0.1" + struct.pack(">i", port) for port in (self.port, self.server_port))
            frame = frame.replace(there, here)
            return without_controller(request, frame) if request.api == METADATA else frame
        if request.api == END_TRANSACTION:
            if request.version < 3 and Reader(frame, 8).number("h") == 0:
                self.end(body.text())
        elif request.api == TRANSACTION_OFFSETS and request.version == 3:
            answer = Reader(frame, 9)
            answer.compact = True
            if answer.length("i") > 0:
                answer.text(), answer.length("i"), answer.number("i")
                self.taken(request, body.text(), answer.number("h"))
        elif request.api == SYNC and request.version == 3:
            group, generation, name = body.text(), body.number("i"), body.text()
            answer = Reader(frame, 8)
            instance, error = body.text(), answer.number("h")
            if error == 0 and body.number("i") > 0:
                self.settled[group] = generation
            print("sync:", group, generation, instance, error, assignment(answer), flush=True)
        elif request.api == INIT_PRODUCER:
            name = body.text()
            self.lifetimes[name] = body.number("i") / 1000
            self.end(name)
        elif request.api == JOIN and request.version == 5:
            group, session = body.text(), body.number("i") / 1000
            body.number("i"), body.text()
            instance = body.text()
            answer = Reader(frame, 8)
            if answer.number("h") == 0:
                generation, _, leader = answer.number("i"), answer.text(), answer.text()
                for key in [key for key, member in self.members.items()
                            if key[0] == group and instance is not None and member.instance == instance]:
                    del self.members[key]
                name = answer.text()
                self.members[(group, name)] = Member(instance, session)
                print("join:", group, generation, instance, "leads" if leader == name else "", flush=True)
        return frame

    def settle(self, request):
        """The frame to forward: a leader that comes back by its static name gives no partitions out again (KIP-814)."""
        if request.api != SYNC or request.version != 3:
            return request.frame
        body = Request(request.frame).body
        group, generation = body.text(), body.number("i")
        if self.settled.get(group) != generation:
            return request.frame
        body.text(), body.text()
        return request.frame[:body.position] + struct.pack(">i", 0)

    def waits(self, request, change):
        """A member that waits for the server's answer to a join is not silent."""
        if request.api in (JOIN, SYNC):
            body = Request(request.frame).body
            group = body.text()
            body.number("i")
            if request.api == JOIN:
                self.joining[group] = self.joining.get(group, 0) + change
                body.number("i")
            if (member := self.hear(group, body.text())) is not None:
                member.waiting += change

    async def all_joined(self, group):
        """Waits until all who joined know: the server forgets those it has not told when the first one joins again."""
        deadline = time.monotonic() + 1
        while self.joining.get(group, 0) > 0 and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    async def serve(self, client_reader, client_writer):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            client_writer.close()
            return
        sent = {}

        async def requests():
            while True:
                frame = await client_reader.readexactly(struct.unpack(">i", await client_reader.readexactly(4))[0])
                request = Request(frame)
                answer = await self.answer(request)
                if answer is not None:
                    client_writer.write(struct.pack(">i", len(answer)) + answer)
                    await client_writer.drain()
                    continue
                self.waits(request, 1)
                frame = self.settle(request)
                again = sent[request.correlation] = Request(frame)
                again.marks = request.marks
                writer.write(struct.pack(">i", len(frame)) + frame)
                await writer.drain()

        async def answers():
            while True:
                frame = await reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0])
                request = sent.pop(struct.unpack_from(">i", frame)[0])
                self.waits(request, -1)
                if request.api == SYNC:
                    await self.all_joined(Request(request.frame).body.text())
                frame = self.read(request, frame)
                client_writer.write(struct.pack(">i", len(frame)) + frame)
                await client_writer.drain()

        both = [asyncio.ensure_future(requests()), asyncio.ensure_future(answers())]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        for request in sent.values():
            self.waits(request, -1)
        for task in await asyncio.gather(*both, return_exceptions=True):
            if isinstance(task, Exception) and not isinstance(task, (OSError, asyncio.IncompleteReadError)):
                raise task
        client_writer.close()
        writer.close()


async def main():
    fences = Fences(int(sys.argv[1]), int(sys.argv[2]))
    server = await asyncio.start_server(fences.serve, "127.0.0.1", fences.port, limit=1 << 20)
    sweeping = asyncio.ensure_future(fences.sweep())
    async with server:
        await asyncio.gather(server.serve_forever(), sweeping)


if __name__ == "__main__":
    asyncio.run(main())
