"""What a host's redshift as a prior does to the fits of simulated SNe Ia: the table of docs/salt2.md.

The curves are those of fit_truth.py. A host's measured redshift is drawn as `run` takes it to be (0.001 (1 + z) and 300 km/s),
one of a distance with a tenth of it; a wrong host has a redshift drawn from those of galaxies of the catalogue's depth.
"""
import argparse
import json

import numpy as np

import fit_truth
import truth_curves

MOTION = 300 / truth_curves.LIGHT
# Redshifts of Mangrove's galaxies, the nearest that give a prior and the farthest.
WRONG = (0.003, 0.053)


def sigma(z, is_distance):
    return float(np.hypot(MOTION, 0.1 * z if is_distance else 0.001 * (1 + z)))


def hosts(curves, kind, rng):
    """A redshift and its error for each curve, as its host would give them."""
    out = []
    for curve in curves:
        if kind == "wrong":
            z = WRONG[1] * rng.uniform((WRONG[0] / WRONG[1]) ** 3, 1) ** (1 / 3)
        else:
            z = max(0.003, curve["truth"]["z"] + sigma(curve["truth"]["z"], kind == "distance") * rng.normal())
        out.append((float(z), sigma(z, kind != "measured")))
    return out


def ask(curve, kind, host):
    line = fit_truth.asked(curve, kind == "known")
    if host:
        low, high = line["bounds"]["z"]
        line["z_prior"], line["bounds"]["z"] = list(host), (max(0, min(low, host[0] - 5 * host[1])), high)
    return line


def row(name, curves, answers):
    good = [(c["truth"], a) for c, a in zip(curves, answers) if a["success"]]
    dt = np.array([a["parameters"]["t0"] - t["t0"] for t, a in good])
    dz = np.array([a["parameters"]["z"] - t["z"] for t, a in good])
    mu = np.array([(a["parameters"]["x1"] - t["x1"], a["parameters"]["c"] - t["c"]) for t, a in good])
    spread = [np.quantile(abs(x), 0.683) for x in (dt, dz, mu[:, 0], mu[:, 1])]
    quality = [a["quality"] for _, a in good]
    print(f"{name:9} {len(good):5} {np.mean(abs(dt) < 2):8.3f} {spread[0]:7.2f} {spread[1]:8.4f} {spread[2]:6.2f} {spread[3]:6.3f} "
          f"{np.mean([a['fit_probability'] is not None and a['fit_probability'] < 1e-3 for _, a in good]):7.3f} {quality.count('poor') + quality.count('bound'):5}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nightjar")
    parser.add_argument("models")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    fits = fit_truth.Fits(options.nightjar, options.models)
    rng = np.random.default_rng([options.seed, 7])
    curves = truth_curves.ia("ztf", options.count, rng, options.nightjar, options.models)
    print("of SNe Ia  fits |dt0|<2d   |dt0|     |dz|  |dx1|   |dc|  p<1e-3 poor or bound (the middle four: 68 % are smaller)")
    for name, chosen in (("all", curves), ("z < 0.053", [c for c in curves if c["truth"]["z"] < WRONG[1]])):
        print(f"{name}: {len(chosen)}")
        for kind in ("known", "free", "measured", "distance", "wrong"):
            given = hosts(chosen, kind, rng) if kind not in ("known", "free") else [None] * len(chosen)
            row(kind, chosen, fits([ask(c, kind, h) for c, h in zip(chosen, given)]))


if __name__ == "__main__":
    main()
