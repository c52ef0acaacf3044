"""A small model of a supernova in SALT2's layout, smooth, on a grid of 5 days by 100 Angstrom.

It loads and fits fast in a debug build too, and needs nobody's data; what is fitted with it means nothing.
"""
import math
import os

NAME = "toy"
# All of both surveys: a band that lacks is told in a line, among those that a run says of its source.
BANDS = {"ztfg": (3_900, 5_500), "ztfr": (5_600, 7_100), "ztfi": (6_900, 9_000), "lsstu": (3_300, 4_100), "lsstg": (3_900, 5_500), "lsstr": (5_600, 7_100),
    "lssti": (6_900, 8_300), "lsstz": (8_100, 9_300), "lssty": (9_200, 10_500)}
LAW = "4\n-0.5\n0.7\n-0.4\n0.08\nSalt2ExtinctionLaw.version 1\nSalt2ExtinctionLaw.min_lambda 2800\nSalt2ExtinctionLaw.max_lambda 7000\n"


def write(folder):
    """A folder of models with this one alone."""
    spectrum = lambda wave: math.exp(-((wave - 4_500) / 2_000) ** 2)
    grids = {
        "template_0": lambda phase, wave: 0 if phase < -18 else 0.1 * math.exp(-((phase - wave / 2_000) / 15) ** 2) * spectrum(wave),
        "template_1": lambda phase, wave: 0 if phase < -18 else 0.02 * phase / 15 * math.exp(-(phase / 18) ** 2) * spectrum(wave),
        "lc_relative_variance_0": lambda phase, wave: 0.002, "lc_relative_variance_1": lambda phase, wave: 0.0004,
        "lc_relative_covariance_01": lambda phase, wave: 0, "lc_dispersion_scaling": lambda phase, wave: 1}
    files = {f"{NAME}/salt2_{name}.dat": "".join(f"{phase} {wave} {value(phase, wave)}\n" for phase in range(-20, 51, 5) for wave in range(2_000, 9_201, 100))
        for name, value in grids.items()}
    files[f"{NAME}/salt2_color_correction.dat"] = LAW
    files[f"{NAME}/salt2_color_dispersion.dat"] = "# wave sigma\n2000 0.05\n9200 0.02\n"
    for name, (blue, red) in BANDS.items():
        files[f"bandpasses/{name}.dat"] = f"{blue} 0\n{blue + 100} 1\n{red - 100} 1\n{red} 0\n"
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    return folder
