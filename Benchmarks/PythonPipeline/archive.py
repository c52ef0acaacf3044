"""Files that grow: the Avro archive with corrected schemas, and the stream of passing alerts."""
import hashlib
import io
import json
import os

from fastavro.write import Writer


def corrected(node):
    """The schema as strict readers accept it: null stands first in a union whose default is null."""
    if isinstance(node, list):
        return [corrected(branch) for branch in node]
    if not isinstance(node, dict):
        return node
    nested = ("type", "items", "values", "fields")
    node = {key: corrected(value) if key in nested else value for key, value in node.items()}
    if "default" in node and node["default"] is None and node["type"] != "null":
        if isinstance(node["type"], list) and "null" in node["type"]:
            node["type"].sort(key=lambda branch: branch != "null")
        else:
            del node["default"]
    return node


def night(jd):
    """The UTC date of a Julian date, as YYYYMMDD (Richards 2013, "Calendars")."""
    f = int(jd + 0.5) + 1401 + (4 * int(jd + 0.5) + 274277) // 146097 * 3 // 4 - 38
    e = 4 * f + 3
    h = 5 * (e % 1461 // 4) + 2
    month = (h // 153 + 2) % 12 + 1
    return (e // 1461 - 4716 + (14 - month) // 12) * 10_000 + month * 100 + h % 153 // 5 + 1


def open_at(path, size):
    """Opens a file to append, without what a killed run wrote beyond `size`."""
    path.touch()
    os.truncate(path, size)
    return open(path, "a+b")


class Block:
    """One record's bytes, as `Writer.write_block` takes them."""

    num_records = 1

    def __init__(self, body):
        self.bytes_ = io.BytesIO(body)


class Archive:
    """One Avro container for each night and schema, each alert in a block of its own."""

    def __init__(self, folder, sizes):
        self.folder, self.sizes = folder, sizes
        self.schemas = {}
        self.changed = set()
        self.writers = {}

    def append(self, schema, record, body=None):
        """Appends a record, or its bytes where they can stay; returns the file's name and where its block begins."""
        key = (night(record["candidate"]["jd"]), schema)
        if key not in self.writers:
            self.writers[key] = self.open(*key)
        name, file, writer = self.writers[key]
        position = file.tell()
        if body is None or schema in self.changed:
            writer.write(record)
        else:
            writer.write_block(Block(body))
        return name, position

    def open(self, date, schema):
        if schema not in self.schemas:
            original = json.loads(schema)
            self.schemas[schema] = corrected(original)
            if self.schemas[schema] != original:
                self.changed.add(schema)
        name = f"{date}-{hashlib.sha256(schema.encode()).hexdigest()[:8]}.avro"
        file = open_at(self.folder / name, self.sizes.get(name, 0))
        # A writer appends to a file that has a header, and gives an empty one its header.
        return name, file, Writer(file, self.schemas[schema], sync_interval=1)

    def sync(self):
        """Puts all on the disk; returns the length of each file."""
        for _, file, writer in self.writers.values():
            writer.flush()
            os.fsync(file.fileno())
        return {name: file.tell() for name, file, _ in self.writers.values()}

    def close(self):
        for _, file, _ in self.writers.values():
            file.close()


class Stream:
    """JSON lines."""

    def __init__(self, path, sizes):
        self.name = path.name
        self.file = open_at(path, sizes.get(path.name, 0))

    def append(self, line):
        self.file.write(line.encode() + b"\n")

    def sync(self):
        self.file.flush()
        os.fsync(self.file.fileno())
        return {self.name: self.file.tell()}

    def close(self):
        self.file.close()
