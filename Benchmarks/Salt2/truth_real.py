"""The light curves of real alert packets that `nightjar run` fitted, as lines for `nightjar salt2 fit`. Needs fastavro."""
import io
import json
import math
import pathlib
import sqlite3
import subprocess
import tarfile

import fastavro

BANDS = {1: "ztfg", 2: "ztfr", 3: "ztfi"}


def packets(folder):
    """The records of every Avro container of a folder; what is none, or damaged, is left out."""
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                blobs = [archive.extractfile(m).read() for m in archive if m.isfile()]
        elif path.suffix == ".avro":
            blobs = [path.read_bytes()]
        else:
            continue
        for blob in blobs:
            try:
                yield from fastavro.reader(io.BytesIO(blob))
            except (ValueError, EOFError, KeyError, TypeError, IndexError, fastavro.read.SchemaResolutionError):
                continue


def points(alert):
    """(mjd, band, flux, error) at zero point 25: detections, and forced photometry where there was none."""
    out, times = [], []

    def add(jd, fid, flux, error):
        known = any(f == fid and abs(t - jd) < 0.5 / 86_400 for t, f in times)
        if not known and fid in BANDS and math.isfinite(flux) and math.isfinite(error) and error > 0:
            times.append((jd, fid))
            out.append((jd - 2_400_000.5, BANDS[fid], flux, error))

    for c in [alert["candidate"]] + (alert.get("prv_candidates") or []):
        if c.get("magpsf") is not None and c.get("sigmapsf") is not None and c.get("isdiffpos") is not None:
            flux = 10 ** (0.4 * (25 - c["magpsf"]))
            add(c["jd"], c["fid"], flux if c["isdiffpos"] in ("t", "1", "True", True) else -flux,
                flux * c["sigmapsf"] * math.log(10) / 2.5)
    for f in alert.get("fp_hists") or []:
        flux, error, zp = f.get("forcediffimflux"), f.get("forcediffimfluxunc"), f.get("magzpsci")
        if None not in (flux, error, zp) and flux > -99_998 and error > 0:
            scale = 10 ** (0.4 * (25 - zp))
            add(f["jd"], f["fid"], flux * scale, error * scale)
    return sorted(out)


def lines(nightjar, folders, models, work):
    """A line for every fit of the packets in these folders that reached a chi squared."""
    subprocess.run([nightjar, "run", *map(str, folders), "--data", work, "--models", models, "--no-plots", "--quiet"],
                   check=True, capture_output=True)
    fitted = {row[0] for row in sqlite3.connect(f"{work}/nightjar.db").execute(
        "SELECT candid FROM ztf_salt2 WHERE chisq IS NOT NULL")}
    made = []
    for folder in folders:
        for alert in packets(folder):
            if alert.get("candid") in fitted and "candidate" in alert:
                fitted.discard(alert["candid"])
                curve = points(alert)
                found = [mjd for mjd, _, flux, error in curve if flux / error > 5]
                if found and len({p[1] for p in curve}) > 1:
                    times, bands, flux, errors = zip(*curve)
                    made.append({"id": f"{alert['objectId']}-{alert['candid']}", "survey": "ztf", "mjd": times,
                                 "band": bands, "flux": flux, "fluxerr": errors, "zp": 25.0, "first": min(found)})
    return made
