"""Packets out of a tarball, and records out of packets, with the help of tarfile and fastavro."""
import io
import tarfile

import fastavro

# The Avro specification 1.11, "Object Container Files".
_HEADER = fastavro.parse_schema({
    "type": "record", "name": "org.apache.avro.file.Header", "fields": [
        {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": 4}},
        {"name": "meta", "type": {"type": "map", "values": "bytes"}},
        {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": 16}},
    ]})


class DamagedTarball(Exception):
    """The tarball ends or breaks before its end; the packets before that place were given."""


def packets(path):
    """Yields the name and the bytes of every .avro file in a tarball, reading it once from front to back."""
    try:
        with tarfile.open(path, "r|*") as tarball:
            for member in tarball:
                if member.isfile() and member.name.endswith(".avro"):
                    yield member.name, tarball.extractfile(member).read()
                # tarfile remembers every member otherwise.
                tarball.members = []
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DamagedTarball(f"{path}: {error}") from error


def plain_records(data):
    """The schema's text and the records of a container file, read in the way that fastavro's manual shows, and None."""
    reader = fastavro.reader(io.BytesIO(data))
    return reader.metadata["avro.schema"], list(reader), None


class CachedSchemas:
    """Reads container files as `plain_records` does, but parses each schema once."""

    def __init__(self):
        self.parsed = {}

    def body(self, data):
        """The schema's text, the parsed schema and the record's bytes; None where it is not one uncompressed record."""
        source = io.BytesIO(data)
        header = fastavro.schemaless_reader(source, _HEADER)
        text = header["meta"]["avro.schema"]
        schema = self.parsed.get(text)
        if schema is None:
            with io.BytesIO(data) as again:
                schema = self.parsed[text] = fastavro.parse_schema(fastavro.reader(again).writer_schema)
        count = fastavro.schemaless_reader(source, "long")
        size = fastavro.schemaless_reader(source, "long")
        start = source.tell()
        whole = start + size + len(header["sync"]) == len(data) and data.endswith(header["sync"])
        if count != 1 or header["meta"].get("avro.codec", b"null") != b"null" or not whole:
            return None
        return text.decode(), schema, data[start : start + size]

    def records(self, data):
        """The schema's text and the records; in place of None the record's bytes, where they are a record's alone."""
        single = self.body(data)
        if single is None:
            return plain_records(data)
        text, schema, body = single
        return text, [fastavro.schemaless_reader(io.BytesIO(body), schema)], body
