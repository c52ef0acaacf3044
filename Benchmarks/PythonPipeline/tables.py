"""The tables of nightjar.db that a ZTF night fills."""
import json
import math
import sqlite3
from operator import itemgetter

from filter import CUTS

SQL_TYPES = {
    "int": "INTEGER", "long": "INTEGER", "boolean": "INTEGER", "float": "REAL", "double": "REAL", "string": "TEXT"}

FIXED = """
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS archive (candid INTEGER PRIMARY KEY, file TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ledger (source TEXT PRIMARY KEY, counts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, member TEXT NOT NULL, reason TEXT NOT NULL, size INTEGER NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS ztf_sky USING rtree (id, xmin, xmax, ymin, ymax, zmin, zmax);
"""


def fields_of(node):
    """The fields of the record that a type is, or that its union or array holds."""
    if isinstance(node, list):
        return next(filter(None, map(fields_of, node)), None)
    if isinstance(node, dict):
        return node["fields"] if node["type"] == "record" else fields_of(node.get("items", node["type"]))
    return None


def columns_of(fields):
    """Names and SQL types of a record's plain fields."""
    columns = {}
    for field in fields:
        types = field["type"] if isinstance(field["type"], list) else [field["type"]]
        kinds = [SQL_TYPES[kind] for kind in types if isinstance(kind, str) and kind in SQL_TYPES]
        if kinds:
            columns[field["name"]] = kinds[0]
    return columns


def insert(table, columns, conflict=""):
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))}) {conflict}"


class Layout:
    """How one schema's alerts become rows."""

    def __init__(self, schema):
        fields = {field["name"]: field["type"] for field in json.loads(schema)["fields"]}
        top = columns_of([{"name": name, "type": kind} for name, kind in fields.items()])
        candidate = columns_of(fields_of(fields["candidate"]))
        candidate.pop("candid", None)
        self.alert = top | candidate | dict.fromkeys(CUTS, "INTEGER")
        self.top_values, self.candidate_values = itemgetter(*top), itemgetter(*candidate)
        self.insert_alert = insert("ztf_alerts", self.alert)

        self.detection = columns_of(fields_of(fields.get("prv_candidates")) or [])
        if "magpsf" not in self.detection:
            # The test version 3.5 has forced photometry in this place.
            self.detection = {}
        self.detection_values = itemgetter(*self.detection) if self.detection else None
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in self.detection)
        # A detection takes the place of an upper limit, whichever came first.
        self.insert_detection = insert(
            "ztf_detections", ["objectId", *self.detection],
            f"ON CONFLICT (objectId, jd, fid) DO UPDATE SET {changes} "
            "WHERE ztf_detections.magpsf IS NULL AND excluded.magpsf IS NOT NULL")

        self.forced = columns_of(fields_of(fields.get("fp_hists")) or [])
        self.forced_values = itemgetter(*self.forced) if self.forced else None
        self.insert_forced = insert(
            "ztf_forced", ["objectId", *self.forced], "ON CONFLICT (objectId, jd, fid) DO NOTHING")

    def alert_row(self, record, cuts):
        return self.top_values(record) + self.candidate_values(record["candidate"]) + tuple(cuts.values())

    def detection_rows(self, records):
        for record in records:
            object_id = (record["objectId"],)
            yield object_id + tuple(map(record["candidate"].get, self.detection))
            for row in record["prv_candidates"] or ():
                yield object_id + self.detection_values(row)

    def forced_rows(self, records):
        for record in records:
            object_id = (record["objectId"],)
            for row in record["fp_hists"] or ():
                yield object_id + self.forced_values(row)


class Tables:
    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.execute("PRAGMA cache_size = -65536")
        self.database.executescript(FIXED)
        self.layouts = {}
        self.places = []
        self.claimed = set()
        self.database.execute("BEGIN IMMEDIATE")

    def claim(self, candid):
        """Whether an alert is new: neither in the table nor in this batch."""
        known = self.database.execute("SELECT 1 FROM archive WHERE candid = ?", (candid,)).fetchone()
        if known or candid in self.claimed:
            return False
        self.claimed.add(candid)
        return True

    def insert(self, alerts):
        """Inserts new alerts (schema, record, verdict), with the points of their history that the tables lack."""
        by_schema = {}
        for schema, record, cuts in alerts:
            by_schema.setdefault(schema, []).append((record, cuts))
        for schema, pairs in by_schema.items():
            if schema not in self.layouts:
                self.layouts[schema] = self.prepare(Layout(schema))
            layout = self.layouts[schema]
            records = [record for record, _ in pairs]
            run = self.database.executemany
            run(layout.insert_alert, (layout.alert_row(*pair) for pair in pairs))
            run("INSERT INTO ztf_sky VALUES (?, ?, ?, ?, ?, ?, ?)", map(self.sky_row, records))
            if layout.detection:
                run(layout.insert_detection, layout.detection_rows(records))
            if layout.forced:
                run(layout.insert_forced, layout.forced_rows(records))
        self.database.executemany("INSERT INTO archive VALUES (?, ?, ?)", self.places)
        self.places.clear()
        self.claimed.clear()

    @staticmethod
    def sky_row(record):
        """The place as a unit vector, which has no seam at 0 h and no pole."""
        ra, dec = math.radians(record["candidate"]["ra"]), math.radians(record["candidate"]["dec"])
        x, y, z = math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)
        return record["candid"], x, x, y, y, z, z

    def prepare(self, layout):
        """Makes the tables, or adds the columns that an earlier schema did not have."""
        self.define("ztf_alerts", layout.alert, "PRIMARY KEY (candid)")
        self.database.execute("CREATE INDEX IF NOT EXISTS ztf_alerts_object ON ztf_alerts (objectId, jd)")
        self.database.execute("CREATE INDEX IF NOT EXISTS ztf_alerts_time ON ztf_alerts (jd)")
        for table, columns in (("ztf_detections", layout.detection), ("ztf_forced", layout.forced)):
            if columns:
                self.define(table, {"objectId": "TEXT"} | columns, "PRIMARY KEY (objectId, jd, fid)", "WITHOUT ROWID")
        return layout

    def define(self, table, columns, key, options=""):
        definitions = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.database.execute(f"CREATE TABLE IF NOT EXISTS {table} ({definitions}, {key}) {options}")
        known = {row[1] for row in self.database.execute(f"PRAGMA table_info({table})")}
        for name in columns.keys() - known:
            self.database.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {columns[name]}')

    def bury(self, source, member, reason, size):
        """Notes a bad packet; returns its number."""
        return self.database.execute(
            "INSERT INTO dead_letters VALUES (NULL, ?, ?, ?, ?)", (source, member, reason, size)).lastrowid

    def note_place(self, candid, file, position):
        self.places.append((candid, file, position))

    def note_sizes(self, sizes):
        self.database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", sizes.items())

    def note_counts(self, source, counts):
        self.database.execute("INSERT OR REPLACE INTO ledger VALUES (?, ?)", (source, json.dumps(counts)))

    def file_sizes(self):
        return dict(self.database.execute("SELECT name, bytes FROM files"))

    def commit(self):
        self.database.execute("COMMIT")
        self.database.execute("BEGIN IMMEDIATE")

    def close(self):
        self.database.execute("ROLLBACK")
        self.database.close()
