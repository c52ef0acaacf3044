"""Gives `nightjar run` everything that a packet, a schema, a container, a tarball or an image can do wrong, and holds the
outcome against what must always be true: no crash, no hang, memory bounded, every packet stored or a dead letter, status 0.

The same seed gives the same packets. A share of ten takes every tenth.
"""
import argparse
import glob
import os
import random
import shutil
import sys
import tarfile
import tempfile
import time
import zlib

import bases
import containers
import fields
import images
import model
import mutations
import names
import tarballs
import trial
from case import Batch, Source

GROUPS = ("fields", "names", "containers", "tarballs", "images", "mutations")


def options():
    parser = argparse.ArgumentParser(prog="hostile", description=__doc__)
    parser.add_argument("--nightjar", required=True, help="the command to try")
    parser.add_argument("--models", help="a folder of models; a small one of our own where it is not given")
    parser.add_argument("--shared", default="../shared", help="where data/alerts is: LSST's schemas, and packets to alter")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=int, default=1, help="every so many packets are tried")
    parser.add_argument("--mutations", type=int, default=50_000)
    parser.add_argument("--groups", default=",".join(GROUPS))
    parser.add_argument("--keep", default="hostile-cases", help="where what fails is written")
    parser.add_argument("--debug", action="store_true", help="a debug build: far slower, so few packets are fitted")
    parser.add_argument("--only", default="", help="only what has this in its name")
    return parser.parse_args()


class Plan:
    """What is to be run: batches and sources, one after another."""

    def __init__(self, options, folder):
        self.options, self.skipped = options, []
        schema, simulated = bases.simulated_schema(options.nightjar, folder)
        value = bases.ztf_value(schema, simulated)
        self.ztf = bases.Base("ztf", "ZTF", schema, value, bases.ZTF_IDS)
        self.small = bases.small(self.ztf, value)
        self.fink = [bases.fink(schema, value, codec) for codec in ("null", "snappy")]
        self.lsst = [(bases.lsst(options.shared, version), bases.lsst(options.shared, version, moving=True)) for version in ("11.1", "7.4")]
        if None in self.lsst[0]:
            self.skipped.append(f"LSST: skipped, no data/alerts/schema/lsst in {options.shared}")
            self.lsst = []

    def chosen(self, name):
        if self.options.only:
            return self.options.only in name
        return zlib.crc32(f"{self.options.seed} {name}".encode()) % self.options.share == 0

    def __iter__(self):
        for group in self.options.groups.split(","):
            yield from getattr(self, group)()

    def fields(self):
        yield from self.of_fields("fields, ZTF", self.ztf, 1_000, ())
        first, second = self.fink
        yield from self.of_fields("fields, Fink", first, 10_000, (), second)
        seen, number = set(), 20_000
        for pair in self.lsst:
            for base in pair:
                yield from self.of_fields(f"fields, {base.name}", base, number, seen)
                seen |= set(base.record.places)
                number += 10_000

    def of_fields(self, group, base, first, seen, other=None):
        cases = [case for case in fields.cases(base, first, seen) if self.chosen(f"{base.name} {case.name}")]
        few = cases[::20] if self.options.debug else []
        rest = [case for case in cases if case not in few]
        for part, fitted in ((few, True), (rest, not self.options.debug)):
            for start in range(0, len(part), 100):
                # Fink's packets are plain and packed by turns.
                by = other if other and start // 100 % 2 else base
                made = [fields.packed(by, case) for case in part[start:start + 100]]
                yield Batch(group, f"{group} {start}", by, made, fitted=fitted)

    def names(self):
        yield from names.batches(self.small, 100_000, self.chosen)
        for pair in self.lsst[:1]:
            yield from names.batches(pair[0], 200_000, self.chosen)

    def containers(self):
        yield from containers.batches(self.small, 300_000, self.chosen)

    def tarballs(self):
        yield from tarballs.sources(self.small, 400_000, self.chosen)

    def images(self):
        for number, base in enumerate([self.ztf, *(pair[0] for pair in self.lsst[:1])]):
            yield from images.batches(base, 500_000 + 10_000 * number, self.chosen)

    def mutations(self):
        chance = random.Random(self.options.seed)
        count = self.options.mutations // self.options.share
        makers = [lambda number, base=base: base.packet(600_000 + number) for base in (self.small, self.fink[0], *(pair[0] for pair in self.lsst))]
        real = list(real_packets(self.options.shared))
        if not real:
            self.skipped.append(f"alterations of real packets: skipped, no data/alerts in {self.options.shared}")
        # Half of them ours: of a real packet only the first that stays whole is no duplicate.
        makers = makers * max(1, len(real) // len(makers)) + [lambda number, data=data: data for data in real]
        made = mutations.cases(chance, makers, count)
        for start in range(0, count, 500):
            cases = [next(made) for _ in range(min(500, count - start))]
            yield Batch("mutations", f"mutations {start}", self.small, cases, fitted=not self.options.debug)


def real_packets(shared):
    """Some packets of ZTF, Fink and LSST, of each kind that is there; a packed block is damaged by any change."""
    for survey in ("ztf", "ztf_fink", "lsst"):
        for folder in sorted(glob.glob(os.path.join(shared, "data/alerts", survey, "*"))):
            yield from (data for data in packets_in(folder) if data.startswith(b"Obj\1") and b"snappy" not in data[:60_000])


def packets_in(folder):
    """The first few packets of a folder, or of a tarball."""
    if folder.endswith(".tar.gz"):
        with tarfile.open(folder) as tar:
            files = (tar.extractfile(member).read() for member in tar if member.isfile() and member.size < 300_000)
            yield from (data for data, _ in zip(files, range(3)))
        return
    for path in sorted(glob.glob(os.path.join(folder, "**/*"), recursive=True))[:20]:
        if os.path.isfile(path) and os.path.getsize(path) < 150_000:
            with open(path, "rb") as file:
                yield file.read()


class Findings:
    """What failed, with the bytes that did it."""

    def __init__(self, folder):
        self.folder, self.all = folder, []

    def add(self, group, name, what, keep):
        number = len(self.all)
        stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in f"{group}-{name}")[:80]
        path = os.path.join(self.folder, f"{number:03d}-{stem}")
        os.makedirs(self.folder, exist_ok=True)
        path = keep(path)
        self.all.append((group, name, what))
        print(f"FAILED {group}: {ascii(name)[:150]}\n    " + "\n    ".join(what[:6]) + f"\n    {path}", flush=True)


def write_cases(cases):
    def keep(path):
        if len(cases) == 1:
            with open(path + ".avro", "wb") as file:
                file.write(cases[0].data)
            return path + ".avro"
        os.makedirs(path, exist_ok=True)
        for number, case in enumerate(cases):
            with open(os.path.join(path, f"{number:06d}.avro"), "wb") as file:
                file.write(case.data)
        return path
    return keep


def take_apart(trials, batch, cases, findings, left, what=None):
    """Finds the packets that make a run fail, by halves. Returns whether any was found."""
    what = what or trials.batch(batch, cases)
    if not what:
        return False
    if len(cases) == 1 or batch.whole or left[0] <= 0:
        left[0] -= 1
        findings.add(batch.group, cases[0].name if len(cases) == 1 else batch.name, what, write_cases(cases))
        return True
    half = len(cases) // 2
    found = [take_apart(trials, batch, part, findings, left) for part in (cases[:half], cases[half:])]
    if not any(found):
        findings.add(batch.group, f"{batch.name}: {len(cases)} packets together", what, write_cases(cases))
    return True


def main():
    chosen = options()
    shutil.rmtree(chosen.keep, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix="nightjar-hostile-")
    table, findings = {}, Findings(chosen.keep)
    try:
        plan = Plan(chosen, folder)
        models = (chosen.models, "salt2-k21-frag") if chosen.models else (model.write(os.path.join(folder, "models")), model.NAME)
        trials = trial.Trials(chosen.nightjar, models, folder, trial.DEBUG if chosen.debug else trial.RELEASE)
        for item in plan:
            line = table.setdefault(item.group, {"packets": 0, "stored": 0, "dead": 0, "cpu": 0.0, "peak": 0, "failed": 0})
            before, trials.peak = len(findings.all), 0
            if isinstance(item, Source):
                what = trials.source(item)
                if what:
                    findings.add(item.group, item.name, what, lambda path: keep_source(folder, path))
                line["packets"] += 1
            else:
                what = trials.batch(item, item.cases)
                line["packets"] += len(item.cases)
            report = trials.report or {}
            line["stored"] += report.get("stored", 0) + report.get("duplicates", 0)
            line["dead"] += report.get("deadLettered", 0)
            line["cpu"] += trials.last.cpu
            line["peak"] = max(line["peak"], trials.peak)
            if what and not isinstance(item, Source):
                take_apart(trials, item, item.cases, findings, [12], what)
            line["failed"] += len(findings.all) - before
        show(table, plan.skipped, chosen)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if findings.all else 0


def keep_source(folder, path):
    made = os.path.join(folder, "made")
    size = sum(os.lstat(os.path.join(where, name)).st_size for where, _, files in os.walk(made) for name in files)
    if size > 100_000_000:
        return "(not kept: larger than 100 MB)"
    shutil.rmtree(path, ignore_errors=True)
    os.rename(made, path)
    return path


def show(table, skipped, chosen):
    print(f"\nseed {chosen.seed}, one in {chosen.share}")
    print(f"{'group':<24}{'given':>8}{'stored':>8}{'dead':>8}{'CPU s':>9}{'peak MB':>9}{'failed':>8}")
    for group, line in table.items():
        print(f"{group:<24}{line['packets']:>8}{line['stored']:>8}{line['dead']:>8}{line['cpu']:>9.1f}{line['peak'] / 1e6:>9.0f}{line['failed']:>8}")
    total = {name: sum(line[name] for line in table.values()) for name in ("packets", "stored", "dead", "cpu", "failed")}
    peak = max((line["peak"] for line in table.values()), default=0)
    print(f"{'all':<24}{total['packets']:>8}{total['stored']:>8}{total['dead']:>8}{total['cpu']:>9.1f}{peak / 1e6:>9.0f}{total['failed']:>8}")
    for words in skipped:
        print(words)


if __name__ == "__main__":
    sys.exit(main())
