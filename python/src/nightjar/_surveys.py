"""What differs between the surveys: their tables, their time scales, and how a row is a point of a light curve.

The numbers must be those of the command: ``Sources/Alerts/Surveys`` has the same definitions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

#: AB magnitude of 1 nJy and of 1 uJy.
NANOJANSKY, MICROJANSKY = 31.4, 23.9
# TAI - UTC since 2017-01-01, s; no leap second has come since (IERS Bulletin C), and ZTF began after it.
_LEAP_SECONDS = 37.0
# Julian dates of the years 1900 to 2099; other times are no times.
_FIRST_JD, _LAST_JD = 2_415_020.5, 2_488_069.5
_JD_TO_MJD = 2_400_000.5
# Units of ELAsTiCC's fluxes (SNANA's FLUXCAL, AB zero point 27.5) in nJy: 10^(0.4 (31.4 - 27.5)).
_FLUXCAL = 36.307_805_477_010_14

#: What speaks against a point, in the order in which people are told.
MARKS = (
    "withdrawn", "injected", "bad flux", "processing", "bad pixels", "saturated", "cosmic ray", "suspect", "streak",
    "noisy", "bad seeing", "after alert",
)  # fmt: skip


@dataclass(slots=True)
class Point:
    """A point of a light curve; what does not apply is None. Fluxes are in nJy."""

    kind: str
    mjd: float
    bandpass: str | None
    mag: float | None = None
    mag_err: float | None = None
    flux: float | None = None
    flux_err: float | None = None
    is_positive: bool | None = None
    ra: float | None = None
    dec: float | None = None
    real_bogus: float | None = None
    id: int | None = None
    marks: frozenset[str] = frozenset()
    owner: str = ""


Values = dict[str, Any]


@dataclass(frozen=True)
class HistoryTable:
    """A table of a survey's light curves, and what makes a row of these columns a point; None for what is none."""

    name: str
    columns: tuple[str, ...]
    point: Callable[[Values], Point | None]


@dataclass(frozen=True)
class Survey:
    """A survey, as its tables have it."""

    name: str
    title: str
    id_column: str
    #: Whether objects are numbers.
    numbers_objects: bool
    time_column: str
    #: ``utc_start``, UTC at the start of the exposure, or ``tai_middle``, TAI at its middle.
    time_scale: str
    positions: tuple[str, str]
    history: tuple[HistoryTable, ...] = field(repr=False)
    #: AB zero point of the fluxes that sncosmo is given.
    zero_point: float = NANOJANSKY
    #: Ids of objects that are no farther apart are one, arcsec; None where the survey splits none.
    split: float | None = None

    @property
    def alerts(self) -> str:
        """The table of alerts."""
        return f"{self.name}_alerts"

    def mjd(self, time: float) -> float:
        """The MJD of a time of the tables, in the survey's own scale."""
        return time - _JD_TO_MJD if self.time_scale == "utc_start" else time

    def tai(self, mjd: float) -> float:
        """The MJD in TAI of one in the survey's own scale, of the same moment of the exposure."""
        return mjd + _LEAP_SECONDS / 86_400 if self.time_scale == "utc_start" else mjd

    def object_key(self, name: str) -> str | int | None:
        """A name as the tables have it; None for what is no name of this survey's objects."""
        if not self.numbers_objects:
            return name
        try:
            number = int(name)
        except ValueError:
            return None
        return number if -(2**63) <= number < 2**63 else None


# -- Values, in whatever form a survey, or who writes its packets again, gives them


def _number(value: Any) -> float | None:
    if isinstance(value, str) and len(value) <= 64:
        try:
            value = float(value.strip(" \t"))
        except ValueError:
            return None
    if isinstance(value, (int, float)) and not math.isnan(value):
        return float(value)
    return None


def _integer(value: Any) -> int | None:
    if isinstance(value, str) and len(value) <= 64:
        try:
            return int(value.strip(" \t"))
        except ValueError:
            value = _number(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= 2**53 else None
    return value if isinstance(value, int) else None


def _flag(value: Any) -> bool | None:
    if isinstance(value, str):
        word = value.strip(" \t").lower()
        if word in ("t", "true", "y", "yes"):
            return True
        if word in ("f", "false", "n", "no"):
            return False
    number = _number(value)
    return None if number not in (0, 1) else number == 1


def _says_none(value: Any) -> bool:
    if value is None or isinstance(value, str) and value.strip(" \t").lower() in ("", "null", "none", "nan"):
        return True
    return _number(value) in (-999, -99_999)


def _measured(value: Any) -> float | None:
    """ZTF has -999, and -99999 for failed forced photometry, where there is no value."""
    number = _number(value)
    return None if number in (-999, -99_999) else number


def _between(value: Any, low: float, high: float) -> float | None:
    number = _number(value)
    return number if number is not None and low <= number <= high else None


def position(ra: Any, dec: Any) -> tuple[float | None, float | None]:
    """Degrees, ICRS; None for what is no angle."""
    return _between(ra, 0, 360), _between(dec, -90, 90)


def _julian(jd: Any) -> float | None:
    number = _number(jd)
    return number - _JD_TO_MJD if number is not None and _FIRST_JD <= number < _LAST_JD else None


def _modified(mjd: Any) -> float | None:
    number = _number(mjd)
    return number if number is not None and _FIRST_JD <= number + _JD_TO_MJD < _LAST_JD else None


def power(exponent: float) -> float:
    """Ten to a power; infinite where that is too large, which only nonsense in a packet is."""
    return 10.0**exponent if exponent < 300 else math.inf


# -- ZTF


def _ztf_band(fid: Any) -> str | None:
    number = _integer(fid)
    if number is not None:
        return {1: "ztfg", 2: "ztfr", 3: "ztfi"}.get(number)
    if not isinstance(fid, str) or len(fid) > 8:
        return None
    letter = fid.lower().replace("_", "").replace("-", "").removeprefix("ztf").removeprefix("z")
    return f"ztf{letter}" if letter in ("g", "r", "i") else None


def _ztf_detection(row: Values) -> Point | None:
    mjd = _julian(row["jd"])
    if mjd is None:
        return None
    band, mag = _ztf_band(row["fid"]), _measured(row["magpsf"])
    if mag is None:
        return Point("limit", mjd, band, mag=_measured(row["diffmaglim"]))
    ra, dec = position(row["ra"], row["dec"])
    return Point(
        "detection", mjd, band, mag=mag, mag_err=_measured(row["sigmapsf"]), is_positive=_flag(row["isdiffpos"]),
        ra=ra, dec=dec, real_bogus=_measured(row["rb"]), id=_integer(row["candid"]),
    )  # fmt: skip


def _ztf_forced(row: Values) -> Point | None:
    mjd = _julian(row["jd"])
    if mjd is None:
        return None
    flux, error, zero = (_measured(row[name]) for name in ("forcediffimflux", "forcediffimfluxunc", "magzpsci"))
    # Counts say nothing without their zero point.
    scale = None if flux is None or zero is None else power(0.4 * (NANOJANSKY - zero))
    # The advice of Masci et al. 2023, arXiv:2305.16279: no warning, at most 25 DN of noise, seeing of at most 4.
    marks = set()
    if not _says_none(row["procstatus"]) and _number(row["procstatus"]) != 0:
        marks.add("processing")
    if (_measured(row["scisigpix"]) or 0) > 25:
        marks.add("noisy")
    if (_measured(row["sciinpseeing"]) or 0) > 4:
        marks.add("bad seeing")
    return Point(
        "forced", mjd, _ztf_band(row["fid"]), flux=None if scale is None or flux is None else flux * scale,
        flux_err=None if scale is None or error is None else error * scale, marks=frozenset(marks),
    )  # fmt: skip


# -- LSST

_LSST_FLAGS = {
    "psfFlux_flag": "bad flux",
    "pixelFlags_bad": "bad pixels",
    "pixelFlags_nodataCenter": "bad pixels",
    "pixelFlags_edge": "bad pixels",
    "pixelFlags_offimage": "bad pixels",
    "pixelFlags_saturatedCenter": "saturated",
    "pixelFlags_crCenter": "cosmic ray",
    "pixelFlags_suspectCenter": "suspect",
    "pixelFlags_injected": "injected",
    "pixelFlags_injectedCenter": "injected",
    "pixelFlags_injected_template": "injected",
    "pixelFlags_injected_templateCenter": "injected",
    "pixelFlags_streakCenter": "streak",
    "glint_trail": "streak",
}


def _lsst_band(band: Any) -> str | None:
    if not isinstance(band, str) or len(band) > 16:
        return None
    name = band.lower().removeprefix("lsst")
    for blank in "_-.":
        name = name.replace(blank, " ")
    letter, *rest = name.split() or [""]
    if letter not in ("u", "g", "r", "i", "z", "y") or len(rest) > 1 or rest and not rest[0].isnumeric():
        return None
    return f"lsst{letter}"


def _withdrawn(row: Values) -> set[str]:
    return {"withdrawn"} if (_number(row["timeWithdrawnMjdTai"]) or 0) > 0 else set()


def _lsst_detection(row: Values) -> Point | None:
    mjd = _modified(row["midpointMjdTai"])
    if mjd is None:
        return None
    flux, negative = _number(row["psfFlux"]), _flag(row["isNegative"])
    if negative is None:
        negative = _flag(row["is_negative"])
    # The flag is false on a quarter of the real alerts of negative flux: positive is what both say is positive.
    rises = None if flux is None else flux > 0
    positive = rises if negative is None else not negative and rises is not False
    ra, dec = position(row["ra"], row["dec"])
    marks = _withdrawn(row) | {mark for name, mark in _LSST_FLAGS.items() if _flag(row[name])}
    return Point(
        "detection", mjd, _lsst_band(row["band"]), flux=flux,
        flux_err=None if flux is None else _number(row["psfFluxErr"]), is_positive=positive, ra=ra, dec=dec,
        real_bogus=_number(row["reliability"]), id=_integer(row["diaSourceId"]), marks=frozenset(marks),
    )  # fmt: skip


def _lsst_forced(row: Values) -> Point | None:
    mjd = _modified(row["midpointMjdTai"])
    if mjd is None:
        return None
    flux = _number(row["psfFlux"])
    return Point(
        "forced", mjd, _lsst_band(row["band"]), flux=flux,
        flux_err=None if flux is None else _number(row["psfFluxErr"]), marks=frozenset(_withdrawn(row)),
    )  # fmt: skip


def _lsst_limit(row: Values) -> Point | None:
    mjd = _modified(row["midpointMjdTai"])
    # The noise is an error, not a flux: one standard deviation.
    return None if mjd is None else Point("limit", mjd, _lsst_band(row["band"]), flux_err=_number(row["diaNoise"]))


# -- ELAsTiCC


def _fluxcal(value: Any) -> float | None:
    number = _number(value)
    return None if number is None else number * _FLUXCAL


def _elasticc_detection(row: Values) -> Point | None:
    mjd, flux = _modified(row["midPointTai"]), _fluxcal(row["psFlux"])
    if mjd is None:
        return None
    ra, dec = position(row["ra"], row["decl"])
    return Point(
        "detection", mjd, _lsst_band(row["filterName"]), flux=flux,
        flux_err=None if flux is None else _fluxcal(row["psFluxErr"]), is_positive=None if flux is None else flux > 0,
        ra=ra, dec=dec, id=_integer(row["diaSourceId"]),
    )  # fmt: skip


def _elasticc_forced(row: Values) -> Point | None:
    mjd, flux = _modified(row["midPointTai"]), _fluxcal(row["psFlux"])
    if mjd is None:
        return None
    error = None if flux is None else _fluxcal(row["psFluxErr"])
    return Point("forced", mjd, _lsst_band(row["filterName"]), flux=flux, flux_err=error)


def _elasticc_limit(row: Values) -> Point | None:
    mjd = _modified(row["midPointTai"])
    band = _lsst_band(row["filterName"])
    return None if mjd is None else Point("limit", mjd, band, flux_err=_fluxcal(row["diaNoise"]))


# -- WINTER


def _winter_detection(row: Values) -> Point | None:
    mjd = _julian(row["jd"])
    if mjd is None:
        return None
    # Each camera numbers its filters anew: WIRC from 0, WINTER from 1.
    fid = _integer(row["fid"])
    index = None if fid is None else fid - (0 if str(row["objectId"]).startswith("WIRC") else 1)
    band = f"winter{'yjhk'[index]}" if index is not None and 0 <= index < 4 else None
    mag, error, limit = (
        None if _says_none(row[name]) else _number(row[name]) for name in ("magpsf", "sigmapsf", "diffmaglim")
    )
    if mag is None:
        return Point("limit", mjd, band, mag=limit)
    ra, dec = position(row["ra"], row["dec"])
    return Point(
        "detection", mjd, band, mag=mag, mag_err=error, is_positive=_flag(row["isdiffpos"]), ra=ra, dec=dec,
        id=_integer(row["candid"]),
    )  # fmt: skip


def _names(text: str, more: Sequence[str] = ()) -> tuple[str, ...]:
    return (*text.split(), *more)


_TRANSIENT = "midPointTai filterName psFlux psFluxErr"

#: The surveys, in the order in which results have them.
SURVEYS = (
    Survey(
        "ztf", "ZTF", "candid", False, "jd", "utc_start", ("ra", "dec"),
        (
            HistoryTable(
                "ztf_detections", _names("jd fid candid isdiffpos ra dec magpsf sigmapsf diffmaglim rb"), _ztf_detection
            ),
            HistoryTable(
                "ztf_forced",
                _names("jd fid forcediffimflux forcediffimfluxunc magzpsci procstatus scisigpix sciinpseeing"),
                _ztf_forced,
            ),
        ),
        zero_point=MICROJANSKY,
    ),
    Survey(
        "lsst", "LSST", "diaSourceId", True, "midpointMjdTai", "tai_middle", ("ra", "dec"),
        (
            HistoryTable(
                "lsst_detections",
                _names(
                    "diaSourceId midpointMjdTai band ra dec psfFlux psfFluxErr isNegative is_negative reliability "
                    "timeWithdrawnMjdTai", list(_LSST_FLAGS),
                ),
                _lsst_detection,
            ),
            HistoryTable(
                "lsst_forced", _names("midpointMjdTai band psfFlux psfFluxErr timeWithdrawnMjdTai"), _lsst_forced
            ),
            HistoryTable("lsst_limits", _names("midpointMjdTai band diaNoise"), _lsst_limit),
        ),
        split=0.7,
    ),
    Survey(
        "elasticc", "ELAsTiCC", "diaSourceId", True, "midPointTai", "tai_middle", ("ra", "decl"),
        (
            HistoryTable("elasticc_detections", _names(f"diaSourceId ra decl {_TRANSIENT}"), _elasticc_detection),
            HistoryTable("elasticc_forced", _names(_TRANSIENT), _elasticc_forced),
            HistoryTable("elasticc_limits", _names("midPointTai filterName diaNoise"), _elasticc_limit),
        ),
    ),
    Survey(
        "winter", "WINTER", "candid", False, "jd", "utc_start", ("ra", "dec"),
        (
            HistoryTable(
                "winter_detections",
                _names("objectId jd fid candid isdiffpos ra dec magpsf sigmapsf diffmaglim"), _winter_detection,
            ),
        ),
        zero_point=MICROJANSKY,
    ),
)  # fmt: skip


def named(name: str | None) -> tuple[Survey, ...]:
    """The survey of a name, or all.

    Raises
    ------
    ValueError
        No survey has the name.
    """
    found = tuple(survey for survey in SURVEYS if name in (None, survey.name))
    if not found:
        raise ValueError(f"no survey is called {name!r}; there are {', '.join(survey.name for survey in SURVEYS)}")
    return found
