"""Schemas and containers that no writer makes."""
import json
import random
import struct
import zlib

import record
from case import Batch, Case
from record import SYNC, block, header, string, zigzag

LONG = 2 ** 62


def repeated(head, zeros, tail=b""):
    """A deflate stream of `head`, many zeros, and `tail`, made without packing the zeros one by one."""
    chunk = 1 << 20
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    middle = packer.compress(bytes(chunk)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = packer.compress(bytes(zeros % chunk) + tail) + packer.flush()
    return start + middle * (zeros // chunk) + end


def nested(depth, kind):
    """A schema that goes deep."""
    inner = "int"
    for level in range(depth):
        inner = {"record": lambda: {"type": "record", "name": f"r{level}", "fields": [{"name": "f", "type": inner}]}, "array": lambda: {"type": "array", "items": inner},
            "map": lambda: {"type": "map", "values": inner}, "union": lambda: ["null", {"type": "array", "items": inner}]}[kind]()
    return inner


def deep_text(depth, kind):
    """The same as text, since a JSON writer would stop."""
    opening, closing = {"array": ('{"type":"array","items":', "}"), "list": ("[", "]"), "object": ('{"type":', "}"), "map": ('{"type":"map","values":', "}")}[kind]
    return opening * depth + '"int"' + closing * depth


def field(name, kind, **more):
    return {"name": name, "type": kind, **more}


def rec(*fields, name="ztf.alert", **more):
    return {"type": "record", "name": name, "fields": list(fields), **more}


def schemas(base):
    """Schemas by themselves, before any bytes of a record."""
    own = base.schema
    extra = lambda *fields, **more: {**own, "fields": own["fields"] + list(fields), **more}
    yield from {f"deep {kind} {depth}": nested(depth, kind) for kind in ("record", "array", "map", "union") for depth in (10, 100, 300)}.items()
    yield from {f"deep text {kind} {depth}": deep_text(depth, kind) for kind in ("array", "list", "object", "map") for depth in (1_000, 100_000)}.items()
    me = {"type": "record", "name": "me", "fields": [field("f", "me")]}
    yield "itself", me
    yield "itself, in the alert", extra(field("me", me))
    yield "itself, in a union", extra(field("me", ["null", {"type": "record", "name": "me", "fields": [field("next", ["null", "me"])]}]))
    yield "itself, in an array", extra(field("me", {"type": "record", "name": "me", "fields": [field("all", {"type": "array", "items": "me"})]}))
    yield "the alert in itself", extra(field("me", ["null", own["name"]]))
    yield "array of nulls", extra(field("nulls", {"type": "array", "items": "null"}))
    yield "array of empty records", extra(field("empties", {"type": "array", "items": {"type": "record", "name": "empty", "fields": []}}))
    for kind in ("unknown", "", "Int", "ztf.nothing", "null ", "record", "error"):
        yield f"type {kind!r}", extra(field("odd", kind))
    for kind in (None, 7, 1.5, True, [], {}, [[]], [["null", "int"]], ["null", "null"], ["int", "int"], ["null"], {"type": None}, {"type": []}, {"type": {"type": {"type": "int"}}}, [{"type": "array"}],
            {"type": "array"}, {"type": "map"}, {"type": "record"}, {"type": "record", "name": "x"}, {"type": "record", "name": "x", "fields": {}}, {"type": "record", "name": "x", "fields": [7]},
            {"type": "enum", "name": "e"}, {"type": "enum", "name": "e", "symbols": []}, {"type": "enum", "name": "e", "symbols": ["A", "A"]}, {"type": "enum", "name": "e", "symbols": [7]},
            {"type": "fixed", "name": "f"}, {"type": "fixed", "name": "f", "size": -1}, {"type": "fixed", "name": "f", "size": 0}, {"type": "fixed", "name": "f", "size": 2 ** 62}, {"type": "fixed", "name": "f", "size": 1e300},
            ["null"] + [{"type": "fixed", "name": f"f{n}", "size": n + 1} for n in range(20_000)]):
        text = json.dumps(kind)
        yield f"type {text[:60]}", extra(field("odd", kind))
    for logical, kind in (("decimal", "bytes"), ("decimal", {"type": "fixed", "name": "d", "size": 2}), ("uuid", "string"), ("timestamp-micros", "long"), ("date", "string"), ("duration", "int"), ("nothing", "int"), (7, "int")):
        for more in ({}, {"precision": -1, "scale": 10 ** 9}):
            inner = {"type": kind, "logicalType": logical, **more} if not isinstance(kind, dict) else {**kind, "logicalType": logical, **more}
            yield f"logical type {logical} of {json.dumps(kind)[:20]} {more}", extra(field("odd", inner))
    for kind, default in (("int", None), ("int", "x"), ("string", 7), (["null", "int"], 7), (["int", "null"], None), ("bytes", "\u1234"), ({"type": "array", "items": "int"}, {}), ("double", "NaN"), ("long", 2 ** 70), ("boolean", "yes")):
        yield f"default {default!r} of {json.dumps(kind)}", extra(field("odd", kind, default=default))
    yield "aliases", extra(field("odd", "int", aliases=["jd", "candid", 7]))
    yield "a type twice", extra(field("a", rec(name="twice")), field("b", rec(name="twice")))
    yield "no fields", rec()
    yield "name of 1 MB", {**own, "name": "x" * 1_000_000}
    yield "namespace of signs", {**own, "namespace": "../..\x1b[2J"}
    yield "version that lies", {**own, "version": "99.99"}
    yield "doc of 3 MB", {**own, "doc": "x" * 3_000_000}
    yield "no name", {"type": "record", "fields": own["fields"]}
    yield "a primitive", "int"
    yield "a union", ["null", own]
    yield "no candidate", {**own, "fields": [f for f in own["fields"] if f["name"] != "candidate"]}
    yield "candidate an int", {**own, "fields": [f if f["name"] != "candidate" else field("candidate", "int") for f in own["fields"]]}
    yield "the schema of nobody", rec(field("a", "int"), field("b", "string"), name="nobody.at.all")
    yield "10,000 records", extra(*(field(f"r{n}", rec(field("x", "int"), name=f"t{n}")) for n in range(10_000)))
    yield "a billion values", extra(field("b", billion()))


def billion():
    """A record of records of records, each twice: 2^30 fields, in a schema of thirty types."""
    inner = rec(field("x", "int"), name="b0")
    for level in range(1, 30):
        inner = rec(field("one", inner), field("two", f"b{level - 1}"), name=f"b{level}")
    return inner


def texts(base):
    """Schemas as text that is no JSON, or hardly."""
    own = json.dumps(base.schema)
    for name, text in {"empty": b"", "null": b"null", "cut": own[:500].encode(), "not UTF-8": own.encode()[:-1] + b',"x":"\xff"}', "trailing": own.encode() + b"{}", "a number": b"1e999999",
            "1e400 in it": own.replace('"4.02"', "1e400").encode(), "NaN": b'{"type":NaN}', "comments": b"// hello\n" + own.encode(), "BOM": b"\xef\xbb\xbf" + own.encode(), "NUL": own.encode() + b"\0",
            "a string without end": b'"' + b"x" * 1_000_000, "escapes": own.replace("ztf.alert", "ztf.\\ud800alert").encode(), "same key twice": own.replace('"type": "record"', '"type": "int", "type": "record"', 1).encode(),
            "10 MB of spaces": b" " * 10_000_000 + own.encode(), "UTF-16": own.encode("utf-16")}.items():
        yield f"schema text: {name}", text


def framing(base, body):
    """Containers wrong around a sound record."""
    H, B = header(base.schema), block(body)
    text = json.dumps(base.schema)
    yield "magic of version 2", b"Obj\x02" + H[4:] + B
    yield "magic alone", b"Obj\x01"
    yield "no magic", H[4:] + B
    yield "header alone", H
    yield "header cut", H[:len(H) // 2]
    yield "header without its marker", H[:-16]
    for count in (0, -1, 2, 2 ** 31, LONG, -LONG, 2 ** 40):
        yield f"block of {count} records", H + zigzag(count) + zigzag(len(body)) + body + SYNC
    for size in (0, -1, len(body) - 1, len(body) + 1, 2 ** 31, LONG, -LONG):
        yield f"block of {size} bytes", H + zigzag(1) + zigzag(size) + body + SYNC
    yield "varint of eleven bytes", H + b"\xff" * 10 + b"\1" + body + SYNC
    yield "another marker", H + block(body, sync=b"0123456789abcdef")
    yield "another marker, then a sound block", H + block(body, sync=b"0123456789abcdef") + B
    for codec in ("", "lzma", "bzip2", "xz", "NULL", "deflate ", "x" * 100_000, "\x1b[2J"):
        yield f"codec {codec[:20]!r}", header(base.schema, codec) + block(body)
    for codec in ("deflate", "snappy", "zstandard"):
        yield f"{codec} said, none done", header(base.schema, codec) + block(body)
        yield f"{codec} of random bytes", header(base.schema, codec) + block(random.Random(7).randbytes(5_000))
    yield "deflate cut", header(base.schema, "deflate") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(record.deflate(body)[:-100])
    yield "deflate and more behind", header(base.schema, "deflate") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(record.deflate(body) + b"more")
    yield "snappy of a wrong checksum", header(base.schema, "snappy") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(record.crc_snappy(body)[:-4] + b"abcd")
    yield "snappy that says 4 GB", header(base.schema, "snappy") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(b"\xff\xff\xff\xff\x0f" + b"abcd" * 9)
    yield "deflate of 1 GB", header(base.schema, "deflate") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(repeated(body, 2 ** 30))
    yield "zstandard of 1 GB", header(base.schema, "zstandard") + (lambda d: zigzag(1) + zigzag(len(d)) + d + SYNC)(zstandard(2 ** 30))
    yield "10,000 empty blocks", H + (zigzag(0) + zigzag(0) + SYNC) * 10_000 + B
    yield "trailing bytes", H + B + b"more"
    yield "zeros behind", H + B + bytes(100_000)
    yield "two containers", H + B + H + B
    yield "no schema", record.MAGIC + zigzag(1) + string("avro.codec") + string("null") + b"\0" + SYNC + B
    yield "no codec", record.MAGIC + zigzag(1) + string("avro.schema") + string(text) + b"\0" + SYNC + B
    yield "empty metadata", record.MAGIC + b"\0" + SYNC + B
    yield "schema twice", record.MAGIC + zigzag(2) + (string("avro.schema") + string(text)) * 2 + b"\0" + SYNC + B
    yield "schema twice, different", record.MAGIC + zigzag(2) + string("avro.schema") + string(text) + string("avro.schema") + string('"int"') + b"\0" + SYNC + B
    yield "metadata in sized blocks", record.MAGIC + (lambda m: zigzag(-1) + zigzag(len(m)) + m)(string("avro.schema") + string(text)) + b"\0" + SYNC + B
    yield "100,000 metadata", header(base.schema, metadata=[(f"k{n}", "v") for n in range(100_000)]) + B
    yield "metadata of 20 MB", header(base.schema, metadata=[("big", b"x" * 20_000_000)]) + B
    yield "metadata not UTF-8", header(base.schema, metadata=[(b"\xff\xfe", b"\xff")]) + B
    for count in (LONG, -LONG, 2 ** 31):
        yield f"{count} metadata", record.MAGIC + zigzag(count) + string("avro.schema") + string(text) + b"\0" + SYNC + B
    for size in (LONG, -1, 2 ** 31):
        yield f"metadata key of {size} bytes", record.MAGIC + zigzag(1) + zigzag(size) + b"avro.schema" + string(text) + b"\0" + SYNC + B
    nothing = {"type": "record", "name": "ztf.alert", "fields": []}
    for count in (1, 1_000, 2 ** 40, LONG):
        yield f"{count} records of no bytes", header(nothing) + zigzag(count) + zigzag(0) + SYNC
    nulls = {**base.schema, "fields": base.schema["fields"] + [field("nulls", {"type": "array", "items": "null"})]}
    for count in (1_000, 2 ** 40, LONG):
        yield f"array of {count} nulls", header(nulls) + block(body + zigzag(count) + b"\0")
    deep = {"type": "record", "name": "me", "fields": [field("next", ["null", "me"])]}
    linked = {**base.schema, "fields": base.schema["fields"] + [field("list", ["null", deep])]}
    for depth in (10, 1_000, 1_000_000):
        yield f"list of {depth} links", header(linked) + block(body + zigzag(1) * depth + b"\0")


def zstandard(zeros):
    import cramjam
    return bytes(cramjam.zstd.compress(bytes(zeros), level=1))


def frames(body):
    """Confluent's framing: a zero, four bytes of a schema's id, the record."""
    for name, identifier in (("known", 1101), ("703", 703), ("zero", 0), ("unknown", 999), ("most", 2 ** 32 - 1)):
        yield f"Confluent frame, id {name}", b"\0" + struct.pack(">I", identifier) + body
    yield "Confluent frame alone", b"\0\0\0\4\x4d"
    yield "Confluent frame cut", b"\0\0\0"
    yield "Confluent frame of zeros", bytes(100_000)


def one_bad(base, first):
    """Twenty records in one block, one of which cannot be used: the others must not be taken along."""
    places = base.record.places
    nan = struct.pack("<d", float("nan"))
    spoiled = {"a NaN time": {"candidate.jd": nan}, "no UTF-8": {"objectId": string(b"\xff")}, "an unknown branch": {"prv_candidates": zigzag(9)}, "an empty name": {"objectId": string("")}}
    for name, change in spoiled.items():
        if all(path in places for path in change):
            for at in (0, 3, 19):
                bodies = [base.body(first + n, change if n == at else None) for n in range(20)]
                sound = 20 if name in ("a NaN time", "no UTF-8", "an empty name") else None
                for codec in ("null", "deflate"):
                    yield Case(f"one of 20 with {name}, number {at}, {codec}", record.container(base.schema, bodies, codec), sound)
                    first += 20


def cases(base, first):
    number = first
    for name, schema in schemas(base):
        text = schema if isinstance(schema, str) and schema.startswith(("{", "[")) else json.dumps(schema)
        yield Case(f"schema: {name}", header(text) + block(base.body(number)), None)
        number += 1
    for name, text in texts(base):
        yield Case(name, header(text) + block(base.body(number)), None)
        number += 1
    for name, data in framing(base, base.body(number)):
        # One id for them all: what can be read of them is a duplicate.
        yield Case(f"container: {name}", data, None)
    for name, data in frames(base.body(number + 1)):
        yield Case(name, data, None)
    yield from one_bad(base, number + 100)


def batches(base, first, chosen):
    made = [case for case in cases(base, first) if chosen(case.name)]
    for start in range(0, len(made), 20):
        yield Batch("containers", f"containers {start}", base, made[start:start + 20], extra=3)
    number = first + 10_000
    if chosen("300 schemas of 900 kB"):
        def wide():
            for n in range(300):
                text = json.dumps({**base.schema, "doc": f"{n} " + "x" * 50, "fields": base.schema["fields"] + [field(f"f{m}", ["null", "int"], doc="d" * 20 + str(n)) for m in range(11_000)]})
                yield Case(f"schema {n}", header(text) + block(base.body(number + n) + b"\0" * 11_000), 1)
        yield Batch("containers", "300 schemas of 900 kB", base, list(wide()), whole=True, extra=90)
    if chosen("300 schemas with 900 kB of text"):
        def texts_of():
            for n in range(300):
                text = json.dumps({**base.schema, "doc": f"{n} " + "x" * 900_000})
                yield Case(f"schema {n}", header(text) + block(base.body(number + 400 + n)), 1)
        yield Batch("containers", "300 schemas with 900 kB of text", base, list(texts_of()), whole=True, extra=20)
    for count in (40, 70):
        name = f"{count} deflated alerts with 100 MB of zeros each"
        if chosen(name):
            yield Batch("containers", name, base, [Case(f"bomb {n}", bomb(base, number + 1_000 + n, 100_000_000), 1) for n in range(count)], whole=True, extra=count * 0.5)


def bomb(base, number, zeros):
    """A deflated alert whose first cutout is zeros."""
    place = base.record.places["cutoutScience.stampData"]
    body = base.body(number)
    shift = len(body) - len(base.record.bytes)
    head, tail = body[:place.start + shift] + zigzag(zeros), body[place.end + shift:]
    packed = repeated(head, zeros, tail)
    return header(base.schema, "deflate") + zigzag(1) + zigzag(len(packed)) + packed + SYNC
