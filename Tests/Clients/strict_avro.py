"""Reads pairs of containers, an original and its correction, and says whether strict readers take the correction.

    strict_avro.py FOLDER     # NAME.original.avro and NAME.corrected.avro

For each pair: Python's avro reads the corrected file whole; fastavro reads the same values from both, bit for bit,
where it takes the original; every default of the corrected schema is valid for the type, or the union's first branch.
Prints one line for each pair: the name and `ok`, or what is wrong.
"""
import glob, io, json, math, struct, sys
import avro.datafile, avro.io, avro.schema, fastavro


def bits(value):
    """The value with floats as their bits, so that NaN equals itself."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, list):
        return [bits(item) for item in value]
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    return value


def defaults(schema, seen):
    """What is wrong with the defaults of an avro.schema.Schema."""
    if isinstance(schema, avro.schema.UnionSchema):
        for branch in schema.schemas:
            yield from defaults(branch, seen)
    elif isinstance(schema, avro.schema.ArraySchema):
        yield from defaults(schema.items, seen)
    elif isinstance(schema, avro.schema.MapSchema):
        yield from defaults(schema.values, seen)
    elif isinstance(schema, avro.schema.RecordSchema) and id(schema) not in seen:
        seen.add(id(schema))
        for field in schema.fields:
            type = field.type.schemas[0] if isinstance(field.type, avro.schema.UnionSchema) else field.type
            given = field.default
            if isinstance(given, int) and type.type in ("float", "double"):
                given = float(given)
            if field.has_default and not avro.io.validate(type, given):
                yield f"default {field.default!r} of {schema.name}.{field.name}"
            yield from defaults(field.type, seen)


def check(original, corrected):
    reader = avro.datafile.DataFileReader(io.BytesIO(corrected), avro.io.DatumReader())
    wrong = list(defaults(avro.schema.parse(reader.meta["avro.schema"].decode()), set()))
    if wrong:
        return wrong[0]
    by_avro = [bits(record) for record in reader]
    after = [bits(record) for record in fastavro.reader(io.BytesIO(corrected))]
    if by_avro != after:
        return "avro and fastavro read different values from the correction"
    try:
        before = [bits(record) for record in fastavro.reader(io.BytesIO(original))]
    except fastavro.schema.SchemaParseException:
        return "ok"
    # A field name that came twice has the last value in fastavro's dict; the correction keeps both.
    for old, new in zip(before, after):
        if not same(old, new):
            return "the correction changes values"
    return "ok" if len(before) == len(after) else "the correction changes the number of records"


def same(old, new):
    if isinstance(old, dict):
        return all(
            same(value, new[key]) or same(value, new.get(key + "_2")) if key in new
            else same(value, new.get(key.replace("/", "_")))
            for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(same, old, new))
    return old == new


for path in sorted(glob.glob(sys.argv[1] + "/*.original.avro")):
    name = path.removesuffix(".original.avro")
    try:
        outcome = check(open(path, "rb").read(), open(name + ".corrected.avro", "rb").read())
    except Exception as error:
        outcome = f"{type(error).__name__}: {str(error)[:300]}"
    print(name.rsplit("/")[-1], outcome, sep="\t")
