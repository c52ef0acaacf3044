"""Data folders of ``nightjar run``, read while runs write to them.

`open` gives a folder, or several as one. All positions are ICRS, in degrees. Times are modified Julian dates: ``mjd``
in the survey's own scale, which ``meta["time_scale"]`` says, and ``mjd_tai`` in TAI. The tables are described in
``docs/tables.md``.
"""

from __future__ import annotations

import datetime
import os
import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import astropy.units as u  # type: ignore[import-untyped]
from astropy.table import Table  # type: ignore[import-untyped]

from . import _sky, _topics
from ._alerts import AlertRow
from ._errors import (
    DamagedRecordError,
    DataFolderError,
    NightjarError,
    QueryError,
    UnknownAlertError,
    UnknownObjectError,
    UnknownTopicError,
)
from ._objects import CUTS, AstroObject
from ._records import Location
from ._results import QueryResult, table
from ._sqlite import Database, Row, expand, query, quoted
from ._surveys import SURVEYS, Survey, named
from ._topics import TopicStream

__all__ = [
    "AlertRow",
    "AstroObject",
    "DamagedRecordError",
    "DataFolder",
    "DataFolderError",
    "Location",
    "NightjarError",
    "QueryError",
    "QueryResult",
    "TopicStream",
    "UnknownAlertError",
    "UnknownObjectError",
    "UnknownTopicError",
    "open",
]

_COUNTERS = (
    "received", "duplicates", "archived", "stored", "passedFilter", "fitted", "fitFailed", "deadLettered",
)  # fmt: skip
_UNITS = {"mjd_tai": u.day, "ra": u.deg, "dec": u.deg}
_LEDGER_KEY = ("night", "source", "fingerprint", "partition")


def open(*paths: str | os.PathLike[str]) -> DataFolder:
    """Opens one or several data folders, to be read as one.

    Nothing is written, and no lock is held between calls: runs may write meanwhile. Of an alert that several folders
    have, the first folder's is read. A folder of a conductor stands for its workers' (``worker-1`` and so on).

    Parameters
    ----------
    *paths : path
        The folders; the first has precedence.

    Returns
    -------
    DataFolder
        To be closed; a context manager.

    Raises
    ------
    DataFolderError
        A path is no data folder, or a newer Nightjar made it.

    Examples
    --------
    >>> with open(path) as night:
    ...     night.sql("SELECT count(*) FROM ztf_alerts")[0]
    (400,)
    """
    return DataFolder(*paths)


class DataFolder:
    """One or several data folders, read as one; made by `open`.

    Threads may share it: each has its own connection to the database.
    """

    def __init__(self, *paths: str | os.PathLike[str]) -> None:
        self._databases = [Database(path) for path in expand(paths)]
        self._streams: list[TopicStream] = []
        self._lock = threading.Lock()

    @property
    def paths(self) -> list[str]:
        """The folders, in their order; those of workers in place of the folder that they lie in."""
        return [database.folder for database in self._databases]

    def close(self) -> None:
        """Closes the databases, and ends the streams that follow topics."""
        with self._lock:
            streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()
        for database in self._databases:
            database.close()

    def __enter__(self) -> DataFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Nightjar's data in {', '.join(self.paths)}>"

    # -- Alerts and objects

    def alert(self, id: int, survey: str | None = None) -> AlertRow:
        """An alert.

        Parameters
        ----------
        id : int
            The survey's number of it: ``candid``, ``diaSourceId``.
        survey : str, optional
            Whose alert; without it, where several surveys have one, the newest.

        Returns
        -------
        AlertRow
            Of several folders the first one's that has it.

        Raises
        ------
        UnknownAlertError
            No folder has it.

        Examples
        --------
        >>> alert = folder.alert(candid)
        >>> alert.survey, alert["objectId"], alert["fid"]
        ('ztf', 'ZTF24trdlswj', 1)
        >>> alert.packet()[:4]
        b'Obj\\x01'
        """
        newest: tuple[float, AlertRow] | None = None
        for each in named(survey):
            for database in self._databases:
                if not database.has_table(each.alerts):
                    continue
                names = database.columns(each.alerts)
                rows = database.rows(
                    f"SELECT {', '.join(map(quoted, names))} FROM {each.alerts} WHERE {each.id_column} = ?", (int(id),)
                )
                if rows:
                    values = dict(zip(names, rows[0], strict=True))
                    time = each.tai(each.mjd(values[each.time_column]))
                    if newest is None or time > newest[0]:
                        newest = time, AlertRow(each, database, values, self._passes(each, int(id)))
                    break
        if newest is None:
            raise UnknownAlertError(f"{', '.join(self.paths)}: no alert {id} is archived here{self._nearest(int(id))}")
        return newest[1]

    def _passes(self, survey: Survey, id: int) -> list[str]:
        for database in self._databases:
            if database.has_table(f"{survey.name}_passes"):
                sql = f"SELECT filter FROM {survey.name}_passes WHERE candid = ? ORDER BY filter"
                if rows := database.rows(sql, (id,)):
                    return [name for (name,) in rows]
        return []

    def _nearest(self, id: int) -> str:
        # An id that lost its last digits, as in a spreadsheet or a float, is found again by it.
        near: list[int] = []
        for database in self._databases:
            for survey in SURVEYS:
                for sql in ("SELECT max(id) FROM archive WHERE survey = ? AND id < ?",
                            "SELECT min(id) FROM archive WHERE survey = ? AND id > ?"):  # fmt: skip
                    near += [found for (found,) in database.rows(sql, (survey.name, id)) if found is not None]
        return f"; the nearest id is {min(near, key=lambda other: abs(other - id))}" if near else "; there are none"

    def object(self, name: str | int, survey: str | None = None, *, alone: bool = False) -> AstroObject:
        """An object: its alerts, light curve, fits and matches.

        Parameters
        ----------
        name : str or int
            ZTF's ``objectId``, LSST's ``diaObjectId`` or ``ssObjectId``.
        survey : str, optional
            Whose object; without it the first survey that has the name.
        alone : bool
            Only what has this id, and not the other ids that LSST gave to its place (within 0.7 arcsec).

        Returns
        -------
        AstroObject

        Raises
        ------
        UnknownObjectError
            No folder has an alert of it.

        Examples
        --------
        >>> thing = folder.object("ZTF24trdlswj")
        >>> curve = thing.light_curve()
        >>> curve["flux_njy"].unit, curve.meta["time_scale"]
        (Unit("nJy"), 'utc_start')
        """
        for each in named(survey):
            found = AstroObject(self._databases, each, str(name), alone)
            if found.exists:
                return found
        raise UnknownObjectError(f"{', '.join(self.paths)}: no alert of an object {str(name)!r} is here")

    def cone(self, ra: Any, dec: Any, radius: Any = None, survey: str | None = None) -> Table:
        """The alerts around a place, nearest first.

        Parameters
        ----------
        ra, dec : float, Angle or Quantity
            ICRS; a float is in degrees. Or a `~astropy.coordinates.SkyCoord` and the radius: ``cone(place, radius)``.
        radius : float, Angle or Quantity
            A float is in arcsec; up to 180 degrees.
        survey : str, optional
            Only this survey's.

        Returns
        -------
        Table
            ``survey``, ``id``, ``objectId``, ``mjd_tai`` (day), ``ra``, ``dec`` (deg), ``separation`` (arcsec); by
            separation, then id. An alert that several folders have is there once.

        Raises
        ------
        ValueError
            A coordinate or the radius is out of its range.

        Examples
        --------
        >>> from astropy.coordinates import Angle, SkyCoord
        >>> near = folder.cone(SkyCoord("19h47m42.3s +8d29m35s"), Angle("5s"))
        >>> print(near["objectId"][0])
        ZTF24trdlswj
        >>> len(folder.cone(296.926, 8.493, 5)) == len(near)
        True
        """
        place = _sky.place(ra, dec, radius)
        rows: list[tuple[Any, ...]] = []
        for each in named(survey):
            rows += _sky.cone(self._databases, each, *place)
        rows.sort(key=lambda row: (row[-1], row[1]))
        names = ("survey", "id", "objectId", "mjd_tai", "ra", "dec", "separation")
        return table(names, rows, units={**_UNITS, "separation": u.arcsec})

    def candidates(
        self, night: int | str | None = None, filter: str | None = None, survey: str | None = None
    ) -> Table:
        """The alerts that passed a filter.

        Parameters
        ----------
        night : int or str, optional
            YYYYMMDD or YYYY-MM-DD; without it all nights.
        filter : str, optional
            The name of a filter of ``run --filters``; without it the extragalactic transients.
        survey : str, optional
            Only this survey's.

        Returns
        -------
        Table
            ``survey``, ``id``, ``objectId``, ``mjd_tai`` (day), ``ra``, ``dec`` (deg), ``night``; by survey, time and
            id, each once.

        Raises
        ------
        ValueError
            No filter of this name has judged an alert, or the night is none.

        Examples
        --------
        >>> passed = folder.candidates(20240915)
        >>> passed.colnames
        ['survey', 'id', 'objectId', 'mjd_tai', 'ra', 'dec', 'night']
        """
        if filter is not None:
            self._check_filter(filter)
        when = None if night is None else _night(night)
        rows: list[Row] = []
        for each in named(survey):
            found: dict[int, Row] = {}
            for database in self._databases:
                for id, name, time, ra, dec, of in self._passed(database, each, when, filter):
                    mjd = each.mjd(time)
                    found.setdefault(id, (mjd, id, (each.name, id, name, each.tai(mjd), ra, dec, of)))
            rows += [row for _, _, row in sorted(found.values(), key=lambda row: row[:2])]
        return table(("survey", "id", "objectId", "mjd_tai", "ra", "dec", "night"), rows, units=_UNITS)

    @staticmethod
    def _passed(database: Database, survey: Survey, night: int | None, filter: str | None) -> list[Row]:
        if not database.has_table(survey.alerts) or filter and not database.has_table(f"{survey.name}_passes"):
            return []
        columns = (survey.id_column, "objectId", survey.time_column, *survey.positions, "night")
        sql = f"SELECT {', '.join(f'a.{name}' for name in columns)} FROM {survey.alerts} AS a"
        conditions, values = [], []
        if filter is not None:
            sql += f" JOIN {survey.name}_passes AS p ON p.candid = a.{survey.id_column}"
            conditions.append("p.filter = ?")
            values.append(filter)
        else:
            conditions += [f"a.{cut}" for cut in CUTS]
        if night is not None:
            conditions.append("a.night = ?")
            values.append(str(night))
        return database.rows(f"{sql} WHERE {' AND '.join(conditions)}", values)

    def _check_filter(self, filter: str) -> None:
        known: set[str] = set()
        for database in self._databases:
            if database.has_table("filter_versions"):
                known |= {name for (name,) in database.rows("SELECT DISTINCT filter FROM filter_versions")}
        if filter not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "'nightjar run --filters DIR' has some"
            raise ValueError(f"{', '.join(self.paths)}: no filter {filter!r} has judged an alert; {there}")

    # -- Accounts

    def ledger(self) -> Table:
        """What became of every packet: a row for each night, source and partition, and folder.

        ``received = duplicates + stored + deadLettered`` in each row; night 0 has packets whose night is unknown.
        ``complete`` says whether the source was read to its end, and is masked where it has none.
        """
        rows: list[Row] = []
        for database in self._databases:
            known = database.columns("ledger")
            names = [*_LEDGER_KEY, "firstOffset", "lastOffset", *_COUNTERS]
            select = ", ".join(f"l.{quoted(name)}" if name in known else "0" for name in names)
            sql = f"SELECT ?, {select}, {{}} FROM ledger AS l {{}} WHERE l.received > 0"
            if "isComplete" in database.columns("positions"):
                joined = "LEFT JOIN positions AS p USING (source, fingerprint, partition)"
                rows += database.rows(sql.format("p.isComplete", joined), (database.folder,))
            else:
                rows += database.rows(sql.format("NULL", ""), (database.folder,))
        rows.sort(key=lambda row: row[1:5])
        return table(("folder", *_LEDGER_KEY, "firstOffset", "lastOffset", *_COUNTERS, "complete"), rows)

    def nights(self) -> Table:
        """The nights of which something was received, with their counts over all folders, in their order.

        Examples
        --------
        >>> folder.nights()["night", "received", "stored"].pprint()
         night   received stored
        -------- -------- ------
        20240915      400    400
        20260915      300    300
        """
        ledger = self.ledger()
        sums: dict[int, list[int]] = {}
        for row in ledger:
            counts = sums.setdefault(int(row["night"]), [0] * len(_COUNTERS))
            sums[int(row["night"])] = [one + int(row[name]) for one, name in zip(counts, _COUNTERS, strict=True)]
        return table(("night", *_COUNTERS), [(night, *counts) for night, counts in sorted(sums.items())])

    # -- SQL and topics

    def sql(self, query_: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> QueryResult:
        """Runs a SELECT of SQLite's SQL.

        Of several folders a table's name means the rows of all of them: ``main.ztf_alerts`` is the first folder's
        own table, ``folder2.ztf_alerts`` the second's. Ctrl-C ends a long statement.

        Parameters
        ----------
        query_ : str
            One statement, which may only read.
        parameters : sequence or mapping
            Values of its ``?`` or ``:name``.

        Returns
        -------
        QueryResult
            All rows; ids are int, and int64 in its tables.

        Raises
        ------
        QueryError
            SQLite refused it.

        Examples
        --------
        >>> rows = folder.sql("SELECT candid, magpsf FROM ztf_alerts WHERE candid = ?", [candid])
        >>> rows.columns, rows[0][0] == candid
        (['candid', 'magpsf'], True)
        >>> rows.to_table()["candid"].dtype
        dtype('int64')
        """
        for database in self._databases:
            database.check_open()
        return QueryResult(*query(self._databases, query_, parameters))

    def topics(self) -> list[str]:
        """The names of the topics, those of filters too."""
        return _topics.names(self._databases)

    def topic(self, name: str, follow: bool = False, *, start: int | Mapping[str, int] | None = None) -> TopicStream:
        """The messages of a topic.

        Parameters
        ----------
        name : str
            Such as ``ztf_exgalac_trans``; `topics` has them.
        follow : bool
            Whether to wait for more at the end, until the stream or the folder is closed.
        start : int or mapping, optional
            The offset of the first message, or the `~TopicStream.position` of an earlier stream; without it 0.

        Returns
        -------
        TopicStream
            An iterator of dicts; its ``position`` says where it is.

        Raises
        ------
        UnknownTopicError
            There is no such topic.
        DataFolderError
            The folder has not come as far as ``start``: it is another, or an older copy.

        Examples
        --------
        >>> stream = folder.topic("ztf_exgalac_trans")
        >>> message = next(stream)
        >>> type(message["candid"]), list(stream.position.values())
        (<class 'int'>, [1])
        """
        stream = TopicStream(self._databases, name, follow, start)
        if follow:
            with self._lock:
                self._streams.append(stream)
        return stream


def _night(night: int | str) -> int:
    text = str(night)
    if not re.fullmatch(r"\d{8}|\d{4}-\d\d-\d\d", text):
        raise ValueError(f"a night is YYYYMMDD or YYYY-MM-DD, and not {text!r}")
    digits = text.replace("-", "")
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError(f"there is no night {text!r}") from None
    return int(digits)
