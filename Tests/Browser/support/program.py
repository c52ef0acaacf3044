"""Processes of `nightjar`: started, waited for, and ended by their ids."""
import json, os, re, signal, subprocess, tempfile, time, urllib.error, urllib.parse, urllib.request
from pathlib import Path

root = Path(__file__).resolve().parents[3]
binary = str((root / os.environ.get("NIGHTJAR_BINARY", ".build/release/nightjar")).absolute())


class Failed(Exception):
    pass


def run(*words, check=True):
    """Runs a command of `nightjar` to its end; its standard output."""
    done = subprocess.run([binary, *map(str, words)], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and done.returncode != 0:
        raise Failed(f"nightjar {' '.join(map(str, words))}: status {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def wait(what, until, seconds=120, step=0.1):
    """Waits until `until()` is true, and returns what it said."""
    end = time.monotonic() + seconds
    while True:
        found = until()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"{what}: not after {seconds} s")
        time.sleep(step)


class Program:
    """A process whose output goes to files, so that no pipe of it fills."""

    def __init__(self, *words, stdin=subprocess.DEVNULL, environment=None, folder=root):
        self.words = [str(word) for word in words]
        self.out, self.err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([binary, *self.words], cwd=folder, stdin=stdin, stdout=self.out, stderr=self.err,
                                        env={**os.environ, **(environment or {})})

    @property
    def pid(self):
        return self.process.pid

    def said(self, file):
        file.seek(0)
        return file.read()

    @property
    def is_running(self):
        return self.process.poll() is None

    def stop(self, signal_number=signal.SIGTERM):
        """Ends it, by force if it does not end by itself; its status."""
        if self.is_running:
            self.process.send_signal(signal_number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        status = self.process.wait()
        self.out.close(), self.err.close()
        return status

    def cpu_seconds(self):
        """What it has used of the processors."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """`nightjar serve` on a free port of loopback; `address` is http://127.0.0.1:PORT."""

    def __init__(self, *folders, words=(), port=0, environment=None, folder=root):
        data = [word for folder in folders for word in ("--data", folder)]
        if assets := os.environ.get("NIGHTJAR_ASSETS"):
            words = (*words, "--assets", assets)
        self.program = Program("serve", *data, "--listen", f"127.0.0.1:{port}", *words, environment=environment, folder=folder)

        def listening():
            if not self.program.is_running:
                raise Failed(f"serve ended: {self.program.said(self.program.err)}")
            return re.search(r"listening on (http://127\.0\.0\.1:(\d+))/", self.program.said(self.program.out))

        found = wait("serve listens", listening)
        self.address, self.port = found[1], int(found[2])

    def ask(self, path, **headers):
        """Status and text of an answer."""
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def json(self, path):
        status, text = self.ask(f"/api/v1/{path}")
        if status != 200:
            raise Failed(f"{path}: {status} {text}")
        return json.loads(text)

    def rows(self, sql, limit=1000):
        """The rows of a statement."""
        return self.json("sql?" + urllib.parse.urlencode({"query": sql, "limit": limit}))["rows"]

    def stop(self):
        return self.program.stop()
