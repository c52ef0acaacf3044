"""Avro records as bytes, with the place of every field in them, so that any field can be given any bytes.

fastavro refuses to write most of what is wanted here, so the encoder is our own; fastavro reads what comes out.
"""
import json
import struct
import zlib

MAGIC = b"Obj\x01"
SYNC = b"hostile packets!"
PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}


def zigzag(number):
    """An int or long; numbers beyond 64 bits are encoded too, as no writer should."""
    return varint(number * 2 if number >= 0 else -number * 2 - 1)


def varint(number):
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def string(text):
    data = text.encode() if isinstance(text, str) else text
    return zigzag(len(data)) + data


def crc_snappy(data):
    import cramjam
    return bytes(cramjam.snappy.compress_raw(data)) + struct.pack(">I", zlib.crc32(data))


def deflate(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


CODECS = {"null": bytes, "deflate": deflate, "snappy": crc_snappy}


def header(schema, codec="null", sync=SYNC, metadata=()):
    """A container's header. The schema may be text or bytes, however wrong."""
    text = schema if isinstance(schema, (str, bytes)) else json.dumps(schema)
    pairs = [("avro.schema", text), ("avro.codec", codec), *metadata]
    return MAGIC + zigzag(len(pairs)) + b"".join(string(key) + string(value) for key, value in pairs) + b"\0" + sync


def block(data, count=1, codec="null", sync=SYNC):
    packed = CODECS[codec](data)
    return zigzag(count) + zigzag(len(packed)) + packed + sync


def container(schema, records, codec="null"):
    """A container with one block of records that are encoded already."""
    return header(schema, codec) + block(b"".join(records), len(records), codec)


class Names:
    """The named types of a schema."""

    def __init__(self, schema):
        self.types = {}
        self.add(schema, "")

    def add(self, schema, namespace):
        if isinstance(schema, list):
            for branch in schema:
                self.add(branch, namespace)
        if not isinstance(schema, dict):
            return
        if "name" in schema and schema["type"] in ("record", "enum", "fixed"):
            full = schema["name"] if "." in schema["name"] else f"{schema.get('namespace', namespace)}.{schema['name']}"
            full = full.lstrip(".")
            namespace = full.rpartition(".")[0]
            self.types[full] = schema
            self.types.setdefault(schema["name"], schema)
        for field in schema.get("fields", ()):
            self.add(field["type"], namespace)
        for part in ("items", "values", "type"):
            if isinstance(schema.get(part), (dict, list)):
                self.add(schema[part], namespace)

    def resolve(self, schema):
        while True:
            if isinstance(schema, str) and schema not in PRIMITIVES:
                schema = self.types[schema]
            elif isinstance(schema, dict) and (isinstance(schema["type"], (dict, list)) or schema["type"] in PRIMITIVES):
                schema = schema["type"]
            else:
                return schema

    def fill(self, schema):
        """A value of the schema: null where it may be, otherwise zero or empty."""
        schema = self.resolve(schema)
        if isinstance(schema, str):
            return {"null": None, "boolean": False, "float": 0.0, "double": 0.0, "bytes": b"", "string": ""}.get(schema, 0)
        if isinstance(schema, list):
            return None if "null" in schema else self.fill(schema[0])
        kind = schema["type"]
        if kind == "record":
            return {field["name"]: self.fill(field["type"]) for field in schema["fields"]}
        return {"array": list, "map": dict, "enum": lambda: schema["symbols"][0], "fixed": lambda: bytes(schema["size"])}[kind]()


class Place:
    """Where a field lies in a record's bytes."""
    __slots__ = ("path", "schema", "start", "end")

    def __init__(self, path, schema, start, end):
        self.path, self.schema, self.start, self.end = path, schema, start, end


class Record:
    """One encoded record. Only the first item of an array has places."""

    def __init__(self, schema, value):
        self.schema, self.names = schema, Names(schema)
        self.places = {}
        self.bytes = bytes(self._write(schema, value, "", bytearray(), True))

    def encode(self, schema, value):
        """A value of a part of the schema, by itself."""
        return bytes(self._write(schema, value, "", bytearray(), False))

    def with_bytes(self, changes):
        """The record with other bytes at some paths that do not overlap."""
        out, at = [], 0
        for place, data in sorted(((self.places[path], data) for path, data in changes.items()), key=lambda c: c[0].start):
            out += [self.bytes[at:place.start], data]
            at = place.end
        return b"".join(out) + self.bytes[at:]

    def _write(self, schema, value, path, out, marks):
        start, resolved = len(out), self.names.resolve(schema)
        if isinstance(resolved, list):
            index = self._branch(resolved, value)
            out += zigzag(index)
            self._write(resolved[index], value, path, out, marks)
        elif isinstance(resolved, str):
            out += self._primitive(resolved, value)
        elif resolved["type"] == "record":
            for field in resolved["fields"]:
                name = f"{path}.{field['name']}" if path else field["name"]
                self._write(field["type"], value[field["name"]], name, out, marks)
        elif resolved["type"] == "array":
            if value:
                out += zigzag(len(value))
            for number, item in enumerate(value):
                self._write(resolved["items"], item, path + "[]", out, marks and number == 0)
            out += b"\0"
        elif resolved["type"] == "map":
            if value:
                out += zigzag(len(value))
            for key, item in value.items():
                out += string(key)
                self._write(resolved["values"], item, path + "{}", out, False)
            out += b"\0"
        elif resolved["type"] == "enum":
            out += zigzag(resolved["symbols"].index(value))
        else:
            out += value
        if marks and path:
            # A union's place comes after that of its branch, and takes it over: it holds the branch's number.
            self.places[path] = Place(path, resolved, start, len(out))
        return out

    def _branch(self, union, value):
        if value is None:
            return union.index("null")
        return next(number for number, branch in enumerate(union) if branch != "null")

    def _primitive(self, kind, value):
        if kind in ("int", "long"):
            return zigzag(value)
        if kind == "float":
            return struct.pack("<f", value)
        if kind == "double":
            return struct.pack("<d", value)
        if kind == "boolean":
            return b"\1" if value else b"\0"
        return b"" if kind == "null" else string(value)
