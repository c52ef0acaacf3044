#!/usr/bin/env python3
"""How fast Python makes the same rows: fastavro reads a record, google.protobuf (its C implementation) writes the row.

    rows.py TARBALL [--alerts N] [--repetitions R]

The schema is parsed and the record is cut out of its container beforehand; a message is filled from the record's
dictionary without the images, nulls left out, and serialized.
"""
import argparse
import io
import itertools
import os
import statistics
import sys
import time

import fastavro
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal import api_implementation

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../PythonPipeline"))
from packets import CachedSchemas, packets  # noqa: E402

CUTOUTS = {"cutoutScience", "cutoutTemplate", "cutoutDifference"}
FIELD = descriptor_pb2.FieldDescriptorProto
TYPES = {
    "int": FIELD.TYPE_INT64, "long": FIELD.TYPE_INT64, "float": FIELD.TYPE_FLOAT, "double": FIELD.TYPE_DOUBLE,
    "string": FIELD.TYPE_STRING, "boolean": FIELD.TYPE_BOOL, "bytes": FIELD.TYPE_BYTES,
}


def fill(message, fields):
    """The descriptor of a record's fields."""
    for number, field in enumerate(fields, 1):
        kind = field["type"]
        if isinstance(kind, list):
            kind = next(branch for branch in kind if branch != "null")
        label = FIELD.LABEL_OPTIONAL
        if isinstance(kind, dict) and kind["type"] == "array":
            kind, label = kind["items"], FIELD.LABEL_REPEATED
        if isinstance(kind, dict):
            nested = message.nested_type.add(name=f"Record{number}")
            fill(nested, kind["fields"])
            message.field.add(name=field["name"], number=number, label=label, type=FIELD.TYPE_MESSAGE,
                              type_name=nested.name)
        else:
            message.field.add(name=field["name"], number=number, label=label, type=TYPES[kind])


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None and key not in CUTOUTS}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tarball")
    arguments.add_argument("--alerts", type=int, default=500, help="packets taken from the tarball's beginning")
    arguments.add_argument("--repetitions", type=int, default=5)
    options = arguments.parse_args()

    schemas = CachedSchemas()
    bodies = [schemas.body(data)[1:] for _, data in itertools.islice(packets(options.tarball), options.alerts)]
    file = descriptor_pb2.FileDescriptorProto(name="row.proto", syntax="proto2")
    fill(file.message_type.add(name="Row"), [field for field in bodies[0][0]["fields"] if field["name"] not in CUTOUTS])
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    row = message_factory.GetMessageClass(pool.FindMessageTypeByName("Row"))

    times, size = [], 0
    for _ in range(options.repetitions):
        size = 0
        start = time.perf_counter()
        for schema, body in bodies:
            size += len(row(**without_nulls(fastavro.schemaless_reader(io.BytesIO(body), schema))).SerializeToString())
        times.append(time.perf_counter() - start)
    print(f"fastavro and protobuf ({api_implementation.Type()}) alerts\t{len(bodies)} alerts, rows of "
          f"{size // len(bodies)}\tmedian {len(bodies) / statistics.median(times):.0f} alerts/s")


if __name__ == "__main__":
    main()
