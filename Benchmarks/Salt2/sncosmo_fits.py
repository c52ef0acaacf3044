#!/usr/bin/env python3
"""Times sncosmo's fit_lc, and saltjax's batch where it is installed, on the light curves salt2-benchmark fitted.

Usage: sncosmo_fits.py CURVES.jsonl MODELS_DIR [COUNT]. Needs sncosmo 2.13 and iminuit; runs on one core.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np  # noqa: E402
import sncosmo  # noqa: E402
from astropy.table import Table  # noqa: E402


def load_band(path, name):
    wave, transmission = np.loadtxt(path, unpack=True)
    sncosmo.register(sncosmo.Bandpass(wave, transmission, name=name, trim_level=0.001), force=True)


def model_of(curve, source):
    dust = {"ccm89": sncosmo.CCM89Dust, "f99": sncosmo.F99Dust}.get(curve["dust"])
    if dust is None:
        return sncosmo.Model(source)
    model = sncosmo.Model(source, effects=[dust()], effect_names=["mw"], effect_frames=["obs"])
    model.set(mwebv=curve["mwebv"])
    return model


def report(name, mode, times, own):
    """A row of times, and how many times Nightjar's median theirs is, where the file has Nightjar's."""
    times = np.sort(np.array(times) * 1e3)
    ratio = f"  {np.median(times) / np.median(own):5.0f} times nightjar's" if own else ""
    print(f"  {name:<8}  {mode:<18}median {np.median(times):7.3f} ms  mean {times.mean():7.3f} ms  "
          f"p95 {times[len(times) * 95 // 100]:7.3f} ms{ratio}", flush=True)


def compare(mode, chisqs, own):
    """How many minima are lower than the other's by more than 0.01."""
    difference = np.array(chisqs) - np.array(own)
    print(f"  {'':<8}  {mode:<18}chi^2 lower by more than 0.01: sncosmo's in {np.sum(difference < -0.01)}, nightjar's in "
          f"{np.sum(difference > 0.01)} of {len(own)}", flush=True)


def own_of(curves, mode, key):
    return [curve["nightjar"][mode][key] for curve in curves if "nightjar" in curve]


def saltjax_batches(curves, source, folder):
    """Fits all at known redshift in one call for each dust law; the best of three calls after the first."""
    try:
        import pandas
        import saltjax
    except ImportError as error:
        print(f"  saltjax   not run: {error}")
        return
    sncosmo.register(source, name="benchmark-model", force=True)
    laws = {"ccm89": (sncosmo.CCM89Dust, ("none", "ccm89")), "f99": (sncosmo.F99Dust, ("f99",))}
    for modelcov in (False, True):
        for law, (effect, names) in laws.items():
            chosen = [curve for curve in curves if curve["dust"] in names]
            if not chosen:
                continue
            data = pandas.concat({i: pandas.DataFrame({
                "time": curve["mjd"], "band": curve["band"], "flux": curve["flux"], "fluxerr": curve["fluxerr"],
                "zp": float(curve["zp"]), "zpsys": "ab"}) for i, curve in enumerate(chosen)})
            targets = pandas.DataFrame({"z": [curve["truth"]["z"] for curve in chosen],
                                        "t0": [curve["truth"]["t0"] for curve in chosen],
                                        "mwebv": [float(curve["mwebv"]) for curve in chosen]})
            times = []
            for _ in range(4):
                start = time.perf_counter()
                saltjax.fit_salt(data, targets, source="benchmark-model", modeldir=folder,
                                 modelcov=modelcov, phase_range=None, effects=[effect()],
                                 effect_names=["mw"], effect_frames=["obs"])
                times.append((time.perf_counter() - start) * 1e3)
            mode = "z fixed, modelcov" if modelcov else "z fixed"
            each = min(times[1:]) / len(chosen)
            own = own_of(curves, mode, "ms")
            ratio = f"  {each / np.median(own):5.0f} times nightjar's" if own else ""
            print(f"  saltjax   {mode:<18}{each:7.3f} ms each in a batch of {len(chosen)} ({law}; first call "
                  f"{times[0] / 1e3:.1f} s){ratio}", flush=True)


def main():
    path, models = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    with open(path) as file:
        curves = [json.loads(line) for line in file][:count]
    for name in ("ztfg", "ztfr"):
        load_band(f"{models}/bandpasses/{name}.dat", name)
    folder = f"{models}/salt2-k21-frag"
    source = sncosmo.SALT2Source(modeldir=folder, name="benchmark-model")
    bounds = {"x1": (-5, 5), "c": (-1, 1)}
    for mode in ("z fixed", "z free", "z fixed, modelcov"):
        times, chisqs = [], []
        for curve in curves:
            n = len(curve["mjd"])
            table = Table({"time": curve["mjd"], "band": curve["band"], "flux": curve["flux"],
                           "fluxerr": curve["fluxerr"], "zp": [curve["zp"]] * n, "zpsys": ["ab"] * n})
            model = model_of(curve, source)
            model.set(z=curve["truth"]["z"])
            names = ["t0", "x0", "x1", "c"]
            limits = dict(bounds)
            if mode == "z free":
                names, limits["z"] = ["z"] + names, (0.001, 0.3)
            start = time.perf_counter()
            result, _ = sncosmo.fit_lc(table, model, names, bounds=limits, modelcov=mode.endswith("modelcov"))
            times.append(time.perf_counter() - start)
            chisqs.append(result.chisq)
        own = own_of(curves, mode, "ms")
        report("sncosmo", mode, times, own)
        if own:
            compare(mode, chisqs, own_of(curves, mode, "chisq"))
    saltjax_batches(curves, source, folder)


if __name__ == "__main__":
    main()
