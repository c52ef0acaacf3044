"""Light curves with known truth, as the alerts of ZTF and LSST show them: SNe Ia drawn from the survey's model, and core-collapse ones.

Where a survey's fits use the model's own errors, SNe Ia that scatter by them are drawn too. An alert is cut at a random rest-frame phase; it has the detections of its history and half of them forced photometry.
Needs numpy; the SNe Ia's fluxes are `nightjar salt2 flux`'s.
"""
import json
import subprocess

import numpy as np

LIGHT = 299_792.458
# Median 5-sigma depth, AB mag, and its scatter; days between two looks.
DEPTHS = {"ztfg": 20.6, "ztfr": 20.5, "ztfi": 20.0, "lsstu": 23.7, "lsstg": 24.7, "lsstr": 24.3, "lssti": 23.8,
          "lsstz": 23.1, "lssty": 22.2}
SCATTER = 0.25
# Bands that go together in a night, and how often.
PAIRS = {"ztf": ((("ztfg", "ztfr"), 0.7), (("ztfg",), 0.12), (("ztfr",), 0.12), (("ztfr", "ztfi"), 0.06)),
         "lsst": ((("lsstu", "lsstg"), 0.12), (("lsstg", "lsstr"), 0.24), (("lsstr", "lssti"), 0.28),
                  (("lssti", "lsstz"), 0.2), (("lsstz", "lssty"), 0.16))}
HISTORY = {"ztf": 30.0, "lsst": 365.0}
HIGHEST = {"ztf": 0.12, "lsst": 0.45}
# The model that `run` fits, and whether the model's own errors are part of the fit.
MODELS = {"ztf": ("salt2-k21-frag", False), "lsst": ("salt3-f22", True)}
# Bounds of a free redshift, as `run` takes them.
FREE = {"ztf": (0.01, 0.2), "lsst": (0.01, 0.5)}


def modulus(z):
    """Distance modulus at H0 = 70 km/s/Mpc, Omega_m = 0.3, flat."""
    grid = np.linspace(0, z, 200)
    distance = LIGHT / 70 * np.trapezoid(1 / np.sqrt(0.3 * (1 + grid) ** 3 + 0.7), grid)
    return 5 * np.log10((1 + z) * distance) + 25


def exposures(survey, start, end, rng):
    """(time, band, noise at zero point 25) of every exposure from start to end."""
    choices, shares = zip(*PAIRS[survey])
    night, out = start + rng.uniform(0, 3), []
    while night < end:
        for i, band in enumerate(choices[rng.choice(len(choices), p=shares)]):
            depth = DEPTHS[band] + SCATTER * rng.normal()
            out.append((night + rng.uniform(-0.1, 0.1) + 0.03 * i, band, 10 ** (0.4 * (25 - depth)) / 5))
        gap = rng.choice((1, 2, 3), p=(0.25, 0.5, 0.25)) if survey == "ztf" else rng.choice((2, 3, 4), p=(0.3, 0.4, 0.3))
        night += gap + (rng.geometric(0.3) if rng.uniform() < 0.12 else 0)
    return out


def alert(survey, seen, flux, cut, rng):
    """The points of the last alert before `cut`; None where it would not be fitted."""
    points = []
    for (time, band, noise), clean in zip(seen, flux):
        error = np.hypot(noise, 0.01 * abs(clean))
        points.append((time, band, clean + error * rng.normal(), error))
    isfound = [flux / error >= 5 for _, _, flux, error in points]
    found = [p for p, good in zip(points, isfound) if good and p[0] <= cut]
    if not found or cut - found[-1][0] > 10:
        return None
    last = found[-1][0]
    inside = [p for p in found if p[0] >= last - HISTORY[survey]]
    if len(inside) < 5:
        return None
    first = inside[0][0]
    if survey == "lsst" or rng.uniform() < 0.5:
        since = last - 30 if survey == "ztf" else first - 30
        known = set(p[:2] for p in inside)
        inside += [p for p in points if since <= p[0] <= last and p[:2] not in known and rng.uniform() < 0.8]
    return first, sorted(inside)


def line(name, survey, z, points, first, truth):
    times, bands, flux, errors = zip(*points)
    return {"id": name, "survey": survey, "mjd": [round(t, 5) for t in times], "band": bands,
            "flux": [float(f"{x:.6g}") for x in flux], "fluxerr": [float(f"{x:.5g}") for x in errors], "zp": 25.0,
            "z": round(float(z), 5), "first": round(first, 5), "truth": truth}


def ia(survey, count, rng, nightjar, models, scatters=False):
    """SNe Ia, in rounds until `count` alerts would be fitted; where it `scatters`, with the model's own errors."""
    lines = []
    while len(lines) < count:
        drawn = []
        for _ in range(2 * count):
            z = round(max(0.012, HIGHEST[survey] * rng.uniform() ** (1 / 3)), 5)
            x1 = float(np.clip(rng.normal(), -3, 3))
            c = float(np.clip(rng.normal(-0.06, 0.06) + rng.exponential(0.1), -0.3, 0.8))
            t0 = 60_000 + rng.uniform(0, 1000)
            peak = modulus(z) - 19.36 - 0.14 * x1 + 3.1 * c + 0.1 * rng.normal()
            cut = t0 + (1 + z) * rng.uniform(-18, 50)
            seen = exposures(survey, t0 - 25 * (1 + z), cut, rng)
            truth = {"z": z, "t0": t0, "x0": 10 ** (-0.4 * (peak - 10.635)), "x1": x1, "c": c}
            drawn.append((truth, seen, cut))
        model, _ = MODELS[survey]
        asked = [json.dumps({**truth, "id": i, "model": model, "time": [s[0] for s in seen],
                             "bands": sorted({s[1] for s in seen})})
                 for i, (truth, seen, _) in enumerate(drawn)]
        answers = [json.loads(a) for a in command(nightjar, "flux", asked, models)]
        for (truth, seen, cut), answer in zip(drawn, answers):
            if "error" in answer:
                raise SystemExit(f"fit-truth: {answer['error']}")
            flux = [answer["flux_zp25ab"][band][i] for i, (_, band, _) in enumerate(seen)]
            if scatters:
                # One offset for a band, and one for each point, as the model's authors found them; beyond half the flux their
                # table says that they knew nothing there, and not how supernovae scatter.
                offset = {band: width * rng.normal() for band, width in answer["cdisp"].items()}
                flux = [f * (1 + offset[band] + np.sqrt(min(0.25, answer["rvar"][band][i])) * rng.normal())
                        for i, (f, (_, band, _)) in enumerate(zip(flux, seen))]
            made = alert(survey, seen, flux, cut, rng) if seen else None
            if made and len({p[1] for p in made[1]}) > 1 and len(lines) < count:
                lines.append(line(f"{survey}-ia-{len(lines)}", survey, truth["z"], made[1], made[0], truth))
    return lines


BRIGHTNESS = {"II": (-16.8, 0.9), "IIn": (-18.6, 0.8), "Ib": (-17.5, 0.6), "Ic": (-17.6, 0.6)}


def core_collapse(survey, count, rng, path):
    """Core-collapse supernovae of the templates, at their absolute magnitudes."""
    table = np.load(path)
    bands, phases, redshifts = list(table["bands"]), table["phases"], table["redshifts"]
    lines = []
    while len(lines) < count:
        k = rng.integers(len(table["names"]))
        z = round(float(max(0.008, HIGHEST[survey] * 0.7 * rng.uniform() ** (1 / 3))), 5)
        mean, width = BRIGHTNESS[str(table["kinds"][k])]
        scale = 10 ** (0.4 * (25 - modulus(z) - mean - width * rng.normal()))
        t0 = 60_000 + rng.uniform(0, 1000)
        cut = t0 + (1 + z) * rng.uniform(-15, 100)
        i = np.clip(np.searchsorted(redshifts, z) - 1, 0, len(redshifts) - 2)
        w = (z - redshifts[i]) / (redshifts[i + 1] - redshifts[i])
        curves = (1 - w) * table["flux"][k, :, i] + w * table["flux"][k, :, i + 1]
        seen = [s for s in exposures(survey, t0 - 20 * (1 + z), cut, rng)
                if not np.isnan(curves[bands.index(s[1])]).any()]
        flux = [scale * np.interp((s[0] - t0) / (1 + z), phases, curves[bands.index(s[1])], right=0) for s in seen]
        made = alert(survey, seen, flux, cut, rng)
        if made and len({p[1] for p in made[1]}) > 1:
            lines.append(line(f"{survey}-cc-{len(lines)}", survey, z, made[1], made[0], {"z": z}))
    return lines


def command(nightjar, verb, lines, models):
    """What `nightjar salt2 VERB` answers to JSON Lines."""
    run = subprocess.run([nightjar, "salt2", verb, "--models", models], input="\n".join(lines) + "\n", text=True,
                         capture_output=True, check=True)
    return run.stdout.splitlines()
