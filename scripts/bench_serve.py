"""Grows a data folder by copies of its rows, and times 'nightjar serve' over it: scripts/bench-serve calls it.

    bench_serve.py grow DATABASE COPIES
    bench_serve.py measure NIGHTJAR FOLDER SECONDS
"""

import http.client
import itertools
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time

USERS = 50


def columns(base, table):
    return [row[1] for row in base.execute(f"PRAGMA table_xinfo({table})") if row[6] == 0]


def grow(path, copies):
    """Each copy has names, ids and places of its own; names sort behind those of the copy before."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA cache_size = -1000000")
    indexes = base.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name GLOB 'ztf_*'").fetchall()
    for name, _ in indexes:
        base.execute(f"DROP INDEX {name}")
    for table in ("ztf_alerts", "ztf_detections", "ztf_forced", "ztf_salt2", "ztf_passes"):
        names = columns(base, table)
        # Ids of alerts of the simulator lie within 1e15 of each other.
        new = {
            "objectId": "'ZTF25' || printf('%03d', k) || substr(objectId, 6)", "candid": "candid + k * 1000000000000000",
            "alert_candid": "alert_candid + k * 1000000000000000", "ra": "CASE WHEN ra + k * 3.6 >= 360 THEN ra + k * 3.6 - 360 ELSE ra + k * 3.6 END",
        }
        picked = ", ".join(new.get(name, f'"{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        base.execute("BEGIN")
        for k in range(1, copies):
            base.execute(
                f"INSERT INTO {table} ({quoted}) SELECT {picked} FROM (SELECT *, {k} AS k FROM {table} "
                "WHERE objectId NOT GLOB 'ZTF25*')")
        base.execute("COMMIT")
        print(f"  {table}: {base.execute(f'SELECT count(*) FROM {table}').fetchone()[0]:,} rows", flush=True)
    for _, sql in indexes:
        base.execute(sql)
    base.execute("PRAGMA journal_mode = WAL")
    base.close()


def percentile(times, share):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    assert connection.getresponse().read()
    connection.close()


class Users(threading.Thread):
    """One user: a request a second over one connection."""

    def __init__(self, port, paths, until, times, offset):
        super().__init__()
        self.port, self.paths, self.until, self.times, self.offset = port, paths, until, times, offset

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        due = time.monotonic() + self.offset
        while due < self.until:
            time.sleep(max(0, due - time.monotonic()))
            start = time.monotonic()
            path = self.paths() if callable(self.paths) else random.choice(self.paths)
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, (answer.status, body[:300])
            self.times.append(time.monotonic() - start)
            due += 1


def rows_of_object(base, name):
    for table in ("ztf_alerts", "ztf_detections", "ztf_forced", "ztf_salt2"):
        base.execute(f"SELECT * FROM {table} WHERE objectId = ?", (name,)).fetchall()


def rows_of_candidates(base, name):
    objects = base.execute(
        "SELECT objectId, candid FROM ztf_passes WHERE filter = ? ORDER BY jd DESC, candid DESC LIMIT 200", (name,)).fetchall()
    for found, candid in objects:
        base.execute("SELECT * FROM ztf_alerts WHERE candid = ?", (candid,)).fetchall()
        base.execute("SELECT jd, fid, magpsf, sigmapsf, isdiffpos FROM ztf_detections WHERE objectId = ?", (found,)).fetchall()


def rows_of_cone(base, place):
    ra, dec = place
    zone = int((dec + 90) * 12)
    base.execute(
        "SELECT candid, objectId, jd, ra, dec FROM ztf_alerts WHERE CAST((dec + 90) * 12 AS INTEGER) IN (?, ?, ?) "
        "AND ra BETWEEN ? AND ?", (zone - 1, zone, zone + 1, ra - 0.01, ra + 0.01)).fetchall()


def measure(nightjar, folder, seconds):
    base = sqlite3.connect(f"file:{folder}/nightjar.db?mode=ro", uri=True)
    count = base.execute("SELECT count(*) FROM ztf_alerts").fetchone()[0]
    random.seed(1)
    sample = base.execute(
        "SELECT objectId, ra, dec FROM ztf_alerts WHERE candid IN (SELECT candid FROM ztf_alerts ORDER BY random() LIMIT 500)").fetchall()
    filters = [row[0] for row in base.execute("SELECT filter FROM filter_ledger WHERE survey = 'ztf' GROUP BY 1 HAVING sum(passed) > 200")]
    print(f"{count:,} alerts, {os.path.getsize(folder + '/nightjar.db') / 1e9:.1f} GB; candidates of {', '.join(filters)}")
    server = subprocess.Popen([nightjar, "serve", "--data", folder, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)/", server.stdout.readline()).group(1))
        kinds = {
            "object": ([f"/api/v1/objects/{name}?alone=true" for name, _, _ in sample],
                       lambda: rows_of_object(base, random.choice(sample)[0]), 20),
            "cone, 10 arcsec": ([f"/api/v1/cone?ra={ra}&dec={dec}&radius=10" for _, ra, dec in sample],
                                lambda: rows_of_cone(base, random.choice(sample)[1:]), 5),
            "candidates, 200": ([f"/api/v1/candidates?survey=ztf&filter={name}&limit=200" for name in filters],
                                lambda: rows_of_candidates(base, random.choice(filters)), 50),
        }
        # Each of these is asked for the first time: nothing that was answered before helps.
        fresh = itertools.count()

        def anew():
            return f"/api/v1/candidates?survey=ztf&filter={random.choice(filters)}&limit=200&max_mag={30 + next(fresh) * 1e-6:.6f}"

        kinds["the same, made anew"] = (anew, kinds["candidates, 200"][1], 50)
        print(f"{'':20} {'p50 ms':>8} {'p99 ms':>8} {'aim':>5} {'SQLite p50':>11} {'p99':>8}")
        for kind, (paths, plain, aim) in kinds.items():
            # Warm: the pages of the database are in memory.
            for path in paths if isinstance(paths, list) else [anew() for _ in range(20)]:
                get(port, path)
            times = []
            until = time.monotonic() + seconds
            users = [Users(port, paths, until, times, number / USERS) for number in range(USERS)]
            for user in users:
                user.start()
            for user in users:
                user.join()
            own = []
            for _ in range(300):
                start = time.monotonic()
                plain()
                own.append(time.monotonic() - start)
            print(f"{kind:20} {percentile(times, 0.5):8.1f} {percentile(times, 0.99):8.1f} {aim:5d} "
                  f"{percentile(own, 0.5):11.2f} {percentile(own, 0.99):8.2f}   {len(times)} requests", flush=True)
        with open(f"/proc/{server.pid}/status") as status:
            memory = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Rss") or line.startswith("VmRSS")}
        print(f"memory: {int(memory['VmRSS']) / 1024:.0f} MB resident, {int(memory['RssAnon']) / 1024:.0f} MB of its own (aim 200)")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    if sys.argv[1] == "grow":
        grow(sys.argv[2], int(sys.argv[3]))
    else:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
