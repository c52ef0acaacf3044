"""Light curves out of the history tables of one or several folders, as `nightjar object` shows them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import astropy.units as u  # type: ignore[import-untyped]
import numpy as np
from astropy.table import Table  # type: ignore[import-untyped]

from ._results import column
from ._sqlite import Database, quoted
from ._surveys import MARKS, MICROJANSKY, NANOJANSKY, Point, Survey, power

# Half a second, days: times that differ by less are of one exposure, since lists round them differently.
_SAME_EXPOSURE = 0.5 / 86_400


def points(database: Database, survey: Survey, name: str) -> Iterator[Point]:
    """All points that a folder has of an object, those behind the alert that brought them last, with a mark."""
    late: list[Point] = []
    for table in survey.history:
        known = set(database.columns(table.name))
        if not known:
            continue
        # A folder of an older Nightjar may lack columns.
        wanted = [*table.columns, "after_alert"]
        select = ", ".join(quoted(name) if name in known else "NULL" for name in wanted)
        sql = f"SELECT {select} FROM {table.name} WHERE objectId = ?"
        for *values, after in database.rows(sql, (survey.object_key(name),)):
            point = table.point(dict(zip(table.columns, values, strict=True)))
            if point is None:
                continue
            point.owner = name
            if after == 1:
                if point.kind != "limit":
                    point.marks |= {"after alert"}
                late.append(point)
            else:
                yield point
    yield from late


def merged(found: Iterable[Point]) -> list[Point]:
    """The points of several folders and ids, each once, without those that the survey withdrew, in order of time.

    Of two the first stays; a point that one folder has as withdrawn is withdrawn; an exposure in which something
    was detected has no limit.
    """
    kept: dict[tuple[Any, ...], Point] = {}
    exposures = set()
    for point in found:
        step = math.floor(point.mjd / _SAME_EXPOSURE + 0.5)
        exposure = (step, point.bandpass)
        if point.kind == "detection":
            exposures.add(exposure)
        key = (point.kind, *exposure, point.id)
        known = kept.setdefault(key, point)
        if known is not point and "withdrawn" in point.marks:
            kept[key] = replace(known, marks=known.marks | {"withdrawn"})
    standing = [
        point
        for (kind, step, band, _), point in kept.items()
        if "withdrawn" not in point.marks and not (kind == "limit" and (step, band) in exposures)
    ]
    order = ("detection", "forced", "limit")
    # By time and bandpass within a kind, and then by time over all: sorts are stable, as the command's are.
    standing.sort(key=lambda point: (order.index(point.kind), point.mjd, point.bandpass or ""))
    return sorted(standing, key=lambda point: point.mjd)


def table(survey: Survey, name: str, found: Sequence[Point]) -> Table:
    """A light curve as a table with units."""
    magnitude = u.mag if survey.name == "winter" else u.ABmag
    start = survey.time_scale == "utc_start"
    moment = "UTC, start of the exposure" if start else "TAI, middle of the exposure"

    def make(name: str, values: list[Any], unit: Any, text: str, dtype: Any = float) -> Any:
        return column(name, values, dtype=dtype, unit=unit, description=text)

    columns = [
        make("mjd", [p.mjd for p in found], u.day, f"modified Julian date, {moment}"),
        make("mjd_tai", [survey.tai(p.mjd) for p in found], u.day, "the same moment, modified Julian date, TAI"),
        make("bandpass", [p.bandpass for p in found], None, "as sncosmo names it", str),
        make("kind", [p.kind for p in found], None, "detection, forced or limit", str),
        make("mag", [p.mag for p in found], magnitude, "of the difference; of a limit 5 sigma of the noise"),
        make("mag_err", [p.mag_err for p in found], u.mag, "one standard deviation"),
        make("flux_njy", [p.flux for p in found], u.nJy, "flux density of the difference"),
        make("flux_err_njy", [p.flux_err for p in found], u.nJy, "one standard deviation, of a limit too"),
        make("is_positive", [p.is_positive for p in found], None, "brighter than the reference", bool),
        make("ra", [p.ra for p in found], u.deg, "right ascension, ICRS"),
        make("dec", [p.dec for p in found], u.deg, "declination, ICRS"),
        make("real_bogus", [p.real_bogus for p in found], None, "1 is real", np.float32),
        make("id", [p.id for p in found], None, "the survey's number of the detection", np.int64),
        make("objectId", [p.owner for p in found], None, "whose point it is", str),
        make("marks", [marks(p) for p in found], None, "what speaks against it, with spaces between", str),
    ]
    meta = {"survey": survey.name, "objectId": name, "time_scale": survey.time_scale, "frame": "icrs"}
    return Table(columns, meta=meta)


def marks(point: Point) -> str:
    """What speaks against a point, as the command writes it."""
    return " ".join(mark for mark in MARKS if mark in point.marks)


# -- What a fit uses


def _flux(point: Point, zero_point: float) -> tuple[float, float] | None:
    """The flux and error of a point at a zero point; None for one that no fit could use."""
    if point.bandpass is None or abs(point.mjd) >= 1e8:
        return None
    if point.mag is not None:
        if point.mag_err is None or point.is_positive is None:
            return None
        flux = power(0.4 * (zero_point - point.mag))
        error = flux * point.mag_err * math.log(10) / 2.5
        flux = flux if point.is_positive else -flux
    elif point.flux is not None and point.flux_err is not None:
        # A thousand nJy are one uJy: the power of ten would round.
        scale = 1000.0 if zero_point == MICROJANSKY else power(0.4 * (NANOJANSKY - zero_point))
        flux, error = point.flux / scale, point.flux_err / scale
    else:
        return None
    return (flux, error) if math.isfinite(flux) and math.isfinite(error) and error > 0 else None


class _Epochs:
    """The exposures that have a point."""

    def __init__(self) -> None:
        self._times: dict[tuple[int, str], float] = {}

    def add(self, mjd: float, band: str) -> bool:
        """Whether the exposure is new."""
        step = math.floor(mjd / _SAME_EXPOSURE)
        for near in (step - 1, step, step + 1):
            time = self._times.get((near, band))
            if time is not None and abs(time - mjd) < _SAME_EXPOSURE:
                return False
        self._times[step, band] = mjd
        return True


def photometry(survey: Survey, name: str, found: Sequence[Point], newest: int | None, marked: bool) -> Table:
    """The points that Nightjar fits, in sncosmo's layout; see `nightjar.data.AstroObject.photometry`.

    ``Sources/Pipeline/Fit/AlertPoints.swift`` has the rule: an exposure has one point, the forced measurement,
    else the detection, the alert's own before others; a marked one only where there is no other.
    """
    zero, epochs = survey.zero_point, _Epochs()
    forced = [point for point in found if point.kind == "forced"]
    detections = [point for point in found if point.kind == "detection"]
    detections.sort(key=lambda point: newest is None or point.id != newest)
    usable = [(point, _flux(point, zero)) for point in forced + detections]
    chosen = []
    for wants_marks in (False, True):
        for point, flux in usable:
            if flux is None or bool(point.marks) != wants_marks or point.bandpass is None:
                continue
            if epochs.add(point.mjd, point.bandpass):
                chosen.append((point, flux))
    if not marked:
        chosen = [(point, flux) for point, flux in chosen if not point.marks]
    chosen.sort(key=lambda pair: pair[0].mjd)
    unit = u.uJy if zero == MICROJANSKY else u.nJy
    columns = [
        column("time", [p.mjd for p, _ in chosen], dtype=float, unit=u.day, description=f"MJD, {survey.time_scale}"),
        column("band", [p.bandpass for p, _ in chosen], dtype=str),
        column("flux", [flux for _, (flux, _) in chosen], dtype=float, unit=unit),
        column("fluxerr", [error for _, (_, error) in chosen], dtype=float, unit=unit),
        column("zp", [zero for _ in chosen], dtype=float, unit=u.mag),
        column("zpsys", ["ab" for _ in chosen], dtype=str),
        column("kind", [p.kind for p, _ in chosen], dtype=str, description="forced or detection"),
    ]
    if marked:
        used = [not point.marks for point, _ in chosen]
        columns.append(column("used", used, dtype=bool, description="whether a fit uses it"))
        columns.append(column("marks", [marks(p) for p, _ in chosen], dtype=str))
    # sncosmo wants plain columns: nothing is masked here.
    meta = {"survey": survey.name, "objectId": name, "time_scale": survey.time_scale}
    return Table(columns, meta=meta, masked=False).filled()
