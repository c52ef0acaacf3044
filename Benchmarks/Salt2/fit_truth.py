"""How often `nightjar salt2 fit` finds the lowest chi^2, and how well it recovers t0: what `make truth` prints.

The lowest is the best of 20 fits, each in a twentieth of the bounds on t0; with z free also of 20 in a twentieth of z's. Where
the model's errors are part of the fit, chi^2 is another at each place: all are compared at the errors of the fit's own.
"""
import argparse
import json
import pathlib
import tempfile

import numpy as np

import truth_curves

# Surveys whose fits use the model's errors.
ERRORS = {survey for survey, (_, used) in truth_curves.MODELS.items() if used}
# Days on either side of the first significant point within which an alert's fit looks for t0.
REACH = 40.0


def parts(low, high):
    edges = np.linspace(low, high, 21)
    return list(zip(edges[:-1].tolist(), edges[1:].tolist()))


class Fits:
    def __init__(self, nightjar, models):
        self.nightjar, self.models = nightjar, models

    def __call__(self, asked):
        return [json.loads(a) for a in truth_curves.command(self.nightjar, "fit", map(json.dumps, asked), self.models)]


def asked(curve, known, t0=None, z=None):
    """A line as `run` would fit it, or in a part of its bounds."""
    line = {key: curve[key] for key in ("id", "mjd", "band", "flux", "fluxerr", "zp")}
    line["model"], line["modelcov"] = truth_curves.MODELS[curve["survey"]]
    line["bounds"] = {"t0": t0 or (curve["first"] - REACH, curve["first"] + REACH)}
    if known:
        line["z"] = curve["z"]
    else:
        line["bounds"]["z"] = z or truth_curves.FREE[curve["survey"]]
    return line


def chisq(fit):
    return np.inf if fit.get("chisq") is None else fit["chisq"]


def lowest(fits, curves, known, wide):
    """The narrow fits of each curve, behind one within a day of the wide fit."""
    lines = []
    for c, w in zip(curves, wide):
        low, high = c["first"] - REACH, c["first"] + REACH
        found = w["parameters"]["t0"]
        near = (low, high) if found is None else (max(low, found - 1), min(high, found + 1))
        own = [asked(c, known, t0=near)] + [asked(c, known, t0=part) for part in parts(low, high)]
        if not known:
            own += [asked(c, known, z=part) for part in parts(*truth_curves.FREE[c["survey"]])]
        for line in own:
            if line["modelcov"] and found is not None:
                line["modelcov_at"] = [w["parameters"][name] for name in ("z", "t0", "x0", "x1", "c")]
        lines += own
    return fits(lines)


def measure(name, curves, known, fits):
    wide = fits([asked(c, known) for c in curves])
    narrow = lowest(fits, curves, known, wide)
    each = len(narrow) // len(curves)
    # Fits of other points than the wide one's do not count.
    best = np.array([
        min((chisq(f) for f in narrow[each * i:each * (i + 1)] if f["points_used"] == w["points_used"]), default=np.inf)
        for i, w in enumerate(wide)])
    found = np.array([chisq(narrow[each * i] if c["survey"] in ERRORS else w)
                      for i, (c, w) in enumerate(zip(curves, wide))])
    isfit = np.isfinite(found) & np.isfinite([chisq(w) for w in wide])
    above = found[isfit] - np.minimum(best, found)[isfit]
    outside = named = 0
    for line, fit in zip([asked(c, known) for c in curves], wide):
        bounds = {"x1": (-5, 5), "c": (-1, 1)} | line["bounds"]
        if fit["parameters"]["t0"] is None:
            continue
        values = {k: fit["parameters"][k] for k in bounds}
        outside += any(not lo <= values[k] <= hi for k, (lo, hi) in bounds.items())
        named += {k for k, v in values.items() if v in bounds[k]} != set(fit["at_bound"])
    row = (f"{name:8} {'known' if known else 'free':5} {isfit.sum():5} {np.mean(above <= 0.01):8.4f} {above.max():8.3g} "
           f"{outside:7} {named:7}")
    if "t0" in curves[0]["truth"]:
        miss = np.array([f["parameters"]["t0"] - c["truth"]["t0"] for f, c in zip(wide, curves) if np.isfinite(chisq(f))])
        # Of an alert later than 30 d after the peak the packet's history has no point of the rise.
        early = np.array([max(c["mjd"]) - c["truth"]["t0"] <= 30 * (1 + c["z"])
                          for f, c in zip(wide, curves) if np.isfinite(chisq(f))])
        p = np.array([f["fit_probability"] if f["fit_probability"] is not None else 1 for f in wide])
        row += f" {np.mean(abs(miss) < 2):8.3f} {np.mean(abs(miss[early]) < 2):8.3f} {np.mean(p < 1e-3):8.4f}"
    print(row, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nightjar")
    parser.add_argument("models")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--packets")
    parser.add_argument("--templates")
    options = parser.parse_args()
    fits = Fits(options.nightjar, options.models)
    print("curves   z      fits  within     worst  outside misnamed |dt0|<2d to+30d  p<1e-3")
    for survey in ("ztf", "lsst"):
        rng = np.random.default_rng([options.seed, survey == "lsst"])
        kinds = {"ia": truth_curves.ia(survey, options.count, rng, options.nightjar, options.models)}
        if options.templates and pathlib.Path(options.templates).exists():
            kinds["cc"] = truth_curves.core_collapse(survey, options.count, rng, options.templates)
        if survey in ERRORS:
            rng = np.random.default_rng([options.seed, 2])
            kinds["var"] = truth_curves.ia(survey, options.count, rng, options.nightjar, options.models, scatters=True)
        for kind, curves in kinds.items():
            for known in (True, False):
                measure(f"{survey}-{kind}", curves, known, fits)
    folders = [pathlib.Path(options.packets or "") / name for name in ("ztf", "ztf_fink")]
    if options.packets and all(folder.is_dir() for folder in folders):
        import truth_real
        with tempfile.TemporaryDirectory() as work:
            curves = truth_real.lines(options.nightjar, folders, options.models, f"{work}/data")
        measure("ztf-real", [c | {"truth": {}} for c in curves], False, fits)


if __name__ == "__main__":
    main()
