"""One alert: its row, and its packet out of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import _records
from ._errors import UnknownAlertError
from ._objects import catalogue_matches
from ._records import Location
from ._sqlite import Database
from ._surveys import Survey


class AlertRow(Mapping[str, Any]):
    """An alert: a mapping with the names and values of its row in the table of alerts."""

    def __init__(self, survey: Survey, database: Database, values: dict[str, Any], passes: list[str]) -> None:
        self._survey, self._database, self._values, self._passes = survey, database, values, passes

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<alert {self.id} of {self._survey.title}, object {self.get('objectId')}>"

    @property
    def survey(self) -> str:
        """The survey's name: ``ztf``, ``lsst``, ``elasticc`` or ``winter``."""
        return self._survey.name

    @property
    def id(self) -> int:
        """The survey's number of it (``candid``, ``diaSourceId``)."""
        return int(self._values[self._survey.id_column])

    @property
    def folder(self) -> str:
        """The data folder that it is read from."""
        return self._database.folder

    @property
    def passes(self) -> list[str]:
        """The filters of ``run --filters`` that it passed, by name."""
        return list(self._passes)

    @property
    def matches(self) -> dict[str, dict[str, Any]]:
        """What was found at its position, by catalogue; see `AstroObject.matches`."""
        return catalogue_matches(self._values)

    @property
    def location(self) -> Location:
        """Where its record lies in the archive."""
        return self._record().location

    def packet(self) -> bytes:
        """The alert as an Avro container of one record, in the archive's schema, images included.

        These are the bytes of ``nightjar alert ID --avro FILE``. (``--original`` undoes the schema's correction too.)

        Raises
        ------
        DamagedRecordError
            The record is not as it was archived.
        """
        return self._record().container()

    def record(self) -> dict[str, Any]:
        """The whole packet as nested dicts and lists: histories too, and images as bytes.

        Raises
        ------
        DamagedRecordError
            The record is not as it was archived.
        """
        return self._record().values()

    def _record(self) -> _records.Record:
        rows = self._database.rows(
            f"SELECT {_records.COLUMNS} FROM archive AS a "
            "JOIN messages AS m ON m.topic = a.survey || '_alert_data' AND m.offset = a.offset "
            "JOIN segments AS s USING (segment) WHERE a.survey = ? AND a.id = ?",
            (self.survey, self.id),
        )
        if not rows:
            raise UnknownAlertError(f"{self.folder}: the alert {self.id} is not in the archive any more")
        return _records.record(self._database, rows[0], f"alert {self.id}")
