"""One data folder's database, read beside a run that may write to it.

It is read through Python's own ``sqlite3`` alone: two copies of SQLite that open one file in one process drop
each other's locks.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import urllib.parse
import weakref
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

from ._errors import DataFolderError, QueryError

#: The newest layout of ``nightjar.db`` that this package reads (``PRAGMA user_version``).
LAYOUT = 6
#: SQLite attaches ten databases to the first.
MOST_FOLDERS = 11
#: A reader waits so long for a lock, which in WAL mode is there for moments only, seconds.
BUSY_SECONDS = 10.0

# Layout 1 had no checksums, and its schemas stood in the segments alone. Names of the temporary schema come first.
_VIEWS_OF_LAYOUT_1 = """
    PRAGMA temp_store = MEMORY;
    CREATE TEMP VIEW schemas AS SELECT NULL AS fingerprint, NULL AS json WHERE 0;
    CREATE TEMP VIEW messages AS SELECT topic, offset, segment, position, length, NULL AS checksum FROM main.messages;
    CREATE TEMP VIEW archive AS
        SELECT survey, id, offset, envelope, form, extra, NULL AS checksum FROM main.archive;
"""

# Not the tables that SQLite keeps, nor those in which an R*Tree of an older layout lies.
_IS_TABLE = (
    "type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_sky\\__%' ESCAPE '\\'"
)

# What a statement of `sql` may do; the numbers are SQLite's.
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_READING_PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "user_version"}

Row = tuple[Any, ...]


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, and is closed when nobody has it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Held while a statement runs, so that another thread does not close the connection under it.
        self.lock = threading.RLock()

    def __del__(self) -> None:
        self.close()


# Connections of the process that this one was forked from: SQLite allows neither their use nor their end here.
_inherited: list[_Connection] = []


def quoted(name: str) -> str:
    """A name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


class Database:
    """The database of one data folder, with a connection for each thread.

    Parameters
    ----------
    folder : str
        The data folder.

    Raises
    ------
    DataFolderError
        It is no data folder, or one of a newer Nightjar.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.file = f"{folder}/nightjar.db"
        #: The schemas of segments that were read, by their fingerprints.
        self.schemas: dict[str, bytes] = {}
        self._process = os.getpid()
        self._local = threading.local()
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._closed = False
        self._check_file()
        self._connection()

    def close(self) -> None:
        """Closes the connections of all threads."""
        self._closed = True
        if self._process == os.getpid():
            for connection in list(self._open):
                with connection.lock:
                    connection.close()
        self._local = threading.local()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a statement of ours; no read transaction is left open."""
        connection = self._connection()
        try:
            with connection.lock, closing(connection.execute(sql, parameters)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            if self._closed:
                raise self._was_closed() from None
            raise DataFolderError(f"{self.file}: {error}") from error

    def has_table(self, name: str) -> bool:
        """Whether there is a table or a view; a folder of an older Nightjar may lack a survey's."""
        return bool(self.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)))

    def columns(self, table: str) -> list[str]:
        """The columns of a table or a view, in their order; none where there is no such table."""
        return [name for (name,) in self.rows("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,))]

    # -- Opening

    def _check_file(self) -> None:
        try:
            status = os.stat(self.file)
        except (FileNotFoundError, NotADirectoryError):
            raise DataFolderError(f"{self.folder}: {self._missing()}") from None
        except OSError as error:
            raise DataFolderError(f"{self.folder}: {error.strerror}") from error
        # SQLite would wait for the other end of a pipe.
        if not stat.S_ISREG(status.st_mode):
            raise DataFolderError(f"{self.file}: this is no regular file, and so no database")

    def _missing(self) -> str:
        if not os.path.exists(self.folder):
            return "there is no such data folder; 'nightjar run' makes one"
        if not os.path.isdir(self.folder):
            return (
                "this is a file and no data folder; "
                f"'nightjar run {self.folder} --data DIR' makes one, if it has alerts"
            )
        return "no nightjar.db in it; 'nightjar run' makes one"

    def check_open(self) -> None:
        """Raises DataFolderError where the folder was closed."""
        if self._closed:
            raise self._was_closed()

    def _connection(self) -> _Connection:
        self.check_open()
        if self._process != os.getpid():
            _inherited.extend(self._open)
            self._process, self._local, self._open = os.getpid(), threading.local(), weakref.WeakSet()
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self.connect()
            self._local.connection = connection
            self._open.add(connection)
        return connection

    def _was_closed(self) -> DataFolderError:
        return DataFolderError(f"{self.folder}: the data folder was closed; open it again")

    def address(self) -> str:
        """The database as SQLite's URI, to be read only."""
        mode = "immutable=1" if _is_frozen(self.file) else "mode=ro"
        return f"file:{urllib.parse.quote(os.path.abspath(self.file))}?{mode}"

    def connect(self) -> _Connection:
        """A new connection, which can only read."""
        try:
            connection = sqlite3.connect(
                self.address(), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False,
                factory=_Connection, uri=True,
            )
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise DataFolderError(f"{self.file}: {error}{self._advice(error)}") from error
        if version <= 0:
            raise DataFolderError(f"{self.file}: this database is not Nightjar's")
        if version > LAYOUT:
            raise DataFolderError(
                f"{self.file}: a newer Nightjar made this database (layout {version}; this package reads up to "
                f"{LAYOUT}); install a newer package"
            )
        if version == 1:
            connection.executescript(_VIEWS_OF_LAYOUT_1)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _advice(self, error: sqlite3.Error) -> str:
        # Without the run's -shm file SQLite makes one, which needs the right to write into the folder.
        if "unable to open" in str(error) and not os.access(self.folder, os.W_OK):
            return "; you may not write into the folder, and no run has it open: copy it, or ask for write permission"
        return ""


def _is_frozen(file: str) -> bool:
    """Whether the database lies whole on a medium that is mounted to be read only."""
    return bool(os.statvfs(file).f_flag & os.ST_RDONLY) and not os.path.exists(f"{file}-wal")


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The data folders that paths stand for: those of workers in place of the folder that they lie in."""
    found: list[str] = []
    for given in paths:
        path = os.fspath(given)
        path = path.rstrip("/") or path
        found += _workers(path)
    if not found:
        raise ValueError("name at least one data folder")
    if len({os.path.realpath(path) for path in found}) < len(found):
        raise ValueError("a data folder is given twice: its alerts would be there twice")
    return found


def _workers(folder: str) -> list[str]:
    """``worker-1``, ``worker-2`` and so on, where the folder is no data folder itself."""
    if os.path.exists(f"{folder}/nightjar.db") or not os.path.isdir(folder):
        return [folder]
    numbers = [name[7:] for name in os.listdir(folder) if name.startswith("worker-")]
    workers = [f"{folder}/worker-{number}" for number in sorted(int(n) for n in numbers if n.isdecimal())]
    return [path for path in workers if os.path.exists(f"{path}/nightjar.db")] or [folder]


def query(databases: Sequence[Database], sql: str, parameters: Any) -> tuple[list[str], list[Row]]:
    """Runs a user's statement over several folders, each table's name meaning the rows of all of them.

    The first folder's own table is ``main.TABLE``, the second's ``folder2.TABLE``.

    Raises
    ------
    QueryError
        SQLite refused the statement, or it does more than read.
    """
    if len(databases) > MOST_FOLDERS:
        raise QueryError(f"a statement reads {MOST_FOLDERS} data folders at most, and {len(databases)} are open")
    # A connection of its own: a run may add columns, which the views must have, and nothing of it stays.
    with closing(databases[0].connect()) as connection:
        if len(databases) > 1:
            _attach(connection, databases)
        connection.set_authorizer(_authorize)
        # SQLite calls this between its steps: there Python can raise KeyboardInterrupt, which ends the statement.
        connection.set_progress_handler(lambda: 0, 100_000)
        try:
            with closing(connection.execute(sql, parameters)) as cursor:
                if cursor.description is None:
                    raise QueryError("the statement gives no rows; data folders are only read here")
                return [column[0] for column in cursor.description], cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            text = str(error)
            if text == "interrupted":
                raise KeyboardInterrupt from None
            if text in ("not authorized", "query aborted"):
                text = "a statement can only read here: SELECT, and WITH before it"
            raise QueryError(f"{text} (in: {' '.join(sql.split())[:200]})") from error


def _attach(connection: _Connection, databases: Sequence[Database]) -> None:
    parts: dict[str, list[tuple[str, list[str]]]] = {}
    connection.execute("PRAGMA query_only = OFF")  # for the views, which lie in memory
    connection.execute("PRAGMA temp_store = MEMORY")
    schemas = ["main"]
    for number, database in enumerate(databases[1:], 2):
        connection.execute(f"ATTACH ? AS folder{number}", (database.address(),))
        schemas.append(f"folder{number}")
    for schema in schemas:
        for (table,) in connection.execute(f"SELECT name FROM {schema}.sqlite_schema WHERE {_IS_TABLE}").fetchall():
            columns = connection.execute(
                "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1", (table, schema)
            ).fetchall()
            parts.setdefault(table, []).append((schema, [name for (name,) in columns]))
    for table, owners in sorted(parts.items()):
        every = list(dict.fromkeys(name for _, names in owners for name in names))
        selects = [
            "SELECT "
            + ", ".join(quoted(name) if name in names else f"NULL AS {quoted(name)}" for name in every)
            + f" FROM {schema}.{quoted(table)}"
            for schema, names in owners
        ]
        connection.execute(f"CREATE TEMP VIEW IF NOT EXISTS {quoted(table)} AS " + " UNION ALL ".join(selects))
    connection.execute("PRAGMA query_only = ON")


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _READING_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
