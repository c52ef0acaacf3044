"""Objects: their alerts, light curves, fits and matches, as `nightjar object` shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import astropy.units as u  # type: ignore[import-untyped]
from astropy.table import Table  # type: ignore[import-untyped]

from . import _curves, _sky
from ._results import table
from ._sqlite import Database, quoted
from ._surveys import Point, Survey, position

#: The cuts of the filter of extragalactic transients.
CUTS = ("is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject")
_VERDICT = (*CUTS, "is_extragalactic_transient", "is_pure")
# Other ids of a place that are joined at most.
_MOST_JOINED = 8


def catalogue_matches(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The columns of each catalogue in a row of alerts, whose names begin with the catalogue's."""
    names = [name.removesuffix("_matches") for name in values if name.endswith("_matches")]
    catalogues = sorted((name for name in names if f"{name}_distance" in values), key=len, reverse=True)
    found: dict[str, dict[str, Any]] = {name: {} for name in reversed(catalogues)}
    if "host_separation" in values:
        found["host"] = {}
        catalogues.append("host")
    for column, value in values.items():
        # The longest name first: gaia_dr3_matches is of gaia_dr3 and not of gaia.
        owner = next((name for name in catalogues if column.startswith(f"{name}_")), None)
        if owner is not None:
            found[owner][column[len(owner) + 1 :]] = value
    return {name: members for name, members in found.items() if any(value is not None for value in members.values())}


class AstroObject:
    """An object: all that data folders have of it; made by `nightjar.data.DataFolder.object`.

    What is read is kept: ask the folder again for what a run has written since.
    """

    def __init__(self, databases: Sequence[Database], survey: Survey, name: str, alone: bool) -> None:
        self._databases, self._survey, self._name, self._alone = databases, survey, name, alone

    def __repr__(self) -> str:
        return f"<object {self._name} of {self._survey.title}, {len(self._own)} alerts>"

    @property
    def name(self) -> str:
        """As the survey calls it."""
        return self._name

    @property
    def survey(self) -> str:
        """The survey's name."""
        return self._survey.name

    @property
    def exists(self) -> bool:
        """Whether a folder has an alert of it."""
        return bool(self._own)

    @property
    def ra(self) -> float | None:
        """Right ascension of its newest alert that has a position, degrees, ICRS."""
        return self._position[0]

    @property
    def dec(self) -> float | None:
        """Declination of the same alert, degrees, ICRS."""
        return self._position[1]

    @property
    def joined(self) -> Table:
        """The other ids that the survey gave to its place, the nearest first: ``objectId``, ``distance`` (arcsec)."""
        return table(("objectId", "distance"), self._joined, units={"distance": u.arcsec})

    @property
    def alerts(self) -> Table:
        """Its alerts by time, those of the joined ids too.

        Columns: ``id``, ``objectId``, ``mjd``, ``mjd_tai`` (day), ``night``, ``ra``, ``dec`` (deg), ``data_kind``,
        ``folder``, ``passed``, and each cut of the filter.
        """
        gone = {point.id for point in self._points if "withdrawn" in point.marks}
        rows = [
            (row[0], name, row[1], self._survey.tai(row[1]), *row[2:5], "withdrawn" if row[0] in gone else row[5],
             row[6], all(row[7 : 7 + len(CUTS)]), *row[7:])
            for name in self._names for row in self._rows(name)
        ]  # fmt: skip
        rows.sort(key=lambda row: (row[2], row[0]))
        names = ("id", "objectId", "mjd", "mjd_tai", "night", "ra", "dec", "data_kind", "folder", "passed", *_VERDICT)
        meta = {"survey": self.survey, "time_scale": self._survey.time_scale}
        return table(names, rows, meta, {"mjd": u.day, "mjd_tai": u.day, "ra": u.deg, "dec": u.deg})

    def light_curve(self, forced: bool = True, limits: bool = True) -> Table:
        """All points that its alerts brought and the survey did not withdraw, by time.

        Parameters
        ----------
        forced : bool
            Whether forced photometry is among them.
        limits : bool
            Whether upper limits are.

        Returns
        -------
        Table
            ``mjd`` (day, in ``meta["time_scale"]``: ``utc_start`` is UTC at the start of the exposure, ``tai_middle``
            TAI at its middle), ``mjd_tai``, ``bandpass``, ``kind``, ``mag``, ``mag_err`` (AB mag of the difference;
            of a limit 5 sigma), ``flux_njy``, ``flux_err_njy`` (nJy; of a limit one sigma of the noise),
            ``is_positive``, ``ra``, ``dec`` (deg), ``real_bogus``, ``id``, ``objectId``, ``marks``. What does not
            apply is masked.

        Examples
        --------
        >>> curve = folder.object("ZTF24trdlswj").light_curve(forced=False, limits=False)
        >>> print(*set(curve["kind"]))
        detection
        """
        kinds = {"detection", *(["forced"] if forced else []), *(["limit"] if limits else [])}
        found = [point for point in _curves.merged(self._points) if point.kind in kinds]
        return _curves.table(self._survey, self._name, found)

    def photometry(self, marked: bool = False) -> Table:
        """The points that Nightjar's SALT2 fit takes, in sncosmo's layout.

        An exposure has one point: the forced measurement, else the detection. Without ``marked`` these are just the
        points of a fit of the whole history (``nightjar salt2 refit``), before the model's bands and phases limit them.
        A fit in a run takes those of its alert's packet.

        Parameters
        ----------
        marked : bool
            Also give points that something speaks against, where an exposure has no other; then ``used`` says which
            ones a fit takes, and ``marks`` why it does not take the others.

        Returns
        -------
        Table
            ``time`` (MJD, in ``meta["time_scale"]``), ``band``, ``flux``, ``fluxerr``, ``zp``, ``zpsys`` ("ab"),
            ``kind``. Fluxes are in uJy at zero point 23.9 for ZTF and WINTER, and in nJy at 31.4 for LSST and ELAsTiCC.

        Examples
        --------
        >>> data = folder.object("ZTF24trdlswj").photometry()
        >>> data["flux"].unit, float(data["zp"][0])
        (Unit("uJy"), 23.9)
        """
        newest = self._own[-1][0] if self._own else None
        return _curves.photometry(self._survey, self._name, _curves.merged(self._points), newest, marked)

    @property
    def fits(self) -> Table:
        """Its rows of ``<survey>_salt2``, the newest alert's first; why there is no fit is in ``reason``."""
        name = f"{self.survey}_salt2"
        columns: list[str] = []
        rows: dict[int, dict[str, Any]] = {}
        for part in self._names:
            for database in self._databases:
                known = database.columns(name)
                columns += [column for column in known if column not in columns]
                # Fits have all objects' names as texts.
                sql = f"SELECT {', '.join(map(quoted, known))} FROM {name} WHERE objectId = ?"
                for row in database.rows(sql, (part,)) if known else []:
                    values = dict(zip(known, row, strict=True))
                    rows.setdefault(values["candid"], values)
        ordered = sorted(rows.values(), key=lambda row: (row["jd"], row["candid"]), reverse=True)
        return table(columns, [tuple(row.get(column) for column in columns) for row in ordered])

    @property
    def matches(self) -> dict[str, dict[str, Any]]:
        """What catalogues have at the position of its newest alert, by catalogue.

        Each has ``matches`` (how many sources), ``distance`` of the nearest (arcsec), and that source's columns;
        ``host`` has ``name``, ``separation`` (arcsec), ``projected`` (kpc) and ``redshift``.
        """
        newest, survey = self._own[-1][0], self._survey
        for database in self._databases:
            names = database.columns(survey.alerts)
            if not names:
                continue
            sql = f"SELECT {', '.join(map(quoted, names))} FROM {survey.alerts} WHERE {survey.id_column} = ?"
            if rows := database.rows(sql, (newest,)):
                return catalogue_matches(dict(zip(names, rows[0], strict=True)))
        return {}

    # -- What was read

    def _rows(self, name: str) -> list[tuple[Any, ...]]:
        """Alerts of one id by time: id, MJD, night, position, kind of data, folder, verdict; the first folder's."""
        survey, key = self._survey, self._survey.object_key(name)
        found: dict[int, tuple[Any, ...]] = {}
        for database in self._databases if key is not None else []:
            known = database.columns(survey.alerts)
            if not known:
                continue
            kind = "data_kind" if "data_kind" in known else "'survey'"
            columns = (survey.id_column, survey.time_column, "night", *survey.positions, kind, *_VERDICT)
            sql = f"SELECT {', '.join(columns)} FROM {survey.alerts} WHERE objectId = ? ORDER BY {survey.time_column}"
            for id, time, night, ra, dec, kind_, *verdict in database.rows(sql, (key,)):
                row = (id, survey.mjd(time), night, *position(ra, dec), kind_, database.folder, *map(bool, verdict))
                found.setdefault(id, row)
        return sorted(found.values(), key=lambda row: (row[1], row[0]))

    @cached_property
    def _own(self) -> list[tuple[Any, ...]]:
        return self._rows(self._name)

    @property
    def _names(self) -> list[str]:
        return [self._name, *(name for name, _ in self._joined)]

    @cached_property
    def _points(self) -> list[Point]:
        return [
            point
            for name in self._names
            for database in self._databases
            for point in _curves.points(database, self._survey, name)
        ]

    @property
    def _position(self) -> tuple[float | None, float | None]:
        for row in reversed(self._own):
            if row[3] is not None and row[4] is not None:
                return row[3], row[4]
        return None, None

    @cached_property
    def _joined(self) -> list[tuple[str, float]]:
        """Ids within the survey's distance of the object itself, the nearest first; what moves is never joined."""
        reach = self._survey.split
        place = _mean([(row[3], row[4]) for row in self._own if row[3] is not None and row[4] is not None])
        if reach is None or self._alone or place is None or self._moves(self._name):
            return []
        near: dict[str, list[tuple[float, float]]] = {}
        # Alerts of two objects scatter around the objects' means.
        for _, _, name, _, ra, dec, _ in _sky.cone(self._databases, self._survey, *place, 2 * reach):
            if name is not None and name != self._name:
                near.setdefault(name, []).append((ra, dec))
        joined = []
        for name, positions in near.items():
            other = _mean(positions)
            distance = math.inf if other is None else _sky.separation(*place, *other)
            if distance <= reach and not self._moves(name):
                joined.append((name, distance))
        return sorted(joined, key=lambda pair: (pair[1], pair[0]))[:_MOST_JOINED]

    def _moves(self, name: str) -> bool:
        sql = (
            f"SELECT 1 FROM {self._survey.alerts} AS a WHERE a.objectId = ? "
            "AND (a.objectId = a.diaObjectId) IS NOT 1 LIMIT 1"
        )
        return any(
            database.rows(sql, (self._survey.object_key(name),))
            for database in self._databases
            if database.has_table(self._survey.alerts)
        )


def _mean(positions: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The mean of positions near each other; right ascensions may lie on both sides of 0 h."""
    if not positions:
        return None
    first = positions[0][0]
    offset = sum(math.remainder(ra - first, 360) for ra, _ in positions) / len(positions)
    return (first + offset) % 360, sum(dec for _, dec in positions) / len(positions)
