"""Compares rows written for BigQuery with what fastavro reads of the same packets, by google.protobuf.

    bigquery_rows.py ALERTS ROWS

ROWS is a line of JSON for each row: file, number, survey, table, row, and for the first row of a descriptor the
descriptor; bytes in base64. A line is printed for each difference, and the number of rows compared at the end.
"""
import base64, glob, io, json, math, re, struct, sys
import fastavro
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from fastavro_digest import packets

CUTOUTS = {"cutoutScience", "cutoutTemplate", "cutoutDifference"}
FLAT = {
    "ztf": ("candidate", "prv_candidates", "candid"),
    "lsst": ("diaSource", "prvDiaSources", "diaSourceId"),
}
ADDED = {"kafkaPublishTimestamp", "healpix9", "healpix19", "healpix29", "diaObjectId"}


def message_class(serialized):
    file = descriptor_pb2.FileDescriptorProto(name="row.proto", syntax="proto2")
    file.message_type.add().ParseFromString(serialized)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Row"))


def contents(message):
    """Fields that are set, by name, a float by its bits."""
    def value(field, item):
        if field.message_type:
            return contents(item)
        return ("float", struct.pack("<d", item)) if isinstance(item, float) else item

    return {
        field.name: [value(field, each) for each in item] if field.is_repeated else value(field, item)
        for field, item in message.ListFields()
    }


class Rule:
    """The rule of docs/bigquery.md over values that fastavro has read."""

    def __init__(self, schema):
        self.names = {}
        self.collect(schema)
        self.schema = schema

    def collect(self, schema):
        if isinstance(schema, list):
            for branch in schema:
                self.collect(branch)
        elif isinstance(schema, dict):
            if schema["type"] in ("record", "enum", "fixed"):
                # fastavro's parsed schemas have full names
                self.names[schema["name"]] = schema
            for field in schema.get("fields", []):
                self.collect(field["type"])
            for key in ("type", "items", "values"):
                if not isinstance(schema.get(key), str):
                    self.collect(schema.get(key))

    def plain(self, schema):
        """The type without null and by its definition, and whether there was a null."""
        nullable = isinstance(schema, list)
        if nullable:
            schema = next((branch for branch in schema if branch != "null"), "null")
        if isinstance(schema, str):
            schema = self.names.get(schema, {"type": schema})
        return schema, nullable

    def value(self, schema, value):
        schema, nullable = self.plain(schema)
        kind = schema["type"]
        if isinstance(kind, (dict, list)):
            return self.value(kind, value)
        if kind == "map":
            entries = {key: self.value(schema["values"], each) for key, each in (value or {}).items()}
            entries = [{"key": key} | ({} if each is None else {"value": each}) for key, each in entries.items()]
            return entries or None
        if kind == "array":
            items = [self.value(schema["items"], each) for each in value or []]
            return [each for each in items if each is not None] or None
        if value is None:
            return None
        if kind == "record":
            return self.record(schema, value)
        if isinstance(value, float):
            return None if nullable and not math.isfinite(value) else ("float", struct.pack("<d", value))
        return value * 1000 if schema.get("logicalType") == "timestamp-millis" else value

    def record(self, schema, value, without=()):
        row = {}
        for field in schema["fields"]:
            name = re.sub(r"[^A-Za-z0-9_]", "_", field["name"])
            if name not in without:
                row[name] = self.value(field["type"], value[field["name"]])
        return {name: value for name, value in row.items() if value is not None}

    def is_plain(self, schema):
        return self.plain(schema)[0]["type"] not in ("array", "record", "map")

    def row(self, table, survey, value):
        if table == "alerts":
            return self.record(self.schema, value, CUTOUTS)
        detection, history, id = FLAT[survey]
        def flat(schema, value, taken):
            fields = [field for field in schema["fields"] if self.is_plain(field["type"]) and field["name"] not in taken]
            return self.record({"fields": fields}, value)

        row = flat(self.schema, value, ())
        schema = next(field["type"] for field in self.schema["fields"] if field["name"] == detection)
        taken = [field["name"] for field in self.schema["fields"]]
        row.update(flat(self.plain(schema)[0], value[detection], taken) if value[detection] else {})
        history_rows = value.get(history)
        if not isinstance(history_rows, list):  # two packets of Fink's have it as text
            history_rows = []
        ids = [str(each[id]) for each in history_rows if each is not None and each.get(id) is not None]
        if ids:
            row[f"{history}_{id}s"] = ",".join(ids)
        return row


def records(packet, alerts):
    """Each record with its schema."""
    if packet[:4] == b"Obj\1":
        reader = fastavro.reader(io.BytesIO(packet))
        schema = fastavro.parse_schema(json.loads(reader.metadata["avro.schema"]))
        return [(schema, record) for record in reader]
    number = int.from_bytes(packet[1:5], "big")
    [root] = glob.glob(f"{alerts}/schema/lsst/{number // 100}/{number % 100}/*.alert.avsc")
    schema = fastavro.schema.load_schema(root)
    return [(schema, fastavro.schemaless_reader(io.BytesIO(packet[5:]), schema))]


def main(alerts, path):
    rows, classes = {}, {}
    for line in open(path):
        line = json.loads(line)
        if "descriptor" in line:
            classes[line["class"]] = message_class(base64.b64decode(line["descriptor"]))
        rows.setdefault((line["file"], line["number"]), []).append(line)
    compared = 0
    rules = {}
    for name, packet in packets(alerts, {name for name, _ in rows}):
        for number, (schema, value) in enumerate(records(packet, alerts)):
            text = json.dumps(schema, sort_keys=True)
            rule = rules.setdefault(text, Rule(schema))
            for line in rows[(name, number)]:
                message = classes[line["class"]]()
                message.ParseFromString(base64.b64decode(line["row"]))
                found = contents(message)
                expected = rule.row(line["table"], line["survey"], value)
                for key in sorted(set(found) | set(expected)):
                    if found.get(key) != expected.get(key) and key not in ADDED - set(expected):
                        print(name, number, line["table"], key, str(found.get(key))[:200], str(expected.get(key))[:200])
                compared += 1
    print("compared", compared)


main(*sys.argv[1:])
