"""Data folders and servers for the tests, made of real parts: `nightjar` itself, a Kafka server, Pub/Sub's emulator.

NIGHTJAR_BINARY names the command; without it the repository's release build is taken. What is not there skips the tests
that need it, and says so.
"""

from __future__ import annotations

import csv
import glob
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PYTHON = Path(__file__).resolve().parents[1]
REPOSITORY = PYTHON.parent

# Where the package is not installed, its source is tested.
try:
    import nightjar.data  # noqa: F401
except ImportError:
    sys.path.insert(0, str(PYTHON / "src"))

JAVA = "/usr/bin/java"
EMULATOR = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"


class Command:
    """The command `nightjar`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self, *arguments: str | Path, cwd: Path | None = None, fails: bool = False) -> bytes:
        done = subprocess.run(
            [self.path, *map(str, arguments)], cwd=cwd, capture_output=True, timeout=120, stdin=subprocess.DEVNULL
        )
        assert fails or done.returncode == 0, done.stderr.decode()
        return done.stderr if fails else done.stdout


@pytest.fixture(scope="session")
def command() -> Command:
    path = os.environ.get("NIGHTJAR_BINARY") or str(REPOSITORY / ".build/release/nightjar")
    if not os.access(path, os.X_OK):
        pytest.skip(f"there is no command {path}: make it, or name one by NIGHTJAR_BINARY")
    return Command(path)


@pytest.fixture(scope="session")
def sources(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night of ZTF and one of LSST, and a catalogue of every tenth ZTF alert's position."""
    folder = tmp_path_factory.mktemp("sources")
    models, schemas = REPOSITORY / "models", REPOSITORY / "schemas"
    if not models.exists() or not schemas.exists():
        pytest.skip("models/ or schemas/ is missing: scripts/fetch-models and scripts/fetch-schemas bring them")
    ztf = ["--alerts", "400", "--seed", "7", "--night", "20240915", "--truth", str(folder / "truth.csv")]
    command("simulate", *ztf, "--out", folder / "ztf.tar.gz", "--models", models, "--quiet")
    lsst = ["--survey", "lsst", "--alerts", "300", "--seed", "3", "--models", str(models), "--schemas", str(schemas)]
    command("simulate", *lsst, "--out", folder / "lsst.tar.gz", "--quiet")
    with open(folder / "truth.csv", newline="") as truth, open(folder / "stars.csv", "w", newline="") as stars:
        writer = csv.writer(stars)
        writer.writerow(["ra", "dec", "name", "redshift"])
        for number, row in enumerate(csv.DictReader(truth)):
            if number % 10 == 0:
                writer.writerow([row["ra"], row["dec"], f"star {number}", 0.01 * number])
    command("catalogue", "add", "stars", folder / "stars.csv", "--catalogues", folder / "catalogues", "--quiet")
    return folder


@pytest.fixture(scope="session")
def run(command: Command, sources: Path) -> Callable[..., Path]:
    """Runs sources into a data folder."""

    def run(folder: Path, *names: str, options: tuple[str, ...] = ()) -> Path:
        command(
            "run", *(sources / name for name in names), "--data", folder, "--models", REPOSITORY / "models",
            "--schemas", REPOSITORY / "schemas", "--catalogues", sources / "catalogues", "--filters",
            REPOSITORY / "filters", "--allow-wide", "all", "--no-plots", "--quiet", *options,
        )  # fmt: skip
        return folder

    return run


@pytest.fixture(scope="session")
def night(run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with both nights. It is not written to."""
    return run(tmp_path_factory.mktemp("data") / "night", "ztf.tar.gz", "lsst.tar.gz")


@pytest.fixture(scope="session")
def folder(night: Path) -> Iterator[Any]:
    """The same, open."""
    import nightjar.data

    with nightjar.data.open(night) as folder:
        yield folder


@pytest.fixture
def examples(night: Path, folder: Any) -> dict[str, Any]:
    """The names that examples in docstrings use."""
    import nightjar.data
    from nightjar.following import follow

    ((candid,),) = folder.sql("SELECT candid FROM ztf_alerts WHERE objectId = 'ZTF24trdlswj' ORDER BY jd DESC LIMIT 1")
    return {"open": nightjar.data.open, "follow": follow, "path": str(night), "folder": folder, "candid": candid}


# -- Servers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(arguments: list[str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """A server, once it accepts connections."""
    with open(log, "wb") as file:
        process = subprocess.Popen(arguments, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)  # between two questions whether it is ready
    process.kill()
    raise RuntimeError(f"{arguments[0]} did not start: {log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _kafka_program() -> str | None:
    patterns = [f"{path}/noida_db/noida-db" for path in sys.path]
    patterns.append(str(REPOSITORY / ".build/python/lib/python*/site-packages/noida_db/noida-db"))
    found = [path for pattern in patterns for path in glob.glob(pattern)]
    return next((path for path in found if os.access(path, os.X_OK)), shutil.which("noida-db"))


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Kafka server of the tests' own, HOST:PORT."""
    pytest.importorskip("confluent_kafka", reason="confluent-kafka is not installed")
    program = _kafka_program()
    if program is None:
        pytest.skip("no Kafka server: pip install noida-db")
    place, port = tmp_path_factory.mktemp("kafka"), free_port()
    arguments = [program, "start", "--data-dir", str(place / "data"), "--only", "kafka", "--kafka-port", str(port)]
    process = start(arguments, port, place / "log")
    yield f"127.0.0.1:{port}"
    stop(process)


@pytest.fixture(scope="session")
def pubsub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator of Pub/Sub, HOST:PORT."""
    pytest.importorskip("google.cloud.pubsub_v1", reason="google-cloud-pubsub is not installed")
    archives = glob.glob(EMULATOR)
    if not archives or not os.access(JAVA, os.X_OK):
        pytest.skip("Google's Pub/Sub emulator or Java is not installed")
    place, port = tmp_path_factory.mktemp("pubsub"), free_port()
    arguments = [JAVA, "-Xmx512m", "-jar", archives[0], "--host=127.0.0.1", f"--port={port}"]
    process = start(arguments, port, place / "log")
    # The port is open before the service answers on it.
    end = time.monotonic() + 60
    while "Server started" not in (place / "log").read_text(errors="replace") and time.monotonic() < end:
        time.sleep(0.05)
    yield f"127.0.0.1:{port}"
    stop(process)
