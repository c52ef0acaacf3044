"""Reads Avro records in plain Python: those of topics, whose images were left out, and single alerts.

Whole archives are read by ``read_alerts``, which is two orders of magnitude faster.
"""

from __future__ import annotations

import bz2
import json
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from ._errors import NightjarError

#: The first bytes of a container.
MAGIC = b"Obj\x01"
SYNC_BYTES = 16
# A block that is compressed a thousandfold fills no memory.
_MOST_BYTES = 300 << 20

#: Reads a value at a position of bytes; gives it, and the position behind it.
Reader = Callable[[bytes, int], tuple[Any, int]]


class AvroError(NightjarError, ValueError):
    """Bytes are not what their schema says."""


def long(data: bytes, at: int) -> tuple[int, int]:
    """A whole number of up to 64 bits, variable-length and zigzag."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise AvroError(f"a number at byte {at} has no end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7


def encoded(number: int) -> bytes:
    """The inverse of `long`."""
    value = (number << 1) ^ (number >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    count, at = long(data, at)
    return _slice(data, at, count)


def _slice(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    end = at + count
    if count < 0 or end > len(data):
        raise AvroError(f"{count} bytes should follow byte {at}, but only {len(data) - at} are there")
    return data[at:end], end


def _string(data: bytes, at: int) -> tuple[str, int]:
    raw, at = _bytes(data, at)
    return raw.decode(errors="replace"), at


def _boolean(data: bytes, at: int) -> tuple[bool, int]:
    raw, at = _slice(data, at, 1)
    return raw != b"\0", at


def _fixed(layout: str) -> Reader:
    form = struct.Struct(layout)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        if at + form.size > len(data):
            raise AvroError(f"the record ends before byte {at + form.size}")
        return form.unpack_from(data, at)[0], at + form.size

    return read


_PRIMITIVES: dict[str, Reader] = {
    "null": lambda data, at: (None, at),
    "boolean": _boolean,
    "int": long,
    "long": long,
    "float": _fixed("<f"),
    "double": _fixed("<d"),
    "bytes": _bytes,
    "string": _string,
}


def compiled(schema: str | bytes) -> Reader:
    """A reader of the records of a schema, given as JSON.

    Records are dicts, arrays lists, enums their symbols; whole numbers are ints, whatever their size.

    Raises
    ------
    AvroError
        The schema is none.
    """
    try:
        return _reader(json.loads(schema), "", {})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AvroError(f"this is no Avro schema: {error}") from error


def _reader(schema: Any, space: str, names: dict[str, Reader]) -> Reader:
    if isinstance(schema, list):
        return _union([_reader(branch, space, names) for branch in schema])
    if isinstance(schema, str):
        if schema in _PRIMITIVES:
            return _PRIMITIVES[schema]
        name = schema if "." in schema or not space else f"{space}.{schema}"
        if name not in names:
            name = schema
        if name not in names:
            raise KeyError(f"the type {schema} is not defined")
        # A type may be named inside of itself, before its reader is made.
        return lambda data, at: names[name](data, at)
    kind = schema["type"]
    if kind in ("record", "error", "enum", "fixed"):
        name = schema["name"]
        space = schema.get("namespace") or (name.rpartition(".")[0] if "." in name else space)
        full = name if "." in name or not space else f"{space}.{name}"
        names[full] = names.get(full, _PRIMITIVES["null"])
        names[full] = _named(schema, kind, space, names)
        return names[full]
    if kind == "array":
        return _blocks(_reader(schema["items"], space, names), is_map=False)
    if kind == "map":
        return _blocks(_reader(schema["values"], space, names), is_map=True)
    return _reader(kind, space, names)


def _named(schema: Any, kind: str, space: str, names: dict[str, Reader]) -> Reader:
    if kind == "fixed":
        size = int(schema["size"])
        return lambda data, at: _slice(data, at, size)
    if kind == "enum":
        symbols = list(schema["symbols"])

        def symbol(data: bytes, at: int) -> tuple[str, int]:
            index, after = long(data, at)
            if not 0 <= index < len(symbols):
                raise AvroError(f"byte {at} names symbol {index} of {len(symbols)}")
            return symbols[index], after

        return symbol
    fields = [(field["name"], _reader(field["type"], space, names)) for field in schema["fields"]]

    def record(data: bytes, at: int) -> tuple[dict[str, Any], int]:
        values = {}
        for name, read in fields:
            values[name], at = read(data, at)
        return values, at

    return record


def _union(branches: list[Reader]) -> Reader:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        index, after = long(data, at)
        if not 0 <= index < len(branches):
            raise AvroError(f"byte {at} names branch {index} of {len(branches)}")
        return branches[index](data, after)

    return read


def _blocks(item: Reader, is_map: bool) -> Reader:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        found: list[Any] = []
        keys: list[str] = []
        while True:
            count, at = long(data, at)
            if count < 0:
                count = -count
                _, at = long(data, at)
            if count == 0:
                return (dict(zip(keys, found, strict=True)) if is_map else found), at
            # Each item has a byte at least, but for nulls, of which nobody makes lists.
            if count > len(data) - at:
                raise AvroError(f"byte {at} says {count} items, but only {len(data) - at} bytes follow")
            for _ in range(count):
                if is_map:
                    key, at = _string(data, at)
                    keys.append(key)
                value, at = item(data, at)
                found.append(value)

    return read


# -- Containers


def header(schema: bytes, sync: bytes) -> bytes:
    """A container's first bytes, as Nightjar writes them: two entries, codec and schema, and the sync marker."""
    entries = [(b"avro.codec", b"null"), (b"avro.schema", schema)]
    body = b"".join(encoded(len(part)) + part for entry in entries for part in entry)
    return MAGIC + encoded(len(entries)) + body + encoded(0) + sync


def container(schema: bytes, record: bytes, sync: bytes) -> bytes:
    """A container of one record."""
    return header(schema, sync) + encoded(1) + encoded(len(record)) + record + sync


def parsed_header(data: bytes) -> tuple[dict[str, bytes], bytes, int]:
    """The metadata of a container, its sync marker, and where its first block begins."""
    if not data.startswith(MAGIC):
        raise AvroError("this is no Avro container: it does not begin with Obj and 1")
    metadata, at = _blocks(_bytes, is_map=True)(data, len(MAGIC))
    sync, at = _slice(data, at, SYNC_BYTES)
    return metadata, sync, at


def records(data: bytes) -> Iterator[dict[str, Any]]:
    """The records of a container.

    Raises
    ------
    AvroError
        It is no container, is damaged, or is compressed by a codec that Python's own library does not have.
    """
    metadata, sync, at = parsed_header(data)
    read = compiled(metadata.get("avro.schema", b""))
    codec = metadata.get("avro.codec", b"null").decode(errors="replace")
    while at < len(data):
        count, at = long(data, at)
        block, at = _bytes(data, at)
        marker, at = _slice(data, at, SYNC_BYTES)
        if marker != sync:
            raise AvroError(f"the block that ends at byte {at} is damaged: its sync marker is another")
        block, start = _inflated(block, codec), 0
        for _ in range(count):
            value, start = read(block, start)
            yield value


def _inflated(block: bytes, codec: str) -> bytes:
    try:
        match codec:
            case "null":
                return block
            case "deflate":
                return zlib.decompressobj(-15).decompress(block, _MOST_BYTES)
            case "bzip2":
                return bz2.BZ2Decompressor().decompress(block, _MOST_BYTES)
            case "xz":
                return lzma.LZMADecompressor().decompress(block, _MOST_BYTES)
    except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
        raise AvroError(f"a block of codec {codec} is damaged: {error}") from error
    raise AvroError(f"the codec {codec} is not read here; nightjar.read_alerts reads it")


# -- Checksums


def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_CRC32C = _table()


def crc32c(data: bytes) -> int:
    """The CRC32C of bytes (RFC 3720, B.4), as Cloud Storage and Kafka have it; some 10 MB/s."""
    table, sum_ = _CRC32C, 0xFFFFFFFF
    for byte in data:
        sum_ = table[(sum_ ^ byte) & 0xFF] ^ sum_ >> 8
    return sum_ ^ 0xFFFFFFFF
