"""Records in the segments of a data folder: where they lie, and what they are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import _avro
from ._errors import DamagedRecordError
from ._sqlite import Database

#: Of the tables ``segments`` and ``messages``, as ``s`` and ``m``.
COLUMNS = "s.path, s.fingerprint, m.position, m.length, m.checksum"
# A record is no longer than a packet may be.
_LONGEST = 300 << 20


@dataclass(frozen=True)
class Location:
    """Where a record lies.

    Attributes
    ----------
    segment : str
        The segment's path. While a run writes it, the file has ``.open`` behind its name.
    byte : int
        The first byte of the record's block in it.
    length : int
        The block's bytes.
    """

    segment: str
    byte: int
    length: int


class Record:
    """A record, sound, in the schema that it is stored in."""

    def __init__(self, location: Location, body: bytes, schema: bytes) -> None:
        self.location = location
        self.body = body
        self.schema = schema

    def container(self) -> bytes:
        """The record in a container of its own, byte for byte as ``nightjar alert ID --avro FILE`` writes it."""
        return _avro.container(self.schema, self.body, hashlib.sha256(self.body).digest()[: _avro.SYNC_BYTES])

    def values(self) -> dict[str, Any]:
        """The record as a dict."""
        try:
            value: dict[str, Any] = _reader(self.schema)(self.body, 0)[0]
        except _avro.AvroError as error:
            raise DamagedRecordError(f"{self.location.segment}: {error}") from error
        return value


@lru_cache(maxsize=64)
def _reader(schema: bytes) -> _avro.Reader:
    return _avro.compiled(schema)


def record(database: Database, row: tuple[Any, ...], what: str) -> Record:
    """Reads the record of a row of `COLUMNS`, and holds it against its checksum.

    Raises
    ------
    DamagedRecordError
        It is not as it was written, or its file is missing; ``what`` says which it is.
    """
    path, fingerprint, byte, length, checksum = row
    location = Location(f"{database.folder}/{path}", byte, length)

    def damage(why: str) -> DamagedRecordError:
        return DamagedRecordError(f"{location.segment}: {what} is damaged: {why}; 'nightjar verify' looks for more")

    if not 0 < length <= _LONGEST or byte < 0:
        raise damage(f"the index says a record of {length} bytes at {byte}")
    try:
        data = _read(location.segment, location.byte, length)
    except OSError as error:
        raise damage(error.strerror or str(error)) from error
    if len(data) < length:
        raise damage(f"the file ends before byte {byte + length}, where the record ends")
    if checksum is not None and _avro.crc32c(data) != checksum & 0xFFFFFFFF:
        raise damage(f"its {length} bytes have another CRC32C than when they were written")
    try:
        count, at = _avro.long(data, 0)
        size, at = _avro.long(data, at)
    except _avro.AvroError as error:
        raise damage(str(error)) from error
    sync = hashlib.sha256(f"{path}{fingerprint}".encode()).digest()[: _avro.SYNC_BYTES]
    if count != 1 or at + size + len(sync) != length or data[at + size :] != sync:
        raise damage("no block of one record is here")
    return Record(location, data[at : at + size], _schema(database, location.segment, fingerprint, damage))


def _read(segment: str, byte: int, count: int) -> bytes:
    # A segment may be closed, and so renamed, between the look-up and this.
    for name in (segment, segment + ".open", segment):
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            continue
        try:
            return os.pread(descriptor, count, byte)
        finally:
            os.close(descriptor)
    raise FileNotFoundError(2, "the file is missing")


def _schema(database: Database, segment: str, fingerprint: str, damage: Callable[[str], DamagedRecordError]) -> bytes:
    known = database.schemas.get(fingerprint)
    if known is not None:
        return known
    rows = database.rows("SELECT json FROM schemas WHERE fingerprint = ?", (fingerprint,))
    if rows:
        schema = bytes(rows[0][0])
    else:  # a segment of the first layout
        try:
            schema = _avro.parsed_header(_read(segment, 0, 1 << 20))[0].get("avro.schema", b"")
        except (_avro.AvroError, OSError) as error:
            raise damage(str(error)) from error
    if hashlib.sha256(schema).hexdigest()[:16] != fingerprint:
        raise damage("its schema is not as it was written")
    database.schemas[fingerprint] = schema
    return schema
