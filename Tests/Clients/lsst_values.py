"""Compares what a data folder holds of LSST's packets with what fastavro reads of the same packets.

    lsst_values.py make SCHEMAS FOLDER              # a packet of each published version from 7.0 on, framed with its number
    lsst_values.py text SCHEMAS NUMBER              # the schema of a version
    lsst_values.py compare DATA SCHEMAS SOURCE...   # files, or folders with files and tarballs

SCHEMAS is the folder lsst of what scripts/fetch-schemas brings. Each packet of 7.0 or later whose time is a date must be in the
table of alerts, with every field in its column; each row of the history tables must be a point of the alert that it names,
with every column. Prints "compared A alerts, P points, V values" or what differs.
"""
import glob, io, json, math, os, random, re, sqlite3, struct, sys, tarfile
import fastavro
import fastavro.read
import fastavro.schema

fastavro.read.LOGICAL_READERS.clear()
CUTOUTS = ["cutoutDifference", "cutoutScience", "cutoutTemplate"]
HISTORIES = {
    "prvDiaSources": "lsst_detections", "prvDiaForcedSources": "lsst_forced", "prvDiaNondetectionLimits": "lsst_limits"}
# Nightjar's own columns in the tables of alerts and of histories.
OWN = {"objectId", "alert_diaSourceId", "after_alert", "data_kind"}
MJD = range(15020, 88069)


def published(schemas):
    """By number, the schema of each version from 7.0 on."""
    found = {}
    for path in glob.glob(f"{schemas}/*/*/lsst.v*.alert.avsc"):
        major, minor = map(int, re.search(r"v(\d+)_(\d+)\.alert", path).groups())
        if major >= 7:
            found[major * 100 + minor] = fastavro.parse_schema(fastavro.schema.load_schema(path, _write_hint=False))
    return found


# MARK: - Packets by chance


class Maker:
    """Values of a schema, by chance but for those that must mean something."""

    def __init__(self, schema, seed):
        self.named, self.random, self.ids = {}, random.Random(seed), 0
        self.schema = schema

    def packet(self, number):
        record = self.value(self.schema, "alert")
        source = record["diaSource"]
        self.ids = 0
        base = number * 1_000_000
        source["diaSourceId"] = base
        for name in ("diaSourceId", "alertId"):
            if name in record:
                record[name] = base
        source["diaObjectId"] = base + 500
        if record.get("diaObject"):
            record["diaObject"]["diaObjectId"] = base + 500
        for i, row in enumerate(record.get("prvDiaSources") or []):
            row["diaSourceId"], row["diaObjectId"] = base + 1 + i, base + 500
        for rows in [[source]] + [record.get(name) or [] for name in HISTORIES]:
            for row in rows:
                row["midpointMjdTai"] = 61000 + self.random.random()
                row["band"] = self.random.choice("ugrizy")
                for name, most in (("ra", 360), ("dec", 90)):
                    if name in row:
                        row[name] = self.random.random() * most
        # What is after the alert would be told apart, and a limit yields to a detection.
        source["midpointMjdTai"] = 61002.0
        return record

    def value(self, schema, name):
        if isinstance(schema, str) and schema in self.named:
            schema = self.named[schema]
        if isinstance(schema, list):
            # The longest: what is there is compared.
            return self.value(next((s for s in schema if s != "null"), "null"), name)
        if isinstance(schema, str):
            schema = {"type": schema}
        kind = schema["type"]
        if isinstance(kind, (list, dict)):
            return self.value(kind, name)
        if kind == "record":
            self.named[schema["name"]] = schema
            return {field["name"]: self.value(field["type"], field["name"]) for field in schema["fields"]}
        if kind == "array":
            return [self.value(schema["items"], name) for _ in range(3)]
        if kind == "map":
            return {}
        return {
            "null": lambda: None, "boolean": lambda: self.random.random() < 0.5,
            "int": lambda: self.random.randrange(-2 ** 31, 2 ** 31), "long": lambda: self.random.randrange(2 ** 56),
            "float": lambda: struct.unpack("<f", struct.pack("<f", self.random.gauss(0, 1e3)))[0],
            "double": lambda: self.random.gauss(0, 1e3), "bytes": lambda: self.random.randbytes(8),
            "string": lambda: f"{name} {self.random.randrange(1000)}"}[kind]()


def make(schemas, folder):
    os.makedirs(folder, exist_ok=True)
    for number, schema in sorted(published(schemas).items()):
        body = io.BytesIO()
        fastavro.schemaless_writer(body, schema, Maker(schema, number).packet(number))
        with open(f"{folder}/{number}.avro", "wb") as file:
            file.write(b"\0" + struct.pack(">I", number) + body.getvalue())
        print(number)


def text(schemas, number):
    """The schema of a version in one text, as a registry has it."""
    path = f"{schemas}/{int(number) // 100}/{int(number) % 100}/lsst.v{int(number) // 100}_{int(number) % 100}.alert.avsc"
    print(json.dumps(fastavro.schema.load_schema(path, _write_hint=False)))


# MARK: - Packets that are there


def packets(source):
    if os.path.isdir(source):
        for path in sorted(glob.glob(f"{source}/**/*", recursive=True)):
            if path.endswith((".avro", ".tar.gz")):
                yield from packets(path)
    elif source.endswith(".tar.gz"):
        with tarfile.open(source) as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".avro"):
                    yield f"{source}/{member.name}", archive.extractfile(member).read()
    else:
        with open(source, "rb") as file:
            yield source, file.read()


def records(name, packet, schemas):
    """The alerts of a packet, which its own schema or the one with its number describes."""
    if packet[:1] == b"\0":
        schema = schemas.get(struct.unpack(">I", packet[1:5])[0])
        return [fastavro.schemaless_reader(io.BytesIO(packet[5:]), schema)] if schema else []
    # Spark's and Rubin's own containers have defaults that fastavro does not take; they are no part of reading.
    return list(fastavro.reader(io.BytesIO(packet)))


def is_alert(record):
    source = record.get("diaSource")
    return isinstance(source, dict) and "psfFlux" in source and int(source.get("midpointMjdTai") or 0) in MJD


# MARK: - Comparing


def stored(value):
    """A value as SQLite has it."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bool):
        return int(value)
    return value


def as_json(value):
    """A value as it is in JSON text, which has no number for a NaN."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def same(found, value):
    if isinstance(value, (list, dict)):
        return isinstance(found, str) and json.loads(found) == as_json(value)
    return found == stored(value)


def identifier(record):
    """The alert's id, which stands at the top since 8.0."""
    return record.get("diaSourceId") or record["diaSource"]["diaSourceId"]


def fields(record, columns, path=""):
    """The fields of an alert with the columns that they go to. A map, which Fink has, is one column of JSON."""
    for name, value in record.items():
        here = f"{path}.{name}" if path else name
        if here in CUTOUTS or here in HISTORIES or here in ("diaSourceId", "diaSource.diaSourceId"):
            continue
        if isinstance(value, dict) and here.replace(".", "_").lower() not in columns:
            yield from fields(value, columns, here)
        else:
            yield (here.split(".", 1)[1] if here.startswith("diaSource.") else here.replace(".", "_")), here, value


class Comparison:
    def __init__(self, data):
        self.database = sqlite3.connect(f"file:{data}/nightjar.db?mode=ro", uri=True)
        self.database.row_factory = sqlite3.Row
        self.faults, self.alerts, self.points, self.values = [], 0, 0, 0

    def alert(self, name, record):
        """What differs between an alert's row and one of its packets."""
        alert = identifier(record)
        row = self.database.execute("SELECT * FROM lsst_alerts WHERE diaSourceId = ?", (alert,)).fetchone()
        if row is None:
            return [f"{name}: {alert} is not stored"]
        columns = {key.lower(): key for key in row.keys()}
        faults, used = [], set()
        for column, path, value in fields(record, columns):
            key = columns.get(column.lower())
            if column.lower() in used:
                key = columns.get(column.lower() + "_2")
            used.add(column.lower())
            if key is None:
                # A record that may be null has its columns where a packet has it.
                if value is not None:
                    faults.append(f"{name}: no column for {path}")
                continue
            if path in ("diaSource.ra", "diaSource.dec") and not -90 <= value <= 360:
                value = None
            if path.startswith("broker") and isinstance(row[key], str) and isinstance(value, int):
                # Fink's own: text in its packets of another year, and so in the column.
                value = str(value)
            self.values += 1
            if not same(row[key], value):
                faults.append(f"{name}: {key} is {row[key]!r}, not {value!r}")
        return faults

    def history(self, by_id):
        for list_name, table in HISTORIES.items():
            for row in self.database.execute(f"SELECT * FROM {table}"):
                self.points += 1
                tellers = by_id.get(row["alert_diaSourceId"], [])
                points = [point for record in tellers for point in self.candidates(record, list_name, row)]
                differences = [self.difference(row, point) for point in points]
                if not differences or all(differences):
                    what = differences[0] if differences else "a point that it does not have"
                    self.faults.append(f"{table}: a point of {row['alert_diaSourceId']}: {what}")

    @staticmethod
    def candidates(record, list_name, row):
        rows = list(record.get(list_name) or [])
        if list_name == "prvDiaSources":
            rows.append(record["diaSource"])
            return [point for point in rows if point["diaSourceId"] == row["diaSourceId"]]
        return [point for point in rows if point["midpointMjdTai"] == row["midpointMjdTai"] and (point["band"] or "") == row["band"]]

    def difference(self, row, point):
        for column in row.keys():
            if column in OWN:
                continue
            value = point.get(column)
            if column == "band" and value is None:
                value = ""
            self.values += 1
            if not same(row[column], value):
                return f"{column} is {row[column]!r}, not {value!r}"
        return None


def compare(data, schemas, *sources):
    schemas = published(schemas)
    comparison, by_id, names = Comparison(data), {}, {}
    for source in sources:
        for name, packet in packets(source):
            for record in records(name, packet, schemas):
                if is_alert(record):
                    alert = identifier(record)
                    by_id.setdefault(alert, []).append(record)
                    names.setdefault(alert, name)
    for alert, tellers in by_id.items():
        # Of an alert that came in several packets, the first is stored.
        differences = [comparison.alert(names[alert], record) for record in tellers]
        comparison.alerts += 1
        if all(differences):
            comparison.faults += differences[0][:3]
    stored_count = comparison.database.execute("SELECT count(*) FROM lsst_alerts").fetchone()[0]
    if stored_count != len(by_id):
        comparison.faults.append(f"{stored_count} alerts are stored, and there are {len(by_id)}")
    comparison.history(by_id)
    if comparison.faults:
        print("\n".join(comparison.faults[:40]))
        return 1
    print(f"compared {comparison.alerts} alerts, {comparison.points} points, {comparison.values} values")
    return 0


sys.exit({"make": make, "text": text, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
