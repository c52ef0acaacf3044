"""One line for each record of each packet below a folder, as fastavro reads it: file, number, length and CRC-32.

    fastavro_digest.py ALERTS > DIGEST

A record is dumped as tagged values: N, B byte, I int64, D double (a float widened exactly), S and Y with a length
before their bytes, L and M with a count. All numbers little-endian. A record is a map, where the first of two fields
of one name gives the place and the last the value, as in a Python dict. `AvroDump` does the same in Swift.
"""
import csv, glob, io, json, os, struct, sys, tarfile, zlib
import fastavro
import fastavro.read

fastavro.read.LOGICAL_READERS.clear()


def dump(value, out):
    if value is None:
        out.append(b"N")
    elif value is True or value is False:
        out.append(b"B\1" if value else b"B\0")
    elif isinstance(value, int):
        out.append(b"I" + struct.pack("<q", value))
    elif isinstance(value, float):
        out.append(b"D" + struct.pack("<d", value))
    elif isinstance(value, str):
        text = value.encode()
        out.append(b"S" + struct.pack("<q", len(text)) + text)
    elif isinstance(value, bytes):
        out.append(b"Y" + struct.pack("<q", len(value)) + value)
    elif isinstance(value, list):
        out.append(b"L" + struct.pack("<q", len(value)))
        for item in value:
            dump(item, out)
    elif isinstance(value, dict):
        out.append(b"M" + struct.pack("<q", len(value)))
        for key, item in value.items():
            dump(key, out)
            dump(item, out)
    else:
        raise TypeError(type(value))


def without_defaults(schema, seen):
    """The schema as fastavro takes it: no defaults, and each type defined once."""
    if isinstance(schema, list):
        return [without_defaults(branch, seen) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("record", "enum", "fixed"):
        name = schema.get("namespace", "") + "." + schema["name"]
        if name in seen:
            return name
        seen.add(name)
    return {
        key: without_defaults(value, seen) if key in ("type", "items", "values", "fields") else value
        for key, value in schema.items() if key != "default"
    }


def refused(packet):
    """The records of a null-codec container whose schema fastavro refuses."""
    file = io.BytesIO(packet)
    header = fastavro.schemaless_reader(file, fastavro._read_common.HEADER_SCHEMA)
    schema = fastavro.parse_schema(without_defaults(json.loads(header["meta"]["avro.schema"]), set()))
    while file.tell() < len(packet):
        count = fastavro._read_py.BinaryDecoder(file).read_long()
        fastavro._read_py.BinaryDecoder(file).read_long()
        for _ in range(count):
            yield fastavro.schemaless_reader(file, schema)
        file.read(16)


def records(packet, alerts):
    if packet[:4] == b"Obj\1":
        try:
            return list(fastavro.reader(io.BytesIO(packet)))
        except fastavro.schema.SchemaParseException:
            return list(refused(packet))
    number = int.from_bytes(packet[1:5], "big")
    folder = f"{alerts}/schema/lsst/{number // 100}/{number % 100}"
    [root] = glob.glob(folder + "/*.alert.avsc")
    return [fastavro.schemaless_reader(io.BytesIO(packet[5:]), fastavro.schema.load_schema(root))]


def packets(alerts, wanted=None):
    """Names and bytes of the packets that the manifest calls sound, or of those wanted."""
    archives = {}
    for row in csv.DictReader(open(alerts + "/manifest.csv")):
        if row["verified"].startswith("rejected") or (wanted is not None and row["file"] not in wanted):
            continue
        archive, _, member = row["file"].partition("!")
        if not member:
            yield row["file"], open(f"{alerts}/{archive}", "rb").read()
        else:
            if archive not in archives:
                archives = {archive: tarfile.open(f"{alerts}/{archive}")}
            yield row["file"], archives[archive].extractfile(member).read()


def main(alerts):
    for name, packet in packets(alerts):
        for number, record in enumerate(records(packet, alerts)):
            out = []
            dump(record, out)
            dumped = b"".join(out)
            print(name, number, len(dumped), zlib.crc32(dumped), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
