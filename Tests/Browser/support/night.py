"""Data folders: a night that a run is writing, and all kinds of bad ones."""
import os, shutil, signal, sqlite3, subprocess, tarfile, threading, time
from pathlib import Path

from support.program import Program, Server, root, run, wait

work = root / ".build" / "browser"
alerts = int(os.environ.get("NIGHTJAR_BROWSER_ALERTS", "20000"))
filters = root / "filters"
night, night_before = 20240915, 20240914


def simulated(name, number, *words):
    """A simulated night's file; it is kept, since the same options give the same bytes."""
    path = work / f"{number}" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        run("simulate", "--alerts", number, "--out", path, *words)
    return path


def small_night():
    return simulated("ztf_public_20240913.tar.gz", 300, "--seed", 3)


def fresh(name):
    folder = work / "data" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def taken(name, *words, source=None):
    """A folder into which a run has taken a small night."""
    folder = fresh(name)
    run("run", source or small_night(), "--data", folder, *words)
    return folder


def stored(folder):
    """How many alerts a run has stored."""
    try:
        with sqlite3.connect(f"file:{folder}/nightjar.db?mode=ro", uri=True) as tables:
            return tables.execute("SELECT coalesce(sum(stored), 0) FROM ledger").fetchone()[0]
    except sqlite3.Error:
        return 0


class LiveRun:
    """A run of a whole night that gets the last third of it slowly, so that it writes for as long as somebody looks."""

    def __init__(self, folder):
        self.folder = folder
        self.source = simulated(f"ztf_public_{night}.tar.gz", alerts, "--seed", 7)
        self.is_over = threading.Event()
        self.program = Program("run", "-", "--data", folder, "--filters", filters, "--allow-wide", "all", "--quiet", stdin=subprocess.PIPE)
        self.feeder = threading.Thread(target=self.feed, daemon=True)
        self.before = stored(folder)
        self.feeder.start()

    def feed(self):
        quick = int(self.source.stat().st_size * 0.68)
        try:
            with open(self.source, "rb") as file, self.program.process.stdin as pipe:
                while file.tell() < quick:
                    pipe.write(file.read(1 << 20))
                while not self.is_over.wait(1):
                    pipe.write(file.read(60_000))  # more than an alert a second; a run reads a megabyte at a time
                    pipe.flush()
        except (BrokenPipeError, ValueError):
            pass  # the run was ended

    def wait(self):
        """Waits until two thirds of the night are stored."""
        wait("the run has stored most of the night", self.has_most, seconds=3600, step=0.5)

    def has_most(self):
        if not self.program.is_running:
            raise RuntimeError("the run ended: " + self.program.said(self.program.err))
        return stored(self.folder) - self.before >= alerts * 0.63

    def stop(self):
        self.is_over.set()
        status = self.program.stop()
        self.feeder.join(30)
        return status


def bad_packets():
    """A folder with packets that cannot be used, one of them with a hostile name."""
    folder = fresh("bad-packets")
    folder.mkdir()
    (folder / "empty.avro").write_bytes(b"")
    (folder / "text.avro").write_bytes(b"this is no packet\n" * 40)
    (folder / "<img src=x onerror=alert(1)>.avro").write_bytes(b"Obj\x01 and nothing that is right")
    with tarfile.open(small_night()) as tar:
        whole = tar.extractfile(next(iter(tar))).read()
    (folder / "cut.avro").write_bytes(whole[: len(whole) // 2])
    return folder


def damaged():
    """A folder whose archive has bytes turned over; which id is in them."""
    folder = taken("damaged", "--no-fits")
    with sqlite3.connect(folder / "nightjar.db") as tables:
        ids = [str(row[0]) for row in tables.execute("SELECT candid FROM ztf_alerts ORDER BY candid")]
    for file in folder.glob("archive/**/*.avro"):
        with open(file, "r+b") as archive:
            size = file.stat().st_size
            for place in range(size // 4, size - 16, 4096):
                archive.seek(place)
                taken_bytes = archive.read(8)
                archive.seek(place)
                archive.write(bytes(byte ^ 0xFF for byte in taken_bytes))
    return folder, ids[-1]


def half_written():
    """A folder whose run was killed in the middle."""
    folder = fresh("half")
    program = Program("run", small_night(), "--data", folder, "--filters", filters, "--allow-wide", "all", "--quiet")
    wait("the run has begun", lambda: stored(folder) > 0 or not program.is_running)
    program.stop(signal.SIGKILL)
    return folder


def copy_of_lsst():
    return taken("lsst", "--filters", filters, "--allow-wide", "all",
                 source=simulated("lsst_20260915.tar.gz", 200, "--survey", "lsst", "--seed", 7))
