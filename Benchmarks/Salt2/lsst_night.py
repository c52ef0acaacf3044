"""Fits of a simulated LSST night's supernovae against their truth: what `nightjar run` makes of the packets, with the
survey's own options.

    lsst_night.py NIGHTJAR MODELS SCHEMAS [--alerts 20000] [--night 20260915] [--option ...]
"""
import argparse
import collections
import csv
import json
import os
import sqlite3
import statistics
import subprocess
import tempfile


def made(arguments, work):
    """A night's fits by alert, and its truth by alert."""
    night, truth, data = f"{work}/night.tar", f"{work}/truth.csv", f"{work}/data"
    inputs = ["--models", arguments.models, "--schemas", arguments.schemas]
    subprocess.run([arguments.nightjar, "simulate", "--survey", "lsst", "--seed", str(arguments.seed), "--alerts",
                    str(arguments.alerts), "--night", arguments.night, "--out", night, "--truth", truth, *inputs],
                   check=True, stderr=subprocess.DEVNULL)
    out = subprocess.run([arguments.nightjar, "run", night, "--data", data, "--no-plots", "--json", "--quiet", *inputs,
                          *arguments.option], check=True, capture_output=True, text=True).stdout
    print(f"{json.loads(out)['fitted']} fits of {arguments.alerts} alerts")
    with open(truth) as file:
        rows = {int(row["diaSourceId"]): row for row in csv.DictReader(file)}
    database = sqlite3.connect(f"file:{data}/nightjar.db?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    return database.execute("SELECT * FROM lsst_salt2").fetchall(), rows


def phases(fit, truth):
    """Rest-frame days from the true peak of the first and the last point that was fitted."""
    t0, stretch = float(truth["t0"]), 1 + float(truth["z"])
    seen = [fit["t0"] + fit[name] * (1 + fit["z"]) for name in ("phase_first", "phase_last")]
    return [(time - t0) / stretch for time in seen]


def line(name, pairs):
    misses = [fit["t0"] - float(truth["t0"]) for fit, truth in pairs]
    p = [fit["fit_probability"] for fit, _ in pairs if fit["fit_probability"] is not None]
    shift = [fit["z"] - float(truth["z"]) for fit, truth in pairs]
    if not pairs:
        return print(f"{name:36} {0:5}")
    print(f"{name:36} {len(pairs):5} {sum(abs(m) < 2 for m in misses) / len(pairs):10.4f} "
          f"{sum(x < 1e-3 for x in p) / max(1, len(p)):8.4f} {statistics.pstdev(misses):9.2f} {statistics.pstdev(shift):8.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("nightjar", "models", "schemas"):
        parser.add_argument(name)
    parser.add_argument("--alerts", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--night", default="20260915")
    parser.add_argument("--option", action="append", default=[], help="a word for `nightjar run`, such as --option=--model")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as work:
        fits, truth = made(arguments, work)
    rows = [(fit, truth[int(fit["candid"])]) for fit in fits if fit["success"]]
    print("of class:", dict(collections.Counter(row["class"] for _, row in rows)))
    pairs = [(fit, row) for fit, row in rows if row["class"] == "supernova"]
    outside = [n for fit, _ in pairs for n, (low, high) in {"x1": (-5, 5), "c": (-1, 1), "z": (0.01, 0.5)}.items()
               if not low <= fit[n] <= high]
    print(f"supernovae with a parameter outside its bounds: {len(outside)}")
    print(f"{'':36} {'n':>5} {'|dt0|<2d':>10} {'p<1e-3':>8} {'dt0 sd':>9} {'dz sd':>8}")
    line("supernovae", pairs)
    line("of quality 'good'", [p for p in pairs if p[0]["quality"] == "good"])
    around = [(p, phases(*p)) for p in pairs]
    line("seen from 5 d before to 5 d after", [p for p, (a, b) in around if a < -5 and 5 < b < 45])
    line("last seen before the peak", [p for p, (_, b) in around if b < 0])
    line("first seen after the peak", [p for p, (a, _) in around if a > 0])
    line("last seen more than 50 d after", [p for p, (_, b) in around if b > 50])


if __name__ == "__main__":
    main()
