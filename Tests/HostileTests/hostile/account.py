"""What must be true of a data folder after a run, whatever was in the packets."""
import hashlib
import json
import os
import sqlite3

import fastavro

LEFT_BEHIND = (".partial", ".tmp", ".new", ".part")
WORK_TABLES = ("sqlite_",)


def rows(database, query, *values):
    return database.execute(query, values).fetchall()


def tables(database):
    return {name for name, in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'") if not name.startswith(WORK_TABLES)}


def open_database(data):
    database = sqlite3.connect(f"file:{os.path.join(data, 'nightjar.db')}?mode=ro", uri=True)
    database.text_factory = bytes  # what is stored may be no text
    return database


def table_names(data):
    database = sqlite3.connect(f"file:{os.path.join(data, 'nightjar.db')}?mode=ro", uri=True)
    try:
        return tables(database)
    finally:
        database.close()


def counts(data):
    """Rows of each table: what a second run must not change."""
    database = sqlite3.connect(f"file:{os.path.join(data, 'nightjar.db')}?mode=ro", uri=True)
    try:
        kept = {name for name in tables(database) if name not in ("ledger", "positions", "latency") and not name.endswith(("_node", "_parent", "_rowid"))}
        return {name: rows(database, f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(kept)}
    finally:
        database.close()


def row(data, table, key, value):
    database = open_database(data)
    database.row_factory = sqlite3.Row
    try:
        found = database.execute(f'SELECT * FROM "{table}" WHERE "{key}" = ?', (value,)).fetchall()
        return {name: found[0][name] for name in found[0].keys()} if len(found) == 1 else None
    finally:
        database.close()


def raw_control(text):
    """The first control character that a terminal would obey, or what is no UTF-8."""
    try:
        words = text.decode()
    except UnicodeDecodeError as error:
        return f"output that is not UTF-8 at byte {error.start}"
    for character in words:
        if (ord(character) < 32 and character not in "\n\t") or 127 <= ord(character) < 160 or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            return f"a raw {ascii(character)} in its output"
    return None


def report_of(ended):
    try:
        return json.loads(ended.output)
    except ValueError:
        return None


def segments(data, kind):
    for folder, below, names in os.walk(os.path.join(data, kind)):
        below[:] = [name for name in below if name != "received"]  # packets as they came, compressed
        for name in sorted(names):
            if name.endswith((".avro", ".avro.open")):
                yield os.path.join(folder, name)


def records(path):
    """How many records a strict reader finds. Raises where it stops."""
    count = 0
    with open(path, "rb") as file:
        for _ in fastavro.reader(file):
            count += 1
    return count


def ledger(data):
    """What the ledger says was stored, and what became a dead letter."""
    if not os.path.exists(os.path.join(data, "nightjar.db")):
        return {"stored": 0, "deadLettered": 0}
    database = open_database(data)
    try:
        stored, dead = rows(database, "SELECT total(stored), total(deadLettered) FROM ledger")[0]
        return {"stored": int(stored), "deadLettered": int(dead)}
    finally:
        database.close()


def pictures(data):
    """The pictures of a data folder, each with a digest of its bytes."""
    found = {}
    for folder, _, names in os.walk(os.path.join(data, "plots")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found[os.path.relpath(os.path.join(folder, name), data)] = hashlib.sha256(file.read()).digest()
    return found


def check(data, report, expected, least):
    """What is wrong with a data folder and the report of the run that made it.

    `expected` packets must have been received, or at least `least` where that is open.
    """
    received, stored, dead = (report.get(name) for name in ("received", "stored", "deadLettered"))
    if received != report["duplicates"] + stored + dead:
        yield f"received {received} is not duplicates {report['duplicates']} + stored {stored} + deadLettered {dead}"
    if expected is not None and received != expected:
        yield f"received {received} of {expected} packets"
    if received < least:
        yield f"received {received} of at least {least} packets"
    if not os.path.exists(os.path.join(data, "nightjar.db")):
        if received:
            yield "no database"
        return
    yield from check_database(data, report)
    found = 0
    for path in segments(data, "archive"):
        try:
            found += records(path)
        except Exception as error:
            yield f"fastavro stops in {os.path.relpath(path, data)}: {type(error).__name__} {ascii(str(error))[:160]}"
            found = None
            break
    if found is not None and found != report["archived"]:
        yield f"the archive holds {found} records of {report['archived']}"
    for path in segments(data, "topics"):
        try:
            records(path)
        except Exception as error:
            yield f"fastavro stops in {os.path.relpath(path, data)}: {type(error).__name__} {ascii(str(error))[:160]}"
    for folder, _, names in os.walk(data):
        for name in names:
            if name.endswith(LEFT_BEHIND):
                yield f"left behind: {ascii(os.path.relpath(os.path.join(folder, name), data))}"


def check_database(data, report):
    database = open_database(data)
    try:
        sound = rows(database, "PRAGMA integrity_check")
        if sound != [(b"ok",)]:
            yield f"the database is damaged: {sound[:3]}"
        stored = sum(rows(database, f"SELECT count(*) FROM {name}")[0][0] for name in ("ztf_alerts", "lsst_alerts"))
        if stored != report["stored"]:
            yield f"the tables hold {stored} alerts of {report['stored']}"
        archived = rows(database, "SELECT count(*) FROM archive")[0][0]
        if archived != report["archived"]:
            yield f"the archive's index holds {archived} alerts of {report['archived']}"
        dead, = rows(database, "SELECT count(*) FROM dead_letters")[0]
        if dead != report["deadLettered"]:
            yield f"{dead} dead letters of {report['deadLettered']}"
        sums = rows(database, "SELECT total(received), total(duplicates) + total(stored) + total(deadLettered) FROM ledger")[0]
        if sums[0] != sums[1] or sums[0] != report["received"]:
            yield f"the ledger does not add up: {sums} of {report['received']}"
    finally:
        database.close()
