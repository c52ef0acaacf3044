#!/usr/bin/env python3
"""Compares `nightjar salt2 flux` and `nightjar salt2 fit` with sncosmo, for SALT2 and for SALT3.

Usage: sncosmo_agreement.py NIGHTJAR MODELS_DIR [ROWS]. Needs sncosmo 2.13 and iminuit. Rows are random supernovae, the
same in every run. Exit status: 0 where fluxes, model errors and chi^2 agree; 1 where one is beyond its limit.
"""
import json
import subprocess
import sys
import warnings

import numpy as np
import sncosmo
from astropy.table import Table

from sncosmo_fits import load_band, model_of

BANDS = ("ztfg", "ztfr")
MODELS = {"salt2-k21-frag": sncosmo.SALT2Source, "salt3-f22": sncosmo.SALT3Source, "salt3nir-p22": sncosmo.SALT3Source}
LAWS = ("none", "ccm89", "f99")
FLUX_LIMIT, VARIANCE_LIMIT, CHISQ_LIMIT = 1e-9, 1e-8, 0.01


def nightjar(command, verb, models, lines):
    """Answers to lines, in their order."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    out = subprocess.run([command, "salt2", verb, "--models", models], input=text, text=True, check=True,
                         capture_output=True).stdout
    answers = [json.loads(line) for line in out.splitlines()]
    for line, answer in zip(lines, answers, strict=True):
        if "error" in answer:
            sys.exit(f"nightjar salt2 {verb}: {line['id']}: {answer['error']}")
    return answers


def supernova(random, name, index):
    law = LAWS[index % 3]
    return {"id": f"{name}-{index}", "model": name, "z": random.uniform(0.01, 0.15), "t0": 59000.0 + random.uniform(),
            "x0": 10 ** random.uniform(-4, -2.5), "x1": random.normal(), "c": 0.1 * random.normal(), "dust": law,
            "mwebv": 0.0 if law == "none" else random.uniform(0.01, 0.3)}


def fluxes(command, models, name, source, rows, random):
    """The largest differences: of flux by the row's peak, of relative variance, of colour dispersion."""
    lines = []
    for index in range(rows):
        row = supernova(random, name, index)
        # Edge cells and times without a model are among these phases.
        phases = np.sort(np.append(random.uniform(-22, 52, 14), [-19.6, 49.6]))
        row["time"] = list(row["t0"] + phases * (1 + row["z"]))
        lines.append(row)
    worst = np.zeros(3)
    for row, answer in zip(lines, nightjar(command, "flux", models, lines)):
        model = model_of(row, source)
        model.set(**{key: row[key] for key in ("z", "t0", "x0", "x1", "c")})
        time = np.array(row["time"])
        for band in BANDS:
            flux = model.bandflux(band, time)
            found = np.array(answer["flux"][band])
            worst[0] = max(worst[0], np.max(np.abs(found - flux)) / np.max(np.abs(flux)))
            inside = flux > 0
            variance = np.diag(model.bandfluxcov([band] * len(time), time)[1])[inside] / flux[inside] ** 2
            own = np.array(answer["rvar"][band])[inside] + answer["cdisp"][band] ** 2
            worst[1] = max(worst[1], np.max(np.abs(own / variance - 1)))
            dispersion = source._colordisp(sncosmo.get_bandpass(band).shifted(1 / (1 + row["z"])).wave_eff)
            worst[2] = max(worst[2], abs(answer["cdisp"][band] / dispersion - 1))
    return worst


def observed(row, source, random):
    """A noisy light curve of a supernova, in g and r every other day or so."""
    model = model_of(row, source)
    model.set(**{key: row[key] for key in ("z", "t0", "x0", "x1", "c")})
    mjd = np.sort(row["t0"] + np.concatenate([random.uniform(-18, 45, 24), random.uniform(-18, 45, 24)]))
    band = [BANDS[i % 2] for i in range(len(mjd))]
    clean = model.bandflux(band, mjd, zp=25.0, zpsys="ab")
    error = np.hypot(0.02 * clean, 0.03 * clean.max())
    line = {key: row[key] for key in ("id", "model", "z", "dust", "mwebv")}
    return line | {"mjd": list(mjd), "band": band, "flux": list(clean + error * random.normal(size=len(mjd))),
                   "fluxerr": list(error), "zp": 25.0}


def fits(command, models, name, source, rows, random, modelcov):
    """Prints how chi^2, parameters and errors compare; true where ours is as low as sncosmo's, up to its limit."""
    lines = [observed(supernova(random, name, i), source, random) | {"modelcov": modelcov} for i in range(rows)]
    above, moved, spread, same = [], 0.0, 0.0, 0
    for line, answer in zip(lines, nightjar(command, "fit", models, lines)):
        n = len(line["mjd"])
        table = Table({"time": line["mjd"], "band": line["band"], "flux": line["flux"], "fluxerr": line["fluxerr"],
                       "zp": [25.0] * n, "zpsys": ["ab"] * n})
        model = model_of(line, source)
        model.set(z=line["z"])
        result, _ = sncosmo.fit_lc(table, model, ["t0", "x0", "x1", "c"], bounds={"x1": (-5, 5), "c": (-1, 1)},
                                   modelcov=modelcov)
        if not answer["success"]:
            sys.exit(f"nightjar salt2 fit: {line['id']}: {answer['reason']}")
        above.append(answer["chisq"] - result.chisq)
        if abs(above[-1]) < CHISQ_LIMIT:
            same += 1
            for key in ("t0", "x0", "x1", "c"):
                moved = max(moved, abs(answer["parameters"][key] - result.parameters[result.param_names.index(key)])
                            / result.errors[key])
                spread = max(spread, abs(answer["errors"][key] / result.errors[key] - 1))
    title = "fit, modelcov" if modelcov else "fit"
    print(f"  {name:<15} {title:<14} {rows} light curves: chi^2 above sncosmo's by {max(above):+.4f} at most, below by "
          f"{-min(above):.4f}; where within {CHISQ_LIMIT} ({same}): parameters within {moved:.3f} sigma, "
          f"errors within {100 * spread:.1f} %")
    if modelcov:
        # Either stops once its parameters move by less than a tenth of an error, which leaves chi^2 a little loose.
        return sum(value > 2 * CHISQ_LIMIT for value in above) <= 0.03 * rows
    return max(above) <= CHISQ_LIMIT


def main():
    command, models = sys.argv[1:3]
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 36
    warnings.simplefilter("ignore")
    for band in BANDS:
        load_band(f"{models}/bandpasses/{band}.dat", band)
    good = True
    for name, kind in MODELS.items():
        source = kind(modeldir=f"{models}/{name}", name=name)
        random = np.random.default_rng(20260101)
        flux, variance, dispersion = fluxes(command, models, name, source, rows, random)
        print(f"  {name:<15} flux           {rows} supernovae: within {flux:.1e} of the peak; relative variances within "
              f"{variance:.1e}, colour dispersions {dispersion:.1e}")
        good &= flux < FLUX_LIMIT and variance < VARIANCE_LIMIT and dispersion < VARIANCE_LIMIT
        for modelcov in (False, True):
            good &= fits(command, models, name, source, rows, random, modelcov)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
