"""Alerts around a place, by the index of zones that the table of alerts has.

Source: Gray, Nieto-Santisteban & Szalay 2006, MSR-TR-2006-52, "The Zones Algorithm". ``Sources/Query/ConeSearch.swift``
has the same boxes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import astropy.units as u  # type: ignore[import-untyped]
from astropy.coordinates import SkyCoord  # type: ignore[import-untyped]

from ._sqlite import Database
from ._surveys import Survey, position

# Zones to a degree: each is 5 arcmin high.
_ZONES = 12
# Beyond more zones than these most of the sky is read anyway.
_MOST_ZONES = 720
# Beyond the rounding of angles, degrees.
_MARGIN = 1e-6


def place(ra: Any, dec: Any, radius: Any) -> tuple[float, float, float]:
    """Right ascension and declination in degrees, and the radius in arcsec, out of what `cone` takes."""
    if isinstance(ra, SkyCoord):
        if radius is not None:
            raise ValueError("with a SkyCoord say cone(place, radius)")
        if not ra.isscalar:
            raise ValueError("a cone has one place; this SkyCoord has several")
        radius, ra, dec = dec, ra.icrs.ra, ra.icrs.dec
    if radius is None:
        raise ValueError("the radius is missing: say cone(ra, dec, radius) or cone(place, radius)")
    if isinstance(ra, u.Quantity):
        ra = ra.to_value(u.deg) % 360
    ra, dec = float(ra), _value(dec, u.deg)
    radius = _value(radius, u.arcsec)
    if position(ra, dec) != (ra, dec):
        raise ValueError(f"{ra} {dec} is no place: say degrees from 0 to 360, and from -90 to 90")
    if not 0 <= radius <= 648_000:
        raise ValueError(f"a radius of {radius} arcsec: say 0 to 648000")
    return ra, dec, radius


def _value(angle: Any, unit: Any) -> float:
    return float(angle.to_value(unit)) if isinstance(angle, u.Quantity) else float(angle)


def separation(ra1: float, dec1: float, ra2: float, dec2: float) -> float:
    """The angle between two positions in degrees, arcsec: Vincenty's formula for a sphere."""
    sine1, cosine1 = math.sin(math.radians(dec1)), math.cos(math.radians(dec1))
    sine2, cosine2 = math.sin(math.radians(dec2)), math.cos(math.radians(dec2))
    sine, cosine = math.sin(math.radians(ra2 - ra1)), math.cos(math.radians(ra2 - ra1))
    across, along = cosine2 * sine, cosine1 * sine2 - sine1 * cosine2 * cosine
    y = math.sqrt(across * across + along * along)
    return math.atan2(y, sine1 * sine2 + cosine1 * cosine2 * cosine) / (math.pi / 180) * 3600


def _boxes(ra: float, dec: float, radius: float) -> tuple[range, list[tuple[float, float]]]:
    """The zones around a cone, and one range of right ascensions, or two that meet at 0 h; degrees."""
    reach = min(radius, 180) + _MARGIN
    south, north = dec - reach, dec + reach
    zones = range(int((max(south, -90) + 90) * _ZONES), int((min(north, 90) + 90) * _ZONES) + 1)
    # A circle that holds a pole has all right ascensions.
    if south <= -90 or north >= 90:
        return zones, [(0, 360)]
    # The meridians that touch the circle.
    half = math.degrees(math.asin(min(1, math.sin(math.radians(reach)) / math.cos(math.radians(dec))))) + _MARGIN
    west = (ra - half) % 360
    east = west + 2 * half
    return zones, [(west, east)] if east < 360 else [(west, 360), (0, east - 360)]


def cone(
    databases: Sequence[Database], survey: Survey, ra: float, dec: float, radius: float
) -> list[tuple[Any, ...]]:
    """A survey's alerts within arcsec of a place in degrees, in no order, each once.

    Rows are survey, id, object, MJD in TAI, right ascension, declination, separation in arcsec.
    """
    zones, ranges = _boxes(ra, dec, radius / 3600)
    columns = f"{survey.id_column}, objectId, {survey.time_column}, {survey.positions[0]}, {survey.positions[1]}"
    sql, values = f"SELECT {columns} FROM {survey.alerts}", [()] if len(zones) > _MOST_ZONES else ranges
    if len(zones) <= _MOST_ZONES:
        # The expression of the index, word for word.
        zone = f"CAST(({survey.positions[1]} + 90) * {_ZONES} AS INTEGER)"
        sql += f" WHERE {zone} IN ({', '.join(map(str, zones))}) AND {survey.positions[0]} BETWEEN ? AND ?"
    found: dict[int, tuple[Any, ...]] = {}
    for database in databases:
        if not database.has_table(survey.alerts):
            continue
        for bounds in values:
            for id, name, time, *at in database.rows(sql, bounds):
                # An alert without a position; an older Nightjar put what is no place somewhere.
                at_ra, at_dec = position(*at)
                if at_ra is None or at_dec is None or id in found:
                    continue
                distance = separation(ra, dec, at_ra, at_dec)
                if distance <= radius:
                    name = None if name is None else str(name)
                    found[id] = (survey.name, id, name, survey.tai(survey.mjd(time)), at_ra, at_dec, distance)
    return list(found.values())
