#!/usr/bin/env python3
"""The work of `nightjar run` on a ZTF night, as a Python programmer would plainly write it: a yardstick for it.

    pipeline.py TARBALL --data DIR [--json] [--tuned]

For each packet: decode it, drop it where its candid is known, judge it with the extragalactic filter, append it to an
Avro archive whose schema strict readers accept, and put it in SQLite (alert, history, forced photometry, place in the
sky). Passing alerts go to a stream as JSON lines, bad packets to dead-letter/. Every BATCH packets are made durable:
files first, then the tables that say how much of the files counts, so that a killed run can be repeated.

The tables have the names and keys of nightjar.db. It takes packets as ZTF writes them, of the schemas that name candid
and objectId; others are dead letters. `--tuned` does what a profiler then suggests: it parses each schema once and not
in every packet, and where a schema needs no correction it copies the record's bytes to the archive and encodes nothing.
"""
import argparse
import json
import sys
import time
from operator import itemgetter
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from archive import Archive, Stream
from filter import CUTS, verdict
from packets import CachedSchemas, DamagedTarball, packets, plain_records
from tables import Tables

BATCH = 1000
COUNTS = ["received", "duplicates", "archived", "stored", "passedFilter", "fitted", "fitFailed", "deadLettered"]
ids = itemgetter("candid", "objectId")  # a record without one of them is no ZTF alert
CUTOUTS = ("cutoutScience", "cutoutTemplate", "cutoutDifference")


class Pipeline:
    def __init__(self, source, data, read):
        self.source, self.data, self.read = source, Path(data), read
        self.counts = dict.fromkeys(COUNTS, 0)
        self.rejected = dict.fromkeys(CUTS, 0)
        self.bytes = 0
        for folder in ("archive", "topics", "dead-letter"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        self.tables = Tables(self.data / "nightjar.db")
        sizes = self.tables.file_sizes()
        self.archive = Archive(self.data / "archive", sizes)
        self.passed = Stream(self.data / "topics" / "ztf_exgalac_trans.jsonl", sizes)

    def run(self):
        batch = []
        try:
            for packet in packets(self.source):
                batch.append(packet)
                if len(batch) == BATCH:
                    self.take(batch)
                    batch = []
        finally:
            # What a damaged tarball gave before its damage counts.
            self.take(batch)

    def take(self, batch):
        """Takes a batch; on return all of it is on the disk."""
        alerts = []
        for name, data in batch:
            self.bytes += len(data)
            try:
                schema, records, body = self.read(data)
                alerts += [(ids(record), schema, record, verdict(record), body) for record in records]
                self.counts["received"] += len(records)
            except Exception as error:  # fastavro lets through whatever the bytes lead to
                self.bury(name, data, error)
        new = [alert for alert in alerts if self.tables.claim(alert[0][0])]
        self.counts["duplicates"] += len(alerts) - len(new)
        for (candid, _), schema, record, cuts, body in new:
            self.tables.note_place(candid, *self.archive.append(schema, record, body))
            if all(cuts.values()):
                slim = {name: value for name, value in record.items() if name not in CUTOUTS}
                self.passed.append(json.dumps(slim | cuts, default=str))
                self.counts["passedFilter"] += 1
            for cut, passes in cuts.items():
                self.rejected[cut] += not passes
        self.tables.insert([(schema, record, cuts) for _, schema, record, cuts, _ in new])
        self.counts["archived"] += len(new)
        self.counts["stored"] += len(new)
        self.tables.note_sizes({**self.archive.sync(), **self.passed.sync()})
        self.tables.note_counts(self.source, self.counts)
        self.tables.commit()

    def bury(self, name, data, error):
        self.counts["received"] += 1
        self.counts["deadLettered"] += 1
        number = self.tables.bury(self.source, name, f"{type(error).__name__}: {error}", len(data))
        (self.data / "dead-letter" / f"{number}.avro").write_bytes(data)

    def close(self):
        self.archive.close()
        self.passed.close()
        self.tables.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tarball")
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--json", action="store_true", help="the report as one JSON object")
    arguments.add_argument("--tuned", action="store_true", help="schemas parsed once, records copied")
    options = arguments.parse_args()

    start = time.perf_counter()
    read = CachedSchemas().records if options.tuned else plain_records
    pipeline = Pipeline(options.tarball, options.data, read)
    failure = None
    try:
        pipeline.run()
    except DamagedTarball as error:
        failure = error
    pipeline.close()
    report = pipeline.counts | {
        "seconds": round(time.perf_counter() - start, 3), "bytes": pipeline.bytes, "rejected": pipeline.rejected,
        "peakMemoryMB": getrusage(RUSAGE_SELF).ru_maxrss // 1024}
    if options.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:14} {value}")
    if failure:
        print(f"pipeline: {failure}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
