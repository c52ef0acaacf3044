"""A `nightjar run` on a topic, watched from outside: when it got its partitions, its memory, its report."""
import json
import re
import sqlite3
import subprocess
import threading
import time


class Worker:
    def __init__(self, nightjar, address, topic, data, *options):
        # Which worker it is makes no difference to one that is alone, and a new folder each time is a new one to the group.
        self.process = subprocess.Popen(
            [nightjar, "run", f"kafka://{address}/{topic}", "--data", data, "--json",
             "--kafka-property", "group.instance.id=", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.began = threading.Event()
        self.start = None
        self.memory = []  # (seconds since it began, MB)
        self.peak = 0.0  # MB
        self.processor = 0.0  # seconds
        self.said = []
        for watch in (self.listen, self.sample):
            threading.Thread(target=watch, daemon=True).start()

    def listen(self):
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("assigned ") and not self.began.is_set():
                self.start = time.monotonic()
                self.began.set()

    def sample(self):
        while self.process.poll() is None:
            try:
                status = open(f"/proc/{self.process.pid}/status").read()
                ticks = open(f"/proc/{self.process.pid}/stat").read().rsplit(") ", 1)[1].split()
            except OSError:
                return
            found = re.search(r"VmRSS:\s+(\d+)", status)
            peak = re.search(r"VmHWM:\s+(\d+)", status)
            if found and self.start:
                self.memory.append((time.monotonic() - self.start, int(found[1]) / 1024))
            if peak:
                self.peak = int(peak[1]) / 1024
                self.processor = (int(ticks[11]) + int(ticks[12])) / 100
            time.sleep(0.2)

    def wait_until_it_reads(self):
        if not self.began.wait(60):
            raise SystemExit("the worker got no partitions: " + "".join(self.said))

    def wait_until_stored(self, alerts, data, seconds=3600):
        """Waits until so many alerts are stored; False where they are not after some seconds."""
        deadline = time.monotonic() + seconds
        database = sqlite3.connect(f"file:{data}/nightjar.db?mode=ro", uri=True)
        while database.execute("SELECT coalesce(sum(stored), 0) FROM ledger").fetchone()[0] < alerts:
            if self.process.poll() is not None:
                raise SystemExit("the worker ended: " + "".join(self.said))
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        database.close()
        return True

    def finish(self, interrupt=False):
        """The report, with the seconds from the first partition to the end, all durable."""
        if interrupt:
            self.process.terminate()
        text = self.process.stdout.read()
        self.process.wait()
        if not text.strip() or self.start is None:
            raise SystemExit("the worker failed: " + "".join(self.said))
        report = json.loads(text)
        report["reading"] = time.monotonic() - self.start
        return report
