"""Fields under hostile names, in the candidate and at the packet's top."""
import copy
import json
import struct

import record
from case import Batch, Case

KEYWORDS = ("select table order group index where null rowid _rowid_ oid from values insert update delete drop create primary key default check "
    "unique references on conflict abort all and as begin between by case commit exists if in into is join like limit not or set then to union "
    "using view with when replace rollback transaction trigger vacuum pragma explain glob match regexp current_time true false").split()
OURS = ("night is_pure is_positive_sub no_pointsource_counterpart not_moving no_ssobject is_extragalactic_transient candid objectId jd "
    "midpointMjdTai diaSourceId fid band z_known success").split()
INJECTIONS = (
    "jd\" TEXT); DROP TABLE ztf_alerts; --", "x) VALUES (1); DELETE FROM ztf_alerts; --", "x\"; DROP TABLE lsst_alerts; --", "x'; DROP TABLE archive; --",
    "candid) VALUES (7) ON CONFLICT(candid) DO UPDATE SET jd = 0; --", "jd = 0 --", "jd=0,magpsf", "zzz = 'a' WHERE 1; --", "zzz TEXT, evil", "zzz INTEGER DEFAULT 7",
    "zzz\" = (SELECT 1), \"jd", "zzz) SELECT 1 /*", "*/ x /*", "zzz AS (1)", "x NOT NULL", "x PRIMARY KEY", "x UNIQUE", "x CHECK (0)",
    "x REFERENCES ztf_alerts", "x GENERATED ALWAYS AS (jd)", "zzz`", "[zzz]", "zzz]", "\"\"", "\"", "''", "`", "?1", ":jd", "@x", "$x", "zzz;", "1", "1e5", "0x10", "zzz.jd",
    "ztf_alerts.jd", "excluded.jd", "NEW.jd", "CAST(jd AS TEXT)", "randomblob(1000000000)", "load_extension('x')")
OTHER = {
    "empty": "", "space": " ", "10,000 characters": "x" * 10_000, "64 characters": "x" * 64, "65 characters": "x" * 65, "300 characters": "y" * 300,
    "a million characters": "x" * 1_000_000, "path": "../../x", "slash": "a/b", "emoji": "🌌", "bidi": "\u202eabc", "escape": "\x1b[31mred\x1b[0m", "newline": "a\nb",
    "composed": "\u00e9", "combining": "e\u0301", "Cyrillic a": "c\u0430ndid", "wide": "ﷺ" * 100, "BigQuery's reserved": "_PARTITIONTIME", "dotted": "a.b.c", "dunder": "__proto__",
    "surrogate": "\ud800", "percent": "%s%n%d", "backslash": "\\", "BOM": "\ufeff", "NUL within": "a\0b", "NUL first": "\0a"}
TWINS = ("JD", "Jd", "MAGPSF", "OBJECTID", "Candid", "NIGHT", "Is_Pure", "RA", "jd ", " jd", "jd\0", "PRV_CANDIDATES", "cutoutscience")

VALUES = {"int 7": ("int", record.zigzag(7)), "text": ("string", record.string("hostile")), "null": (["null", "int"], b"\0"), "NaN": ("double", struct.pack("<d", float("nan")))}


def with_fields(base, fields, number, top):
    """A packet whose schema has more fields."""
    schema = copy.deepcopy(base.schema)
    target = schema
    inner = "candidate" if base.survey == "ztf" else "diaSource"
    if not top:
        target = next(field["type"] for field in schema["fields"] if field["name"] == inner)
        if isinstance(target, list):
            target = next(branch for branch in target if branch != "null")
    target["fields"][:0] = [{"name": name, "type": kind} for name, kind, _ in fields]
    added = b"".join(data for _, _, data in fields)
    body = base.body(number)
    if top:
        body = added + body
    else:
        start = at_of(base, number, inner)
        body = body[:start] + added + body[start:]
    return record.header(json.dumps(schema), base.codec) + record.block(body, 1, base.codec)


def at_of(base, number, path):
    """Where a field begins in the packet of that number."""
    place = base.record.places[path]
    before = {other: data for other, data in ((other, base._id(other, make(number))) for other, make in base.ids.items())
        if base.record.places[other].end <= place.start}
    grown = sum(len(data) - (base.record.places[other].end - base.record.places[other].start) for other, data in before.items())
    branch = 1 if isinstance(place.schema, list) else 0
    return place.start + grown + branch


def attacks():
    """Each name with the values it is tried with."""
    plain = [VALUES["int 7"]]
    for code in range(128):
        yield f"{chr(code)!r} within", f"a{chr(code)}b", plain
        yield f"{chr(code)!r} alone", chr(code), plain
    for word in KEYWORDS:
        yield word, word, plain
    for word in OURS:
        yield f"ours: {word}", word, list(VALUES.values())
    for word in INJECTIONS:
        yield f"SQL: {word}", word, [VALUES["text"]]
    for name, word in OTHER.items():
        yield name, word, plain
    for word in TWINS:
        yield f"twin: {word!r}", word, [VALUES["int 7"], VALUES["text"]]


def cases(base, first):
    number = first
    for name, word, values in attacks():
        for kind, data in values:
            for top in (False, True):
                yield Case(f"{name}, {kind}, {'top' if top else 'inner'}", with_fields(base, [(word, kind, data)], number, top), 1)
                number += 1


def batches(base, first, chosen):
    """The names one by one, and those that are hostile by their number."""
    group = f"names, {base.name}"
    single = [case for case in cases(base, first) if chosen(case.name)]
    for start in range(0, len(single), 50):
        yield Batch(group, f"names {start}", base, single[start:start + 50], extra=1)
    number = first + 10_000

    def many(name, sets):
        nonlocal number
        made = []
        for fields in sets:
            made.append(Case(f"{name}, packet {len(made)}", with_fields(base, fields, number, False), 1))
            number += 1
        return Batch(group, name, base, made, whole=True, extra=len(made) * 0.02)

    one = record.zigzag(7)
    whole = {
        "950 new fields, twice": lambda: [[(f"n{turn}x{field}", "int", one) for field in range(950)] for turn in range(2)],
        "1,900 packets with a new field each": lambda: [[(f"one{field}", "int", one)] for field in range(1_900)],
        "3,000 new fields in one packet": lambda: [[(f"m{field}", "int", one) for field in range(3_000)]],
        "40,000 new fields in one packet": lambda: [[(f"m{field}", "int", one) for field in range(40_000)]],
        "names of 10,000 characters, 100 packets": lambda: [[(f"{field:010000d}", "int", one)] for field in range(100)],
        "the same name twice": lambda: [[("twice", "int", one), ("twice", "int", one)]],
        "names that differ by case": lambda: [[("twin", "int", one), ("TWIN", "int", one), ("Twin", "string", record.string("x"))]],
        "a name, then the same in another case": lambda: [[("later", "int", one)], [("LATER", "string", record.string("x"))], [("Later", "double", bytes(8))]],
        "one name of two types": lambda: [[("kind", "int", one)], [("kind", "string", record.string("x"))], [("kind", "bytes", record.string(b"\xff"))], [("kind", "boolean", b"\1")]]}
    for name, sets in whole.items():
        if chosen(name):
            yield many(name, sets())
