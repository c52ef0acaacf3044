"""What one worker does with a stream, beside what kcat and the disk do on the same machine; see scripts/bench-kafka."""
import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

from worker import Worker

TOPIC = "night"
# librdkafka's cluster keeps 5 MB of a partition; simulated packets have 61 kB.
HELD = 75


def say(name, value, rest=""):
    print(f"{name:<34}{value:>16}   {rest}".rstrip(), flush=True)


class Cluster:
    """librdkafka's own cluster of one server."""
    name = "librdkafka's cluster"
    # It answers an empty fetch only after its whole wait, also when messages come meanwhile.
    live = ["--kafka-property", "fetch.wait.max.ms=10"]
    options = []

    def __init__(self, tools, partitions):
        self.process = subprocess.Popen(
            [f"{tools}/kafka-server", TOPIC, str(partitions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Noida:
    """The Kafka-compatible server of the tests: it ignores a fetch's bounds and writes all it holds every second."""
    name = "noida-db"
    live = []
    options = ["--kafka-property", "receive.message.max.bytes=1000000000"]

    def __init__(self, program, folder, partitions):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        self.process = subprocess.Popen(
            [program, "start", "--data-dir", folder, "--only", "kafka", "--kafka-port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.address = f"127.0.0.1:{port}"
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        from confluent_kafka.admin import AdminClient, NewTopic
        admin = AdminClient({"bootstrap.servers": self.address})
        for done in admin.create_topics([NewTopic(TOPIC, partitions, 1)]).values():
            done.result(30)

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Measurement:
    def __init__(self, arguments):
        self.arguments = arguments
        self.tools = os.path.dirname(arguments.nightjar)
        self.data = f"{arguments.folder}/stream-data"

    def load(self, server, *options):
        return subprocess.Popen(
            [f"{self.tools}/kafka-load", server.address, TOPIC, self.arguments.packets, *map(str, options)],
            stdout=subprocess.PIPE, text=True)

    def worker(self, server, *options):
        shutil.rmtree(self.data, ignore_errors=True)
        return Worker(
            self.arguments.nightjar, server.address, TOPIC, self.data, "--models", self.arguments.models,
            *server.options, *options)

    # What the machine can do.

    def disk(self):
        size = 1 << 29
        with open(self.arguments.packets, "rb") as packets:
            block = packets.read(size)
        path = f"{self.arguments.folder}/written"
        began = time.monotonic()
        with open(path, "wb") as file:
            file.write(block)
            os.fsync(file.fileno())
        seconds = time.monotonic() - began
        os.remove(path)
        say("the disk, write and fsync", f"{len(block) / seconds / 1e6:,.0f} MB/s")

    def kcat(self, server):
        """Alerts a second that kcat drains to nowhere."""
        command = ["kcat", "-C", "-b", server.address, "-t", TOPIC, "-o", "beginning", "-e", "-q"]
        for option in server.options[1::2]:
            command += ["-X", option]
        began = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return time.monotonic() - began

    # What a worker does.

    def rate(self, server, alerts):
        """A standing backlog, drained by kcat and by a worker, by turns."""
        loading = self.load(server, "--alerts", alerts)
        sent = loading.communicate()[0].strip()
        megabytes = int(re.search(r"(\d+) MB,", sent)[1])
        say("  our producer", "", sent)
        theirs, ours, peaks, processor = [], [], [], []
        for turn in range(self.arguments.turns):
            theirs.append(alerts / self.kcat(server))
            worker = self.worker(server, "--group", f"turn{turn}")
            report = worker.finish()
            if report["stored"] != alerts:
                raise SystemExit(f"{report['stored']} of {alerts} alerts were stored")
            ours.append(alerts / report["reading"])
            peaks.append(worker.peak)
            processor.append(worker.processor)
        kcat, nightjar = statistics.median(theirs), statistics.median(ours)
        say("  kcat to /dev/null", f"{kcat:,.0f} alerts/s", f"{kcat * megabytes / alerts:,.0f} MB/s")
        say("  nightjar run, fits and plots", f"{nightjar:,.0f} alerts/s",
            f"{nightjar / kcat:.2f} of kcat, {report['fitted']} fits, "
            f"{statistics.median(processor) / alerts * 1e3:.2f} ms of a core each, peak {max(peaks):.0f} MB")
        goal = min(0.7 * kcat, 3000)
        say("  aim", f"{goal:,.0f} alerts/s", "reached" if nightjar >= goal else f"missed: {nightjar / goal:.0%}")

    def bare(self, server, rate, seconds):
        """How long messages take to a consumer that does nothing with them: what is the server's and not the worker's."""
        command = ["kcat", "-C", "-u", "-b", server.address, "-t", TOPIC, "-o", "end", "-q", "-f", "%T\\n"]
        for option in (server.options + server.live)[1::2]:
            command += ["-X", option]
        kcat = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        times = []

        def listen():
            for line in kcat.stdout:
                times.append(time.time() - int(line) / 1000)

        listening = threading.Thread(target=listen)
        listening.start()
        time.sleep(3)
        self.load(server, "--alerts", int(rate * seconds), "--rate", rate).communicate()
        time.sleep(2)
        kcat.terminate()
        listening.join()
        times.sort()
        if times:
            say(f"  kcat alone, {rate}/s for {seconds} s", f"p99 {times[len(times) * 99 // 100]:.3f} s",
                f"p50 {times[len(times) // 2]:.3f}, max {times[-1]:.3f}, n {len(times)}")

    def steady(self, server, rate, seconds):
        worker = self.worker(server, "--follow", *server.live)
        worker.wait_until_it_reads()
        time.sleep(1)
        alerts = int(rate * seconds)
        self.load(server, "--alerts", alerts, "--rate", rate).communicate()
        time.sleep(2)
        report = worker.finish(interrupt=True)
        say(f"  {rate}/s for {seconds} s", f"{report['received']:,} alerts", f"peak {worker.peak:.0f} MB")
        for topic, aim in (("ztf_alert_data", None), ("ztf_exgalac_trans", 0.5), ("ztf_salt2", 1.0)):
            times = report["latency"].get(topic)
            if not times or not times["count"]:
                continue
            verdict = "" if aim is None else f", aim p99 < {aim} s: " + ("reached" if times["p99"] < aim else "missed")
            say(f"  to {topic} durable", f"p99 {times['p99']:.3f} s",
                f"p50 {times['p50']:.3f}, max {times['max']:.3f}, n {times['count']}{verdict}")

    def backlog(self, server, alerts):
        worker = self.worker(server, "--follow", "--group", "backlog")
        worker.wait_until_it_reads()
        began = time.monotonic()
        sent = self.load(server, "--alerts", alerts, "--group", "backlog", "--ahead", HELD).communicate()[0].strip()
        # The producer has waited for the group; what is left is less than a partition holds of each.
        worker.wait_until_stored(alerts, self.data)
        seconds = time.monotonic() - began
        report = worker.finish(interrupt=True)
        megabytes = int(re.search(r"(\d+) MB,", sent)[1])
        say("  nightjar run", f"{report['stored'] / seconds:,.0f} alerts/s",
            f"{report['stored']:,} alerts, {megabytes:,} MB, in {seconds:.0f} s, the producer on the same cores")
        steps = [f"{megabytes:.0f}" for _, megabytes in worker.memory[:: max(1, len(worker.memory) // 10)]]
        say("  peak memory", f"{worker.peak:.0f} MB", "aim < 400 MB: " + ("reached" if worker.peak < 400 else "missed"))
        say("  memory over time", "", "MB: " + " ".join(steps))
        size = sum(os.path.getsize(f"{self.data}/{name}") for name in os.listdir(self.data) if "nightjar.db" in name)
        archive = sum(
            os.path.getsize(os.path.join(folder, name))
            for folder, _, names in os.walk(f"{self.data}/archive") for name in names)
        count = report["stored"]
        say("  on the disk, an alert", f"{archive / count / 1e3:.1f} kB", f"archive; tables {size / count / 1e3:.1f} kB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("packets", help="a tarball of simulated packets")
    for name, value in (("nightjar", ".build/release/nightjar"), ("folder", ".build/bench"), ("models", "models")):
        parser.add_argument(f"--{name}", default=value)
    parser.add_argument("--noida", help="the program noida-db; left out, its part is")
    for name, value in (("alerts", 15000), ("backlog", 50000), ("rate", 250), ("seconds", 60), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--only", default="rate,steady,backlog")
    arguments = parser.parse_args()
    measurement = Measurement(arguments)
    parts = arguments.only.split(",")

    def noida(partitions):
        # In memory: on the worker's own disk each of its saves would hold up the worker's syncs.
        folder = "/dev/shm" if os.path.isdir("/dev/shm") else arguments.folder
        return Noida(arguments.noida, f"{folder}/nightjar-bench-{os.getpid()}", partitions)

    def on(server, part, *values):
        print(f"-- on {server.name}")
        try:
            part(server, *values)
        finally:
            server.stop()

    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{os.cpu_count()} cores, shared with the server and the producer; load average {load}")
    measurement.disk()
    if "rate" in parts:
        print("== a backlog that the server holds")
        on(Cluster(measurement.tools, -(-arguments.alerts // HELD)), measurement.rate, arguments.alerts)
        if arguments.noida:
            on(noida(8), measurement.rate, min(arguments.alerts, 4000))
    if "steady" in parts:
        print("== a steady stream, from Kafka's timestamp to each product durable")
        on(Cluster(measurement.tools, 8), measurement.bare, arguments.rate, arguments.seconds // 3)
        on(Cluster(measurement.tools, 8), measurement.steady, arguments.rate, arguments.seconds)
        if arguments.noida:
            # Each second it writes all that it holds: what it adds grows with the time.
            on(noida(8), measurement.bare, arguments.rate, arguments.seconds // 3)
            on(noida(8), measurement.steady, arguments.rate, arguments.seconds // 3)
    if "backlog" in parts:
        print("== a long backlog, fed as the group goes on")
        on(Cluster(measurement.tools, 64), measurement.backlog, arguments.backlog)
    shutil.rmtree(measurement.data, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
