"""Holds the matches of catalogues-benchmark against astropy's, and prints what astropy and scipy take; see
scripts/bench-catalogues."""
import resource
import sys
import time

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord, search_around_sky
from scipy.spatial import cKDTree


def table(path, *columns):
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=columns)


def places(path, count):
    """Random places, a third of them at the poles and as many at 0 h."""
    rng = np.random.default_rng(3)
    ra = rng.uniform(0, 360, count)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    part = count // 6
    dec[:part] = 90 - rng.uniform(0, 0.05, part)
    dec[part:2 * part] = -90 + rng.uniform(0, 0.05, part)
    ra[2 * part:4 * part] = (359.99 + rng.uniform(0, 0.02, 2 * part)) % 360
    with open(path, "w") as file:
        file.write("ra,dec\n" + "".join(f"{a!r},{d!r}\n" for a, d in zip(ra.tolist(), dec.tolist())))


def vectors(positions):
    ra, dec = np.radians(positions).T
    return np.c_[np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)]


def of_scipy(sources, asked):
    tree, points = cKDTree(vectors(sources)), vectors(asked)
    began = time.perf_counter()
    tree.query_ball_point(points, 2 * np.sin(np.radians(2 / 3600) / 2))
    print(f"scipy, cKDTree\t{(time.perf_counter() - began) / len(asked) * 1e6:.1f} us a place, its tree not counted")


def of_astropy(sources, asked, folder):
    catalogue, coordinates = SkyCoord(sources, unit="deg", copy=False), SkyCoord(asked, unit="deg")
    # The first call makes the tree.
    for _ in range(2):
        began = time.perf_counter()
        place, source, distance, _ = search_around_sky(coordinates, catalogue, 60 * u.arcsec)
        seconds = time.perf_counter() - began
    found = {(int(a), int(b)): c for a, b, c in table(f"{folder}/matches.csv", 0, 1, 2)}
    theirs = {(int(a), int(b)): c for a, b, c in zip(place, source, distance.arcsec)}
    most = max((abs(found[key] - theirs[key]) for key in theirs if key in found), default=0)
    print(f"astropy, search_around_sky\t{seconds / len(asked) * 1e6:.1f} us a place, its tree not counted")
    print(f"the same matches of {len(asked)} places\t{'yes' if found.keys() == theirs.keys() else 'NO'}, {len(theirs)} of them, "
          f"distances within {most:.1e} arcsec")
    return 0 if found.keys() == theirs.keys() else 1


def compare(folder, count):
    # Their trees are in memory, ours in a file: what does not fit beside other programs is said, and not measured.
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable")) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (free * 3 // 4, free * 3 // 4))
    sources, asked = table(f"{folder}/sources-{count}.csv", 1, 2), table(f"{folder}/places.csv", 0, 1)
    status = 0
    for name, run in [("scipy", lambda: of_scipy(sources, asked)), ("astropy", lambda: of_astropy(sources, asked, folder))]:
        try:
            status = run() or status
        except MemoryError:
            print(f"{name}\tits tree of {count:,} sources does not fit in {free * 3 / 4e9:.0f} GB")
    return status


if __name__ == "__main__":
    if sys.argv[1] == "places":
        places(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(compare(sys.argv[1], int(sys.argv[2])))
