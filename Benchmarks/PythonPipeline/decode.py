#!/usr/bin/env python3
"""How fast fastavro decodes alert packets on one core.

    decode.py TARBALL [--alerts N] [--repetitions R]

The packets lie in memory and are decoded whole, R times over. `fastavro-cached` is fastavro at its best: the schema is
parsed beforehand, the record is cut out of its container beforehand, and only `schemaless_reader` is timed.
`fastavro-reader` is `fastavro.reader` on the packet as it comes, which parses the schema in every packet.
Prints a tab-separated line for each: name, alerts, bytes, best and median seconds, alerts/s and MB/s of the median;
an alert's bytes are those of its packet file in both.
"""
import argparse
import io
import itertools
import statistics
import time

import fastavro

from packets import CachedSchemas, packets, plain_records


def measure(name, work, items, size, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for item in items:
            work(item)
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    print(f"{name}\t{len(items)}\t{size}\t{min(times):.3f}\t{median:.3f}"
          f"\t{len(items) / median:.0f}\t{size / median / 1e6:.1f}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tarball")
    arguments.add_argument("--alerts", type=int, default=2000, help="packets taken from the tarball's beginning")
    arguments.add_argument("--repetitions", type=int, default=5)
    options = arguments.parse_args()

    data = [data for _, data in itertools.islice(packets(options.tarball), options.alerts)]
    schemas = CachedSchemas()
    bodies = [single[1:] for single in map(schemas.body, data) if single]
    if len(bodies) < len(data) or not data:
        arguments.error(f"{len(bodies)} of {len(data)} packets hold one uncompressed record; all must")
    size = sum(map(len, data))

    def cached(item):
        schema, body = item
        return fastavro.schemaless_reader(io.BytesIO(body), schema)

    print("name\talerts\tbytes\tbest_s\tmedian_s\talerts_per_s\tMB_per_s")
    measure("fastavro-cached", cached, bodies, size, options.repetitions)
    measure("fastavro-reader", plain_records, data, size, options.repetitions)


if __name__ == "__main__":
    main()
