"""Every field of a packet set to every extreme of its type, one packet each."""
import random
import struct

import record
from case import Case

LONG_TEXT = 100_000
LIMITS = {"int": (-2 ** 31, 2 ** 31 - 1), "long": (-2 ** 63, 2 ** 63 - 1)}
BEYOND = {"int": (-2 ** 31 - 1, 2 ** 31, 2 ** 62), "long": (-2 ** 63 - 1, 2 ** 63, 2 ** 69)}
TEXTS = {
    "empty": b"", "null": b"null", "NaN": b"NaN", "NUL": b"\0", "NUL within": b"a\0b", "long": b"x" * LONG_TEXT, "escape": b"\x1b[2J\x1b]0;x\x07\n\r\n",
    "not UTF-8": b"\xff\xfe", "surrogate": b"\xed\xa0\x80", "overlong": b"\xc0\x80", "cut character": b"ab\xe2\x82", "path": b"../../x", "root": b"/",
    "SQL": b"'; DROP TABLE ztf_alerts; --", "bidi": "\u202eabc\u2066".encode(), "emoji": "🌌👩‍🚀".encode(), "markup": b"<b>&amp;\"'</b>",
    "combining": ("a" + "\u0301" * 500).encode(), "wide": "﷽".encode() * 300, "C1": "\x9b2J".encode()}
FLOATS = {"NaN": "nan", "infinity": "inf", "-infinity": "-inf", "0": "0", "-0": "-0", "-999": "-999", "-99999": "-99999", "1": "1"}
OF_SIZE = {
    "float": ("<f", {"least": 1e-45, "least normal": 1.17549435e-38, "most": 3.4028234e38, "-most": -3.4028234e38, "1e30": 1e30}),
    "double": ("<d", {"least": 5e-324, "least normal": 2.2250738585072014e-308, "most": 1.7976931348623157e308, "-most": -1.7976931348623157e308, "1e300": 1e300})}


def extremes(base, schema):
    """The extremes of a type, each with its name, as bytes."""
    schema = base.record.names.resolve(schema)
    if isinstance(schema, list):
        for number, branch in enumerate(schema):
            named = branch if isinstance(branch, str) else branch.get("name", branch["type"])
            if branch == "null":
                yield "null", record.zigzag(number)
            else:
                yield from ((f"{named} {name}" if len(schema) > 2 else name, record.zigzag(number) + data) for name, data in extremes(base, branch))
        for number in (len(schema), -1, 2 ** 40):
            yield f"branch {number}", record.zigzag(number)
        return
    kind = schema if isinstance(schema, str) else schema["type"]
    if kind in LIMITS:
        for number in (0, 1, -1, -999, *LIMITS[kind], *BEYOND[kind]):
            yield str(number), record.zigzag(number)
        yield "eleven bytes", b"\xff" * 10 + b"\1"
    elif kind in OF_SIZE:
        form, own = OF_SIZE[kind]
        for name, number in {**FLOATS, **own}.items():
            yield name, struct.pack(form, float(number))
    elif kind == "boolean":
        for number in (0, 1, 2, 255):
            yield str(number), bytes([number])
    elif kind == "string":
        for name, data in TEXTS.items():
            yield name, record.string(data)
        yield from lengths()
    elif kind == "bytes":
        for name, data in {"empty": b"", "one": b"\0", "random": random.Random(2).randbytes(1_000), "huge": b"\x1f\x8b" + bytes(3_000_000)}.items():
            yield name, record.string(data)
        yield from lengths()
    elif kind == "enum":
        for number in (0, len(schema["symbols"]), -1, 2 ** 40):
            yield str(number), record.zigzag(number)
    elif kind == "array":
        yield from items(base, base.record.encode(schema["items"], base.record.names.fill(schema["items"])))
    elif kind == "map":
        yield from items(base, record.string("k") + base.record.encode(schema["values"], base.record.names.fill(schema["values"])))
        yield "same key", record.zigzag(2) + (record.string("k") + base.record.encode(schema["values"], base.record.names.fill(schema["values"]))) * 2 + b"\0"


def lengths():
    for number in (-1, 2 ** 31, 2 ** 62, -2 ** 63):
        yield f"length {number}", record.zigzag(number)


def items(base, item):
    """An array or a map of some number of one item."""
    yield "none", b"\0"
    yield "one", record.zigzag(1) + item + b"\0"
    yield "many", record.zigzag(2_000) + item * 2_000 + b"\0"
    yield "many blocks", (record.zigzag(1) + item) * 500 + b"\0"
    yield "a sized block", record.zigzag(-1) + record.zigzag(len(item)) + item + b"\0"
    yield "a block of another size", record.zigzag(-1) + record.zigzag(len(item) + 7) + item + b"\0"
    for count in (2 ** 31, 2 ** 62, -2 ** 63):
        yield f"count {count}", record.zigzag(count) + item


def cases(base, first, seen=()):
    """One packet for each field, but for those that `seen` has, and each extreme."""
    number = first
    for path, place in base.record.places.items():
        if path in seen:
            continue
        for name, data in extremes(base, place.schema):
            yield Case(f"{path} = {name}", (number, {path: data}), None)
            number += 1


def packed(base, case):
    """The case with its packet, which is made late, since all together would fill the memory."""
    number, changes = case.data
    return Case(case.name, base.packet(number, changes), 1)
