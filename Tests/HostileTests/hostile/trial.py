"""One run of packets or of a source, with everything that is held against it."""
import gzip
import io
import os
import shutil
import tarfile
import zlib

import account
import process


class Costs:
    """Seconds of CPU: how many more than usual are a hang, and what is usual for a start, a packet, and a fit with its picture.

    Measured: 0.1 to 0.5, 0.0003, and 0.008 of a release build; a debug build takes eight times as long, and 130 times for a fit.
    """

    def __init__(self, hang, start, packet, fit):
        self.hang, self.start, self.packet, self.fit = hang, start, packet, fit

    def bound(self, packets, fitted):
        return self.hang + self.start + packets * (self.packet + (self.fit if fitted else 0))


RELEASE = Costs(hang=2.0, start=0.6, packet=0.001, fit=0.012)
DEBUG = Costs(hang=20.0, start=4.0, packet=0.01, fit=2.0)
SOUND = 900_000_000  # the numbers of the sound packets that lie among the others


class Trials:
    """Knows the command, what a run costs without hostile packets, and what sound packets become."""

    def __init__(self, nightjar, models, folder, costs=RELEASE):
        self.nightjar, self.models, self.folder, self.costs = nightjar, models, folder, costs
        self.worst_cpu, self.peak, self.cpu, self.runs = 0.0, 0, 0.0, 0
        self.known, self.tables, self.report, self.last = {}, set(), None, None

    # What sound packets become, by themselves.

    def learn(self, base):
        """The rows of a base's sound packets, where nothing else is beside them."""
        if (base.name, SOUND) in self.known:
            return
        data, folder = self.fresh("sound"), os.path.join(self.folder, "sound", "packets")
        os.makedirs(folder)
        for number in (SOUND, SOUND + 1):
            with open(os.path.join(folder, f"{number}.avro"), "wb") as file:
                file.write(base.packet(number))
        ended = self.start(["run", folder, "--data", data, "--json", "--quiet", "--no-fits"], 60)
        if ended.status:
            raise SystemExit(f"sound packets of {base.name} are not taken: {ended.outcome} {ended.last_words}")
        for number in (SOUND, SOUND + 1):
            self.known[base.name, number] = self.row(data, base, number)
        self.tables |= account.table_names(data)

    def row(self, data, base, number):
        table, key = ("lsst_alerts", "diaSourceId") if base.survey == "lsst" else ("ztf_alerts", "candid")
        return account.row(data, table, key, 3_000_000_000_000_000_000 + number)

    def fresh(self, name):
        shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        path = os.path.join(self.folder, name, "a", "b", "data")  # room for names such as ../../x
        os.makedirs(os.path.dirname(path))
        return path

    def start(self, words, cpu, environment=None):
        words = [self.nightjar, *words]
        if words[1] == "run":
            words += ["--models", self.models[0], "--model", self.models[1]]
        return process.run(words, self.folder, cpu, environment=environment)

    # Packets together.

    def write(self, batch, cases):
        """The packets as a folder or a tarball, by turns: what is read in another way goes through the same stages."""
        kind = zlib.crc32(f"{batch.name}{len(cases)}".encode()) % 3
        members = [(f"p{number:06d}.avro", case.data) for number, case in enumerate(cases)]
        members = [("a-sound.avro", batch.base.packet(SOUND)), *members, ("z-sound.avro", batch.base.packet(SOUND + 1))]
        path = os.path.join(self.folder, "source" + ("", ".tar", ".tar.gz")[kind])
        shutil.rmtree(path, ignore_errors=True)
        if kind == 0:
            os.makedirs(path)
            for name, data in members:
                with open(os.path.join(path, name), "wb") as file:
                    file.write(data)
            return path
        with open(path, "wb") as raw, (gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) if kind == 2 else raw) as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for name, data in members:
                    member = tarfile.TarInfo(name)
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data))
        return path

    def batch(self, batch, cases):
        """Everything that is wrong with a run of these packets; empty where nothing is."""
        self.learn(batch.base)
        path = self.write(batch, cases)
        expected = None if any(case.records is None for case in cases) else 2 + sum(case.records for case in cases)
        words = ["run", path, "--json", "--quiet"] + ([] if batch.fitted else ["--no-fits"])
        data = self.fresh("data")
        found, ended = self.run(words, data, expected, 2 + len(cases), self.costs.bound(len(cases), batch.fitted) + batch.extra)
        if ended.status == 0:
            found += self.unchanged(batch.base, data)
            if batch.drawn:
                found += self.pictures(words, data, ended.cpu + self.costs.hang + 5)
        self.count(ended, len(cases))
        return found

    def pictures(self, words, data, cpu):
        """Pictures must follow from the packets alone: another process, whose memory holds other things, draws the same."""
        again = self.fresh("other")
        ended = self.start(words + ["--data", again], cpu, {f"HOSTILE_{number}": f"another memory {number} " * 200 for number in range(400)})
        if ended.status:
            return
        drawn, redrawn = account.pictures(data), account.pictures(again)
        for name in sorted({*drawn, *redrawn}):
            if drawn.get(name) != redrawn.get(name):
                yield f"the picture {ascii(name)} is another in a second process"

    def unchanged(self, base, data):
        for number in (SOUND, SOUND + 1):
            known, now = self.known[base.name, number], self.row(data, base, number)
            if now is None:
                yield "a sound packet beside it is not stored"
                continue
            other = [name for name in known if now.get(name) != known[name]]
            if other:
                yield f"a sound packet's row is another: {ascii(other[:5])}"
        found = account.table_names(data)
        if found != self.tables:
            yield f"tables came or went: {ascii(sorted(found ^ self.tables))}"

    def count(self, ended, packets):
        self.runs, self.last = self.runs + 1, ended
        self.cpu += ended.cpu
        self.peak = max(self.peak, ended.peak)
        if packets == 1:
            self.worst_cpu = max(self.worst_cpu, ended.cpu)

    # Sources by themselves.

    def source(self, source):
        folder = os.path.join(self.folder, "made")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        path, expected, least = source.make(folder)
        bound = self.costs.bound(10, True) + source.extra
        found, ended = self.run(["run", path, "--json", "--quiet"], self.fresh("data"), expected, least, bound, source.damaged)
        self.count(ended, 1)
        return found

    def run(self, words, data, expected, least, cpu, damaged=False):
        """Runs, looks at what is there, runs again and replays."""
        words = words + ["--data", data]
        ended = self.start(words, cpu)
        if damaged and ended.status == 1:
            return list(self.broken_off(ended, words, data, least, cpu)), ended
        found = list(self.ending(ended))
        report = account.report_of(ended)
        self.report = report
        if report is None or ended.status:
            if not ended.overdue and not ended.signal and self.start(words, cpu).status:
                found.append("and again at the second try")
            return found, ended
        found += account.check(data, report, expected, least)
        found += self.strays()
        if os.path.exists(os.path.join(data, "nightjar.db")):
            found += self.afterwards(words, data, cpu)
        return found, ended

    def broken_off(self, ended, words, data, least, cpu):
        """A run that a damaged source ended."""
        self.report = account.ledger(data)
        yield from self.ending(ended, allowed=1)
        if len(ended.errors.strip().splitlines()) != 1 or b"night" not in ended.errors:
            yield f"its complaint is not one line that names the source: {ascii(ended.errors[:200])}"
        taken = self.report["stored"] + self.report["deadLettered"]
        if taken < least:
            yield f"{taken} packets of at least {least} were taken"
        again = self.start(words, cpu)
        yield from self.ending(again, "the second run: ", allowed=1)
        now = account.ledger(data)
        if now["stored"] != self.report["stored"]:
            yield f"the second run changed {self.report} to {now}"

    def ending(self, ended, what="", allowed=0):
        if ended.overdue or ended.signal or ended.status not in (0, allowed):
            yield f"{what}{ended.outcome} {ended.last_words}".strip()
        if ended.peak > process.PEAK_LIMIT and not ended.overdue:
            yield f"{what}took {ended.peak // 1_000_000} MB"
        raw = account.raw_control(ended.output) or account.raw_control(ended.errors)
        if raw:
            yield f"{what}{raw}"

    def afterwards(self, words, data, cpu):
        before = account.counts(data)
        second = self.start(words, cpu)
        yield from self.ending(second, "the second run: ")
        after = account.counts(data)
        if not second.status and after != before:
            yield f"the second run changed { {name: (before.get(name), after.get(name)) for name in {*before, *after} if before.get(name) != after.get(name)} }"
        if not before["dead_letters"]:
            return
        listed = self.start(["dead-letters", "list", "--data", data], 20)
        yield from self.ending(listed, "dead-letters list: ")
        replayed = self.start(["dead-letters", "replay", "--data", data], cpu)
        yield from self.ending(replayed, "replay: ")

    def strays(self):
        """What lies outside the data folder."""
        top = os.path.join(self.folder, "data")
        for folder, names, files in os.walk(top):
            if os.path.relpath(folder, top) in (".", "a", "a/b"):
                names[:] = [name for name in names if name in ("a", "b", "data")]
                for name in files:
                    yield f"wrote outside of the data folder: {ascii(os.path.relpath(os.path.join(folder, name), top))}"
