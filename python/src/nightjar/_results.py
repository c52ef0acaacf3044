"""What a query gives: rows, and tables of them in which ids keep all their digits."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.table import MaskedColumn, Table  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]
    import pyarrow  # type: ignore[import-untyped]

Row = tuple[Any, ...]
# A double has no whole numbers beyond.
_EXACT = 2**53


def _is_none(value: Any) -> bool:
    return value is None or isinstance(value, float) and math.isnan(value)


def array(values: Sequence[Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Values of one column as an array, and where there is none (null or NaN).

    Whole numbers are int64. Where others stand among them they are doubles, unless an id would lose digits: then
    the array has objects. A column without any value is one of int64, which another table's ids can follow.
    """
    mask = np.array([_is_none(value) for value in values], dtype=bool)
    present = [value for value, none in zip(values, mask, strict=True) if not none]
    kinds = {type(value) for value in present}
    dtype: np.dtype[Any]
    fill: Any
    if kinds <= {bool} and kinds:
        dtype, fill = np.dtype(bool), False
    elif kinds <= {int, bool}:
        dtype, fill = np.dtype(np.int64), 0
    elif kinds <= {int, float} and all(type(value) is float or abs(value) <= _EXACT for value in present):
        dtype, fill = np.dtype(np.float64), math.nan
    elif kinds <= {str}:
        dtype, fill = np.dtype(f"U{max(1, max(len(value) for value in present))}"), ""
    else:
        filled = np.empty(len(values), dtype=object)
        filled[:] = list(values)
        return filled, mask
    return np.array([fill if none else value for value, none in zip(values, mask, strict=True)], dtype=dtype), mask


def column(
    name: str, values: Sequence[Any], *, dtype: Any = None, unit: Any = None, description: str | None = None
) -> MaskedColumn:
    """A column of a table; null and NaN are masked, and it has no mask where there is none."""
    data, mask = array(values)
    if dtype is not None and data.dtype != object:
        data = data.astype(dtype)
    return MaskedColumn(data, name=name, mask=mask, unit=unit, description=description)


def table(
    names: Sequence[str], rows: Iterable[Row], meta: Mapping[str, Any] | None = None,
    units: Mapping[str, Any] | None = None,
) -> Table:
    """A table of rows; two columns of one name get a number after the second's. A column with a unit has doubles."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    units = units or {}
    made = [
        column(name, values, dtype=float if name in units else None, unit=units.get(name))
        for name, values in zip(unique(names), columns, strict=True)
    ]
    return Table(made, meta=dict(meta or {}))


def unique(names: Sequence[str]) -> list[str]:
    """The names, each once: ``count(*)``, ``count(*)_2``."""
    found: list[str] = []
    for name in names:
        number, free = 1, name
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found


class QueryResult:
    """The rows of a statement, all of them in memory.

    Iterates over tuples. Notebooks show the first rows.

    Parameters
    ----------
    columns : sequence of str
        The columns' names.
    rows : sequence of tuple
        Values are int, float, str, bytes or None.
    """

    _SHOWN = 20

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        #: The names of the columns, in the statement's order.
        self.columns = list(columns)
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Row:
        return self._rows[index]

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def to_table(self) -> Table:
        """An `astropy.table.Table`: ids are int64, and what is null or NaN is masked."""
        return table(self.columns, self._rows)

    def to_pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame`: ids are int64, or pandas' Int64 where one is null; never floats."""
        import pandas

        data: dict[str, Any] = {}
        for name, values in self._values():
            filled, mask = array(values)
            if filled.dtype == np.int64 and mask.any():
                data[name] = pandas.array(np.where(mask, 0, filled), dtype="Int64")
                data[name][mask] = pandas.NA
            elif filled.dtype.kind == "U":
                data[name] = pandas.Series(list(values), dtype="object" if mask.all() else "str")
            else:
                data[name] = filled
        return pandas.DataFrame(data)

    def to_arrow(self) -> pyarrow.Table:
        """A `pyarrow.Table`: int64, double, string or binary; null where the result has null or NaN."""
        import pyarrow

        columns = []
        for _, values in self._values():
            plain = [None if _is_none(value) else value for value in values]
            kinds = {type(value) for value in plain} - {type(None)}
            if kinds == {int, float}:
                filled, _ = array(values)
                if filled.dtype == object:  # an id among doubles: text keeps its digits
                    plain = [None if value is None else str(value) for value in plain]
                else:
                    plain = [None if value is None else float(value) for value in plain]
            elif len(kinds) > 1:
                plain = [None if value is None else str(value) for value in plain]
            columns.append(pyarrow.array(plain, type=None if kinds else pyarrow.int64()))
        return pyarrow.table(columns, names=unique(self.columns))

    def _values(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self.columns)
        return zip(unique(self.columns), columns, strict=True)

    def _repr_html_(self) -> str:
        def cells(values: Iterable[Any], tag: str) -> str:
            texts = ("" if value is None else html.escape(str(value)) for value in values)
            return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in texts) + "</tr>"

        shown = "".join(cells(row, "td") for row in self._rows[: self._SHOWN])
        more = f"<p>{len(self)} rows" + (f", {self._SHOWN} shown</p>" if len(self) > self._SHOWN else "</p>")
        return f"<table><thead>{cells(self.columns, 'th')}</thead><tbody>{shown}</tbody></table>{more}"
