#!/usr/bin/env python3
"""Makes light curves and SuperNNova's own scores of them: ztf.csv, ztf_scores.csv, lsst.csv and lsst_scores.csv, beside it.

    python3 -m venv snn && snn/bin/pip install supernnova==3.0.51
    pip download --no-deps fink-science==7.4.0 && unzip fink_science-7.4.0-*.whl 'fink_science/data/models/snn_models/*'
    snn/bin/python Tests/ClassifierTests/supernnova/reference.py fink_science/data/models/snn_models

The curves are random, and among them is what the grouping of epochs has to decide: points of one time, of one night and band,
fluxes below what the normalisation knows, single points, points out of order. Tests read what this wrote, and never run it.
"""
import csv
import json
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import pandas as pd
from supernnova.validation.validate_onthefly import classify_lcs

CURVES = 500
HERE = pathlib.Path(__file__).parent
SURVEYS = {
    "ztf": ("gr", {"ia": "snn_snia_vs_nonia", "sn": "snn_sn_vs_all"}),
    "lsst": ("ugrizY", {"ia": "elasticc_ia", "sn": "elasticc_binary_broad/SN_vs_other"}),
}


def light_curve(random, bands):
    """Rows of time, band, flux and error: a rise and a fall, or noise, as a survey's cadence has them."""
    count = int(random.integers(1, 13))
    peak, width = 10 ** random.uniform(1, 4.2), random.uniform(5, 40)
    middle = random.uniform(-20, 40)
    kind = random.uniform()
    rows, time = [], random.uniform(58_000, 61_000)
    start = time
    while len(rows) < count:
        for band in random.permutation(list(bands))[:random.integers(1, 4)]:
            shape = np.exp(-0.5 * ((time - start - middle) / width) ** 2) if kind < 0.8 else random.normal()
            error = 10 ** random.uniform(0, 2)
            rows.append([time, band, peak * shape + random.normal() * error, error])
            # The same moment, the same half night, or the next of the same night: what the grouping decides on.
            time += random.choice([0.0, 0.004, 0.02, 0.2, 0.32, 0.34], p=[0.03, 0.3, 0.4, 0.15, 0.06, 0.06])
        time += random.choice([0.0, 1.0, 3.0, 30.0], p=[0.05, 0.4, 0.45, 0.1]) * random.uniform(0.8, 1.2)
    rows = rows[:count]
    if random.uniform() < 0.05:
        rows[0][2] = -random.uniform(1_500, 5_000)
    random.shuffle(rows)
    return [(f"{time:.4f}", band, f"{flux:.2f}", f"{error:.3f}") for time, band, flux, error in rows]


def scores(model, curves, reddening):
    """SuperNNova's score of its class 0 for each curve."""
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder) / "model"
        shutil.copytree(model, own)
        settings = json.loads((own / "cli_args.json").read_text())
        if "MWEBV" in settings["training_features"]:
            # The file is of a SuperNNova that took the reddening along by itself; 3.0.51 wants it named.
            settings["additional_train_var"] = ["MWEBV"]
        (own / "cli_args.json").write_text(json.dumps(settings))
        frame = pd.DataFrame(
            [(f"{number:04}", float(time), band, float(flux), float(error), reddening[number])
             for number, rows in enumerate(curves) for time, band, flux, error in rows],
            columns=["SNID", "MJD", "FLT", "FLUXCAL", "FLUXCALERR", "MWEBV"])
        if "MWEBV" not in settings["training_features"]:
            frame = frame.drop(columns="MWEBV")
        names, predictions = classify_lcs(frame, str(own / "model.pt"), "cpu")
    assert list(names) == sorted(names) and len(names) == len(curves)
    return predictions[:, 0, 0]


def main():
    models = pathlib.Path(sys.argv[1])
    for survey, (bands, networks) in SURVEYS.items():
        random = np.random.default_rng(20261130)
        curves = [light_curve(random, bands) for _ in range(CURVES)]
        reddening = [round(float(10 ** random.uniform(-2, 0)), 4) for _ in curves]
        with open(HERE / f"{survey}.csv", "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["curve", "mjd", "band", "fluxcal", "fluxcalerr"])
            table.writerows((number, *row) for number, rows in enumerate(curves) for row in rows)
        results = [scores(models / network, curves, reddening) for network in networks.values()]
        with open(HERE / f"{survey}_scores.csv", "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["curve", "mwebv", *networks])
            for number, values in enumerate(zip(*results)):
                table.writerow([number, reddening[number], *(f"{value:.8f}" for value in values)])


if __name__ == "__main__":
    main()
