"""What one worker does with a simulated LSST night: from a tarball, at a steady rate, and in a visit's burst; see
scripts/bench-lsst."""
import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "KafkaLoad"))
from measure import Cluster, Noida, say  # noqa: E402
from worker import Worker  # noqa: E402

TOPIC = "night"
# librdkafka's cluster holds 5 MB of a partition, some 35 packets: so many have room for a visit that nobody has read yet.
PARTITIONS = 400


class Night:
    def __init__(self, arguments):
        self.arguments = arguments
        self.tools = os.path.dirname(arguments.nightjar)
        self.data = f"{arguments.folder}/lsst-data"
        self.inputs = ["--models", arguments.models, "--schemas", arguments.schemas]

    def simulated(self, alerts, *options):
        return [self.arguments.nightjar, "simulate", "--survey", "lsst", "--seed", "11", "--alerts", str(alerts),
                *self.inputs, *map(str, options)]

    # From a tarball.

    def tarball(self, alerts):
        path = f"{self.arguments.folder}/lsst-{alerts}.tar.gz"
        if not os.path.exists(path):
            print(f"simulating {alerts} alerts...", file=sys.stderr, flush=True)
            subprocess.run(self.simulated(alerts, "--frame", "confluent", "--out", path), check=True,
                           stderr=subprocess.DEVNULL)
        return path

    def run(self, path, *options):
        shutil.rmtree(self.data, ignore_errors=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(
            [self.arguments.nightjar, "run", path, "--data", self.data, "--json", "--quiet", *self.inputs, *options],
            check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(out)
        report["processor"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        report["peak"] = after.ru_maxrss / 1024
        return report

    def file(self, alerts):
        path = self.tarball(alerts)
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["gzip", "-dc", path], stdout=subprocess.DEVNULL, check=True)
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        gunzip = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        say("gzip -dc to /dev/null", f"{alerts / seconds:,.0f} alerts/s", f"{gunzip / alerts * 1e3:.2f} ms of a core each")
        for name, options in (("nightjar run, no fits", ["--no-fits"]), ("nightjar run, fits", ["--no-plots"])):
            report = self.run(path, *options)
            if report["stored"] != alerts:
                raise SystemExit(f"{report['stored']} of {alerts} alerts were stored")
            rate = alerts / report["seconds"]
            each = report["processor"] / alerts * 1e3
            say(name, f"{rate:,.0f} alerts/s",
                f"{report['bytes'] / alerts / 1e3:.0f} kB each, {each:.2f} ms of a core, {each * alerts / 1e3 / gunzip:.1f} "
                f"times gzip's, peak {report['peak']:.0f} MB, {report['fitted']} fits")
            if options == ["--no-fits"]:
                say("  aim", "2,500 alerts/s", "reached" if rate >= 2500 else
                    f"missed: {rate / 2500:.0%}; two cores' time allows {2e3 / each:,.0f}")
        size = sum(f.stat().st_size for f in pathlib.Path(self.data).rglob("nightjar.db*"))
        archive = sum(f.stat().st_size for f in pathlib.Path(self.data, "archive").rglob("*") if f.is_file())
        say("on the disk, an alert", f"{archive / alerts / 1e3:.1f} kB", f"archive; tables {size / alerts / 1e3:.1f} kB")
        if not self.arguments.keep:
            os.remove(path)

    # From Kafka.

    def stream(self, server, alerts, fits, *pace):
        shutil.rmtree(self.data, ignore_errors=True)
        worker = Worker(self.arguments.nightjar, server.address, TOPIC, self.data, "--follow",
                        "--no-plots" if fits else "--no-fits", *self.inputs, *server.options, *server.live)
        worker.wait_until_it_reads()
        time.sleep(1)
        sent = subprocess.run(
            # The telescope has processors of its own.
            ["nice", "-n", "10", *self.simulated(alerts, "--to", f"kafka://{server.address}/{TOPIC}", *pace)], check=True, text=True,
            capture_output=True).stdout.strip()
        began = time.monotonic()
        is_whole = worker.wait_until_stored(alerts, self.data, seconds=120)
        late = time.monotonic() - began
        report = worker.finish(interrupt=True)
        say("  sent", "", sent)
        say("  stored", f"{report['stored']:,} alerts", f"{report['duplicates']} duplicates, the last {late:.1f} s after it "
            f"was sent, peak {worker.peak:.0f} MB, {worker.processor / alerts * 1e3:.2f} ms of a core each")
        if not is_whole:
            say("  missing", f"{alerts - report['stored']:,} alerts", "not there two minutes later: the server discarded them")
        return report

    def steady(self, server, rate, seconds, fits):
        report = self.stream(server, rate * seconds, fits, "--rate", rate)
        times = report["latency"].get("lsst_alert_data")
        if times:
            say(f"  {rate}/s, to lsst_alert_data durable", f"p99 {times['p99']:.3f} s",
                f"p50 {times['p50']:.3f}, max {times['max']:.3f}, aim p99 < 1 s: "
                + ("reached" if times["p99"] < 1 else "missed"))

    def burst(self, server, alerts, seconds):
        rate = alerts / seconds
        self.stream(server, alerts, False, "--rate", rate, "--burst", f"{alerts}/{seconds}")


def main():
    parser = argparse.ArgumentParser()
    for name, value in (("nightjar", ".build/release/nightjar"), ("folder", ".build/bench"), ("models", "models"),
                        ("schemas", "schemas"), ("only", "file,steady,burst"), ("noida", None)):
        parser.add_argument(f"--{name}", default=value)
    for name, value in (("alerts", 20000), ("rate", 333), ("seconds", 60), ("burst", 10000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--keep", action="store_true", help="the tarball is left for the next time")
    arguments = parser.parse_args()
    night, parts = Night(arguments), arguments.only.split(",")
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{os.cpu_count()} cores, shared with the server and the producer; load average {load}")

    def on(server, part, *values):
        print(f"-- on {server.name}", flush=True)
        try:
            part(server, *values)
        finally:
            server.stop()

    def noida():
        shared = "/dev/shm" if os.path.isdir("/dev/shm") else arguments.folder
        return Noida(arguments.noida, f"{shared}/nightjar-bench-{os.getpid()}", 45)

    if "file" in parts:
        print(f"== a night of {arguments.alerts} alerts from a tarball", flush=True)
        night.file(arguments.alerts)
    if "steady" in parts:
        print("== a steady stream, from Kafka's timestamp to durable", flush=True)
        for fits in (False, True):
            print(f"with{'' if fits else 'out'} fits", flush=True)
            on(Cluster(night.tools, PARTITIONS), night.steady, arguments.rate, arguments.seconds, fits)
    if "burst" in parts:
        print(f"== a visit: {arguments.burst} alerts in 5 s", flush=True)
        on(Cluster(night.tools, PARTITIONS), night.burst, arguments.burst, 5)
        if arguments.noida:
            # It writes all that it holds each second: for correctness, with a tenth.
            on(noida(), night.burst, arguments.burst // 10, 5)
    shutil.rmtree(night.data, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
